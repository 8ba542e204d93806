from datetime import date

import pytest

from rest_api_core.access.paths import unusable
from rest_api_core.body.changes import Change, Changes
from rest_api_core.body.items import Item, Items
from rest_api_core.body.reading import Reading
from rest_api_core.body.relations import ById, Create, Link, ToMany
from rest_api_core.body.values import Field
from rest_api_core.wire.problem import (
    BodyFieldRefused,
    BodyProblem,
    ValueInvalid,
    ValueRequired,
)

FIELDS = {
    "res.partner": [
        Field("id", "integer", writable=False),
        Field("name", "char"),
        Field("color", "integer"),
        Field("date", "date"),
        Field("code", "char", required=True),
        Field("country_id", "many2one", "res.country"),
        Field("child_ids", "one2many", "res.partner"),
        Field("category_id", "many2many", "res.partner.category"),
    ],
    "res.partner.category": [Field("name", "char")],
}


def fields_of(model):
    return {field.name: field for field in FIELDS[model]}


def read(body, **more):
    reading = Reading(fields_of)
    requested = Items((Item(body),))
    (change,) = reading.changes("res.partner", requested, **more).items
    return change.values


def refuse(body, problem, **more):
    with pytest.raises(problem) as refused:
        read(body, **more)
    assert type(refused.value) is problem and refused.value.status == 422
    return [(each.pointer, each.code) for each in refused.value.errors]


def test_a_body():
    assert read(
        {
            "name": "Azure",
            "date": "2026-01-31",
            "country_id": 3,
            "child_ids": [{"name": "Brandon", "category_id": [5]}],
        }
    ) == {
        "name": "Azure",
        "date": date(2026, 1, 31),
        "country_id": ById(3),
        "child_ids": ToMany(
            "change",
            (
                Create(
                    {
                        "name": "Brandon",
                        "category_id": ToMany("replace", (Link(ById(5)),)),
                    }
                ),
            ),
        ),
    }


def test_unknown_and_read_only_fields_are_refused_alike():
    body = {"id": 3, "nonsense": 1, "a/b": 2}
    with pytest.raises(BodyFieldRefused) as refused:
        read(body)
    assert [each.pointer for each in refused.value.errors] == [
        "#/id",
        "#/nonsense",
        "#/a~1b",
    ]
    for name, each in zip(body, refused.value.errors, strict=True):
        # one wording, with hints that follow from what may be written
        assert each.detail.startswith(unusable(name, "body").errors[0].detail)


def test_all_errors_come_at_once():
    body = {
        "id": 3,
        "color": "red",
        "country_id": "Belgium",
        "child_ids": [{"name": "Brandon"}, {"name": 1, "id": None}, {"nonsense": 1}],
    }
    assert refuse(body, BodyProblem) == [
        ("#/id", "body.field"),
        ("#/color", "body.value"),
        ("#/country_id", "body.value"),
        ("#/child_ids/1", "body.value"),
        ("#/child_ids/2/nonsense", "body.field"),
    ]


def test_errors_of_one_code_are_that_problem():
    assert refuse({"color": "red"}, ValueInvalid) == [("#/color", "body.value")]
    with pytest.raises(ValueInvalid, match=r"^#/color: must be an integer$"):
        read({"color": "red"})
    with pytest.raises(ValueInvalid, match=r"\(and 1 more\)$"):
        read({"color": "red", "name": 3})


def test_required_fields_must_come():
    assert read({"name": ""}, required=["name"]) == {"name": None}
    assert read({"name": None}, required=["name"]) == {"name": None}
    field_errors = refuse({}, ValueRequired, required=["name"])
    assert field_errors == [("#/name", "body.required")]


def test_required_fields_take_no_null():
    assert refuse({"code": None}, ValueRequired) == [("#/code", "body.required")]
    assert refuse({"code": ""}, ValueRequired) == [("#/code", "body.required")]
    assert read({"code": "BE"}) == {"code": "BE"}


@pytest.mark.parametrize("body", [None, [], "a", 3])
def test_a_record_is_an_object(body):
    assert refuse(body, ValueInvalid) == [("#", "body.value")]


def test_several_records_are_read_under_their_pointers():
    bodies = [{"name": "A"}, {"name": 1}, []]
    requested = Items(tuple(Item(b, ("data", i)) for i, b in enumerate(bodies)))
    with pytest.raises(ValueInvalid) as error:
        Reading(fields_of).changes("res.partner", requested)
    pointers = [each.pointer for each in error.value.errors]
    assert pointers == ["#/data/1/name", "#/data/2"]


def test_a_list_becomes_changes_of_new_records():
    reading = Reading(fields_of)
    requested = reading.new([{"name": "A"}, {"color": 1}], 10)
    changes = reading.changes("res.partner", requested)
    assert changes == Changes(
        "res.partner",
        (Change({"name": "A"}, "#/0"), Change({"color": 1}, "#/1")),
        many=True,
    )


def test_known_records_get_the_values_of_the_body():
    reading = Reading(fields_of)
    requested = reading.known({"ids": [7, 8], "data": {"name": "A"}}, (), 10)
    changes = reading.changes("res.partner", requested)
    assert changes.items == (Change({"name": "A"}, "#/data", (7, 8)),)
    assert changes.ids == (7, 8)


def test_each_record_of_a_body_is_a_moment_to_end_it():
    checks = []
    reading = Reading(fields_of, 10, lambda: checks.append(1))
    body = [{"name": "A", "child_ids": [{"name": "B"}, {"name": "C"}]}, {"name": "D"}]
    reading.changes("res.partner", reading.new(body, 10))
    assert len(checks) == 4


def test_copies_need_no_body():
    reading = Reading(fields_of)
    for body, values in ((None, {}), ({"name": "A"}, {"name": "A"})):
        changes = reading.changes("res.partner", reading.copied(body, (7, 8)))
        assert changes == Changes("res.partner", (Change(values),), many=True)
    assert not reading.changes("res.partner", reading.copied(None, (7,))).many
