"""Models by their technical names in bodies."""

import pytest

from rest_api_core.body.reading import Reading
from rest_api_core.body.relations import ByExternalId, ByField, ByFields, ById
from rest_api_core.body.values import Field
from rest_api_core.wire.problem import ValueInvalid

FIELDS = {
    "res_model_id": Field("res_model_id", "many2one", "ir.model"),
    "res_model": Field("res_model", "char", is_model_name=True, link="res_model_id"),
    "parent_id": Field("parent_id", "many2one", "res.partner"),
}
PARTNER = ByField("model", "res.partner")


def read(body):
    reading = Reading(lambda _model: FIELDS)
    (change,) = reading.changes("mail.activity", reading.new(body, 1)).items
    return change.values


def refused(body, pointer):
    with pytest.raises(ValueInvalid) as error:
        read(body)
    assert [each.pointer for each in error.value.errors] == [pointer]


def test_a_many2one_takes_the_name_of_a_model():
    assert read({"res_model_id": "res.partner"}) == {"res_model_id": PARTNER}
    assert read({"res_model_id": 3}) == {"res_model_id": ById(3)}
    refused({"parent_id": "res.partner"}, "#/parent_id")
    refused({"res_model_id": "\x00"}, "#/res_model_id")


def test_the_name_is_written_to_the_many2one():
    values = read({"res_model": "res.partner"})
    assert values == {"res_model_id": PARTNER}
    assert values["res_model_id"].pointer == "#/res_model"
    assert read({"res_model": None}) == {"res_model_id": None}
    refused({"res_model": 3}, "#/res_model")


def test_both_may_come_if_they_agree():
    both = {"res_model_id": "res.partner", "res_model": "res.partner"}
    assert read(both) == {"res_model_id": PARTNER}
    both["res_model_id"] = {"id": 3, "display_name": "Contact"}
    expected = ByFields((("id", 3), ("model", "res.partner")))
    assert read(both) == {"res_model_id": expected}


def test_a_hidden_name_says_nothing():
    assert read({"res_model_id": 3, "res_model": None}) == {"res_model_id": ById(3)}


@pytest.mark.parametrize("other", ["res.users", None, {"external_id": "a.b"}])
def test_another_model_is_refused(other):
    refused({"res_model_id": other, "res_model": "res.partner"}, "#/res_model")


def test_an_external_id_stays_what_it_is():
    target = {"external_id": "base.model_res_partner"}
    expected = ByExternalId("base.model_res_partner")
    assert read({"res_model_id": target}) == {"res_model_id": expected}
