"""External ids: what a client may call a record."""

from types import SimpleNamespace

import pytest

from rest_api_core.body import external_ids
from rest_api_core.body.changes import Change, Naming
from rest_api_core.body.reading import Reading
from rest_api_core.body.values import Field
from rest_api_core.orm import external_ids as of_models
from rest_api_core.query.projection import default_names, every_name
from rest_api_core.wire.problem import BodyProblem

VIRTUAL = Field("external_id", "char", stored=False, virtual=True)
FIELDS = {
    "res.partner": {
        "external_id": VIRTUAL,
        "name": Field("name", "char"),
        "child_ids": Field("child_ids", "one2many", comodel="res.partner"),
    },
    "x.own": {"external_id": Field("external_id", "char")},
    "x.none": {"name": Field("name", "char")},
}


def change(body, model="res.partner"):
    reading = Reading(FIELDS.__getitem__)
    return reading.changes(model, reading.new(body, 10)).items[0]


@pytest.mark.parametrize("value", ["p1", "crm.p1", ".p", "é/ü#1", "x" * 128, None])
def test_a_client_names_records_as_it_likes(value):
    assert external_ids.read(value) == value
    found = change({"name": "A", "external_id": value})
    assert found == Change({"name": "A"}, "#", (), Naming(value, "#/external_id"))


@pytest.mark.parametrize(
    "value", ["", 3, True, [], "a b", "a\tb", "a\nb", "a\x7f", "a\u2028b", "x" * 129]
)
def test_other_values_are_refused(value):
    with pytest.raises(BodyProblem) as caught:
        change({"external_id": value})
    assert caught.value.errors[0].pointer == "#/external_id"
    assert caught.value.code == "body.value"


def test_a_lookup_may_be_longer_by_the_module():
    assert external_ids.lookup_name("m" * 127 + "." + "x" * 128)
    with pytest.raises(ValueError, match="longer than 256"):
        external_ids.lookup_name("x" * 257)


def test_a_body_without_one_says_nothing_of_it():
    assert change({"name": "A"}).naming is None
    assert change({"name": "A"}, "x.none").naming is None


def test_a_model_with_such_a_field_keeps_its_own():
    found = change({"external_id": "a b"}, "x.own")
    assert (found.values, found.naming) == ({"external_id": "a b"}, None)


@pytest.mark.parametrize("id_", [{}, {"id": 3}])
def test_records_of_relations_get_none(id_):
    with pytest.raises(BodyProblem) as caught:
        change({"child_ids": [{**id_, "name": "C", "external_id": "c"}]})
    (error,) = caught.value.errors
    assert error.pointer == "#/child_ids/0/external_id"
    assert "record of the request only" in error.detail


def test_every_model_has_it_unless_it_has_a_field_of_that_name():
    plain, own = (SimpleNamespace(_fields=names) for names in ((), ("external_id",)))
    assert of_models.is_virtual(plain, "external_id")
    assert not of_models.is_virtual(plain, "name")
    assert not of_models.is_virtual(own, "external_id")
    assert of_models.value_field(True) == VIRTUAL
    assert not of_models.value_field(False).writable


def test_it_is_shown_by_name_only():
    fields = FIELDS["res.partner"].values()
    assert "external_id" not in {*default_names(fields), *every_name(fields)}
