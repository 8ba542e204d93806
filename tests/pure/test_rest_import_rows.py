"""Rows of an import as bodies, and their problems."""

import pytest

from rest_api_core.body import import_rows
from rest_api_core.body.import_rows import Outcome, Record
from rest_api_core.wire.problem import (
    BodyProblem,
    BodyTooLarge,
    Duplicate,
    FieldError,
    Forbidden,
    LookupFailed,
    ValueInvalid,
    ValueRequired,
)


def record(number, **value):
    return Record(number, number + 1, value)


def error(pointer, code=ValueInvalid.code, detail="is wrong"):
    return FieldError(code, detail, pointer)


def test_without_a_key_a_row_is_the_record():
    assert import_rows.item({"name": "A"}, ()) == {"name": "A"}


def test_with_a_key_it_is_an_item_of_an_upsert():
    value = {"ref": "C1", "name": "A"}
    item = {"key": {"ref": "C1"}, "data": {"name": "A"}}
    assert import_rows.item(value, ("ref",)) == item


def test_a_key_that_a_row_lacks_is_empty():
    item = import_rows.item({"name": "A"}, ("external_id",))
    assert item["key"] == {"external_id": None}


def test_a_row_is_an_object():
    assert import_rows.check({"a": 1}) == {"a": 1}
    with pytest.raises(ValueInvalid):
        import_rows.check([1])


def test_rows_without_key_are_one_run():
    records = [record(1, ref="A"), record(2, ref="A")]
    assert list(import_rows.runs(records, ())) == [records]
    assert list(import_rows.runs([], ())) == []


def test_a_key_that_comes_again_begins_another_run():
    a, b, again, c = (record(n, ref=r) for n, r in enumerate("ABAC", 1))
    assert list(import_rows.runs([a, b, again, c], ("ref",))) == [[a, b], [again, c]]


def test_rows_that_lack_the_key_are_no_twins():
    records = [record(1, name="A"), record(2, name="B")]
    assert list(import_rows.runs(records, ("ref",))) == [records]


def test_a_problem_names_items_or_nothing():
    named = import_rows.named
    assert named(ValueInvalid.of([error("#/3/name"), error("#/10")])) == {3, 10}
    assert named(ValueInvalid.of([error("#/3/name"), error("#")])) == set()
    assert named(ValueInvalid.of([error("#/3/name"), error(None)])) == set()
    assert named(Forbidden()) == set()


def test_of_several_items_each_gets_its_own_errors():
    whole = BodyProblem.of(
        [error("#/0/name"), error("#/1/size"), error("#/0/x", ValueRequired.code)]
    )
    found = import_rows.of_item(whole, 1, has_key=False)
    assert isinstance(found, ValueInvalid)
    assert [e.pointer for e in found.errors] == ["#/size"]
    assert found.detail == "#/size: is wrong"
    found = import_rows.of_item(whole, 0, has_key=False)
    assert type(found) is BodyProblem
    assert [e.pointer for e in found.errors] == ["#/name", "#/x"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("#/0/key/ref", "#/ref"),
        ("#/0/data/name", "#/name"),
        ("#/0/data", "#"),
        ("#/0", "#"),
        ("#/0/key_code", "#/key_code"),
    ],
)
def test_with_a_key_pointers_lead_into_the_row_as_well(before, after):
    whole = BodyProblem.of([error(before, Duplicate.code)])
    found = import_rows.of_item(whole, 0, has_key=True)
    assert isinstance(found, Duplicate)
    assert found.errors[0].pointer == after


def test_without_a_key_these_words_are_fields():
    found = import_rows.of_item(LookupFailed.of([error("#/0/data/x")]), 0, False)
    assert found.errors[0].pointer == "#/data/x"


def test_a_problem_without_a_place_stays():
    for whole in (BodyTooLarge(), LookupFailed.of([error(None)])):
        assert import_rows.of_item(whole, 0, has_key=True) is whole


def test_a_row_that_is_written_has_an_id():
    outcome = Outcome(3, 4, 17, "updated")
    document = {"row": 3, "line": 4, "id": 17, "outcome": "updated"}
    assert outcome.document() == document


def test_a_row_that_fails_has_a_problem_and_its_data():
    problem = ValueRequired.of([error("#/name", ValueRequired.code)])
    document = Outcome(3, 4, problem=problem, data={"city": "Gent"}).document()
    assert document["problem"]["type"] == "about:blank"
    assert document["problem"]["code"] == "body.required"
    assert document["problem"]["errors"][0]["pointer"] == "#/name"
    assert document["data"] == {"city": "Gent"}
    assert (document["row"], document["line"]) == (3, 4)
