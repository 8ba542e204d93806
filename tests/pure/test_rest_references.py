"""``$ref``: what operations of a batch say of those before."""

import pytest

from rest_api_core.body import references
from rest_api_core.query.projection import Level
from rest_api_core.wire.problem import BodyTooLarge
from rest_api_core.wire.result import Result

LEVEL = Level("res.partner", ())
SHOWN = {
    "azure": references.view(
        Result({"id": 7, "name": "Azure", "child_ids": [8, 9]}, level=LEVEL, ids=(7,))
    ),
    "two": references.view(
        Result([{"id": 1}, {"id": 2}], many=True, level=LEVEL, ids=(1, 2))
    ),
    "quiet": references.view(Result(outcome="created", level=LEVEL, ids=(5,))),
    "quiets": references.view(
        Result(outcome="created", many=True, level=LEVEL, ids=(5, 6))
    ),
    "unreadable": references.view(Result({"id": 4}, ids=(4,))),
    "unreadables": references.view(
        Result([{"id": 4}, {"id": 5}], many=True, ids=(4, 5))
    ),
    "done": references.view(Result({"total": 12}, ids=(3,)), of_method=True),
    "answer": references.view(Result(42), of_method=True),
    "silent": references.view(Result(ids=(3,)), of_method=True),
}


def views(most=1000, **shown):
    found = references.Views(most)
    found.update(shown or SHOWN)
    return found


def resolved(value, **options):
    errors, path = [], ("operations", 1, "data")
    return references.resolved(value, views(**options), path, errors), errors


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("azure", 7),
        ("azure.id", 7),
        ("azure.name", "Azure"),
        ("azure.child_ids", [8, 9]),
        ("azure.child_ids.1", 9),
        ("two", [1, 2]),
        ("two.0.id", 1),
        ("quiet", 5),
        ("quiet.id", 5),
        ("quiets", [5, 6]),
        ("quiets.1.id", 6),
        ("unreadable", 4),
        ("unreadable.id", 4),
        ("unreadables", [4, 5]),
        ("unreadables.1.id", 5),
        ("silent", 3),
        ("done", {"total": 12}),
        ("done.total", 12),
        ("answer", 42),
    ],
)
def test_a_reference_is_what_an_operation_gave(reference, value):
    assert resolved({"$ref": reference}) == (value, [])


def test_references_stand_wherever_values_do():
    value = {
        "partner_id": {"$ref": "azure"},
        "lines": [{"product_id": {"$ref": "two.1.id"}}, 3, "$ref"],
    }
    expected = {"partner_id": 7, "lines": [{"product_id": 2}, 3, "$ref"]}
    assert resolved(value) == (expected, [])


@pytest.mark.parametrize(
    "reference",
    ["", "later", "azure.", "azure.nme", "azure.name.0", "two.2", "two.x", "answer.id"],
)
def test_what_is_not_there_is_an_error_with_its_place(reference):
    value, errors = resolved({"partner_id": {"$ref": reference}})
    assert value == {"partner_id": None}
    (error,) = errors
    assert error.code == "body.lookup"
    assert error.pointer == "#/operations/1/data/partner_id"
    assert f"'{reference}'" in error.detail


def test_a_few_bytes_do_not_stand_for_many():
    long = references.View(1, {"id": 1, "comment": "x" * 60})
    value = [{"$ref": "a.comment"}, {"$ref": "a"}]
    assert resolved(value, most=100, a=long) == (["x" * 60, 1], [])
    with pytest.raises(BodyTooLarge):
        resolved([value, value], most=100, a=long)


@pytest.mark.parametrize(
    ("value", "expected"),
    [({"$ref": "a"}, True), ({"$ref": 3}, False), ([], False), ({"a": {}}, False)],
)
def test_a_value_may_be_a_reference_as_a_whole(value, expected):
    assert references.is_reference(value) is expected


@pytest.mark.parametrize(
    ("reference", "detail"),
    [
        ("later.id", "no earlier operation that succeeded has this name in 'as'"),
        ("azure.nme", "'azure.nme' is not in the response of 'azure'"),
    ],
)
def test_the_error_says_what_a_reference_lacks(reference, detail):
    _value, (error,) = resolved({"$ref": reference})
    assert detail in error.detail


@pytest.mark.parametrize("value", [{"$ref": 3}, {"$ref": "azure", "x": 1}, {}])
def test_other_objects_stay_as_they_are(value):
    assert resolved(value) == (value, [])


def test_the_names_that_a_value_refers_to():
    value = {"a": [{"$ref": "azure.id"}, {"b": {"$ref": "two"}}], "c": "azure", "d": {}}
    assert list(references.names(value)) == ["azure", "two"]
