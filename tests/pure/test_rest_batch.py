"""The body of a batch: ``body/batch_reading.py`` and ``body/batch.py``."""

import pytest

from rest_api_core.body import batch_reading
from rest_api_core.body.references import View, Views
from rest_api_core.wire.problem import BodyProblem, BodyTooLarge, FieldError

P = "res.partner"
CREATE = {"op": "create", "model": P, "data": {"name": "A"}}
UPDATE = {"op": "update", "model": P, "id": 3, "data": {"name": "A"}}


def parse(*operations, model="", **members):
    body = {"operations": list(operations), **members}
    return batch_reading.parse(body, model, 10)


def errors_of(*operations, **options):
    with pytest.raises(BodyProblem) as caught:
        parse(*operations, **options)
    return {error.pointer: error.detail for error in caught.value.errors}


def views(**shown):
    found = Views(100)
    found.update(shown)
    return found


def groups(*operations):
    return [[step.index for step in group] for group in parse(*operations).groups()]


# --- what it says -------------------------------------------------------------


def test_a_batch_is_atomic_unless_it_says_otherwise():
    assert not parse(CREATE).partial
    assert not parse(CREATE, mode="atomic").partial
    assert parse(CREATE, mode="partial").partial


def test_the_path_may_name_the_model():
    (step,) = parse({"op": "create", "data": {}}, model=P).steps
    assert step.model == P


def test_the_body_of_an_upsert_has_its_key():
    sent = {"op": "upsert", "model": P, "key": {"ref": "C1"}, "data": {"name": "A"}}
    (step,) = parse(sent).steps
    assert step.body == {"key": {"ref": "C1"}, "data": {"name": "A"}}
    assert step.path_of_body == ("operations", 0)


def test_a_call_may_be_about_no_record():
    sent = {"op": "call", "model": P, "method": "ping", "data": {"args": [1]}}
    (step,) = parse(sent).steps
    assert (step.method, step.body) == ("ping", {"args": [1]})
    assert step.resolved(views()).ids == ()


# --- what is wrong ------------------------------------------------------------


@pytest.mark.parametrize("body", [None, [], "x", {}, {"operations": {}}])
def test_a_batch_is_an_object_with_operations(body):
    with pytest.raises(BodyProblem) as caught:
        batch_reading.parse(body, "", 10)
    assert caught.value.code == "body.value"


def test_there_is_a_limit_of_operations():
    with pytest.raises(BodyTooLarge):
        parse(*[CREATE] * 11)


def test_errors_of_the_whole_batch():
    found = errors_of(mode="some", more=1)
    assert found.keys() == {"#/operations", "#/mode", "#/more"}


@pytest.mark.parametrize(
    ("operation", "pointer"),
    [
        ("create", ""),
        ({"op": "search", "model": P}, ""),
        ({"op": ["create"], "model": P}, ""),
        ({**CREATE, "id": 3}, "/id"),
        ({**CREATE, "extra": 3}, "/extra"),
        ({"op": "create", "model": P}, "/data"),
        ({"op": "update", "model": P, "data": {}}, "/id"),
        ({"op": "delete", "model": P}, "/id"),
        ({"op": "upsert", "model": P, "data": {}}, "/key"),
        ({"op": "call", "model": P}, "/method"),
        ({"op": "call", "model": P, "method": 3}, "/method"),
        ({"op": "create", "data": {}}, "/model"),
        ({"op": "create", "model": 3, "data": {}}, "/model"),
        ({**UPDATE, "ids": [4]}, "/ids"),
        ({**CREATE, "as": ""}, "/as"),
        ({**CREATE, "as": "a.b"}, "/as"),
        ({**CREATE, "as": 3}, "/as"),
        ({**CREATE, "query": []}, "/query"),
        ({**UPDATE, "if_match": 3}, "/if_match"),
    ],
)
def test_errors_of_an_operation_have_its_place(operation, pointer):
    assert errors_of(CREATE, operation).keys() == {f"#/operations/1{pointer}"}


def test_all_errors_are_told_at_once():
    wrong = {"op": "update", "model": P, "extra": 1}
    expected = {"extra", "data", "id"}
    found = errors_of(wrong, {"op": "x"})
    assert found.keys() == {f"#/operations/0/{name}" for name in expected} | {
        "#/operations/1"
    }


def test_a_name_is_that_of_one_operation():
    named = {**CREATE, "as": "a"}
    assert errors_of(named, named).keys() == {"#/operations/1/as"}


def test_the_model_is_that_of_the_path():
    other = {**CREATE, "model": "res.country"}
    assert errors_of(other, model=P).keys() == {"#/operations/0/model"}


# --- references ---------------------------------------------------------------


def test_ids_and_values_may_be_references():
    sent = {
        "op": "update",
        "model": P,
        "id": {"$ref": "a"},
        "data": {"parent_id": {"$ref": "b"}},
    }
    (step,) = parse(sent).steps
    found = step.resolved(views(a=View(7, {}), b=View(8, {})))
    assert (found.ids, found.body) == ((7,), {"parent_id": 8})


