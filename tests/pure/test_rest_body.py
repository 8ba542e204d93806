from datetime import date

import pytest

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
    values = reading.record("res.partner", body, **more)
    reading.check()
    return values


def refuse(body, problem, **more):
    with pytest.raises(problem) as refused:
        read(body, **more)
    assert type(refused.value) is problem and refused.value.status == 422
    return [(fault.pointer, fault.code) for fault in refused.value.errors]


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
    assert [fault.pointer for fault in refused.value.errors] == [
        "#/id",
        "#/nonsense",
        "#/a~1b",
    ]
    assert {fault.detail for fault in refused.value.errors} == {"cannot be written"}


def test_all_faults_come_at_once():
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


def test_faults_of_one_kind_are_that_problem():
    assert refuse({"color": "red"}, ValueInvalid) == [("#/color", "body.value")]
    with pytest.raises(ValueInvalid, match=r"^#/color: must be an integer$"):
        read({"color": "red"})
    with pytest.raises(ValueInvalid, match=r"\(and 1 more\)$"):
        read({"color": "red", "name": 3})


def test_required_fields_must_come():
    assert read({"name": ""}, required=["name"]) == {"name": ""}
    assert read({"name": None}, required=["name"]) == {"name": None}
    field_errors = refuse({}, ValueRequired, required=["name"])
    assert field_errors == [("#/name", "body.required")]


def test_required_fields_take_no_null():
    assert refuse({"code": None}, ValueRequired) == [("#/code", "body.required")]
    assert read({"code": "BE"}) == {"code": "BE"}


@pytest.mark.parametrize("body", [None, [], "a", 3])
def test_a_record_is_an_object(body):
    assert refuse(body, ValueInvalid) == [("#", "body.value")]


def test_several_records_are_read_in_their_places():
    reading = Reading(fields_of)
    for index, body in enumerate([{"name": "A"}, {"name": 1}, []]):
        reading.record("res.partner", body, ("data", index))
    with pytest.raises(ValueInvalid) as refused:
        reading.check()
    places = [fault.pointer for fault in refused.value.errors]
    assert places == ["#/data/1/name", "#/data/2"]