def test_ids_may_come_from_a_list():
    (step,) = parse({"op": "delete", "model": P, "ids": {"$ref": "a"}}).steps
    assert step.resolved(views(a=View([7, 8, 7], []))).ids == (7, 8)


@pytest.mark.parametrize(
    ("ids", "pointers"),
    [
        ({"ids": [1, "x"]}, ["#/operations/0/ids/1"]),
        ({"ids": []}, ["#/operations/0/ids"]),
        ({"id": "3"}, ["#/operations/0/id"]),
        ({"id": True}, ["#/operations/0/id"]),
        ({"id": {"$ref": "b"}}, ["#/operations/0/id"]),
        ({"id": {"$ref": "c"}}, ["#/operations/0/id"]),
        ({"id": None}, ["#/operations/0/id"]),
        ({"ids": None}, ["#/operations/0/ids"]),
    ],
)
def test_ids_are_checked_once_they_are_known(ids, pointers):
    (step,) = parse({"op": "delete", "model": P, **ids}).steps
    with pytest.raises(BodyProblem) as caught:
        step.resolved(views(c=View(None, None)))
    assert [error.pointer for error in caught.value.errors] == pointers
    assert caught.value.extensions == {"operation": 0}


def test_references_that_stand_for_too_much_name_their_operation():
    (step,) = parse({**CREATE, "data": {"comment": {"$ref": "a.comment"}}}).steps
    with pytest.raises(BodyTooLarge) as caught:
        step.resolved(views(a=View(7, {"comment": "x" * 101})))
    assert caught.value.extensions == {"operation": 0}


# --- places -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "pointer"),
    [
        (FieldError("c", "d", "#/name"), "#/operations/0/data/name"),
        (FieldError("c", "d", "#"), "#/operations/0/data"),
        (FieldError("c", "d", parameter="fields"), "#/operations/0/query/fields"),
        (FieldError("c", "d", header="If-Match"), "#/operations/0/if_match"),
        (FieldError("c", "d", header="Prefer"), "#/operations/0"),
        (FieldError("c", "d"), "#/operations/0"),
    ],
)
def test_an_error_of_an_operation_gets_its_place(error, pointer):
    (step,) = parse(CREATE).steps
    found = step.moved(BodyProblem("d", errors=[error]))
    assert found.errors == (FieldError("c", "d", pointer),)


def test_the_index_of_the_operation_is_told():
    (_first, second) = parse(CREATE, CREATE).steps
    found = second.moved(BodyProblem("Wrong."))
    assert found.extensions == {"operation": 1}
    assert [error.pointer for error in found.errors] == ["#/operations/1"]


# --- groups -------------------------------------------------------------------


def test_creates_of_a_model_are_written_together():
    assert groups(CREATE, CREATE, CREATE) == [[0, 1, 2]]


def test_updates_of_different_records_are_written_together():
    assert groups(UPDATE, {**UPDATE, "id": 4}, UPDATE) == [[0, 1], [2]]


@pytest.mark.parametrize(
    "other",
    [
        UPDATE,
        {**CREATE, "model": "res.country"},
        {**CREATE, "query": {"fields": "id"}},
        {**CREATE, "if_none_match": "*"},
        {**CREATE, "data": [{"name": "A"}]},
        {**CREATE, "data": {"context": {}}},
        {**CREATE, "data": {"$ref": "x.0"}},
        {"op": "update", "model": P, "id": {"$ref": "a"}, "data": {}},
        {"op": "update", "model": P, "ids": [3, 4], "data": {}},
        {"op": "delete", "model": P, "id": 3},
    ],
)
def test_what_differs_is_written_alone(other):
    assert groups(CREATE, other, CREATE) == [[0], [1], [2]]


def test_what_refers_to_one_of_them_is_written_later():
    named = {**CREATE, "as": "a"}
    refers = {**CREATE, "data": {"parent_id": {"$ref": "a"}}}
    elsewhere = {**CREATE, "data": {"parent_id": {"$ref": "x"}}}
    assert groups(named, CREATE, refers) == [[0, 1], [2]]
    assert groups(named, elsewhere) == [[0, 1]]


def test_a_step_is_a_row_of_the_list():
    create, update = parse(CREATE, UPDATE).steps
    assert create.resolved(views()).row == {"name": "A"}
    assert update.resolved(views()).row == {"id": 3, "name": "A"}


@pytest.mark.parametrize("body", [None, [], {}, {"operations": "x"}])
def test_a_body_of_any_form_may_name_no_model(body):
    assert batch_reading.models(body) == set()


def test_the_models_that_a_body_names():
    body = {"operations": [CREATE, "x", {"model": 3}, {"model": "res.country"}]}
    assert batch_reading.models(body) == {P, "res.country"}
