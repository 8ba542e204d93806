"""Upserts: the items of a body, and what their keys name."""

import pytest

from rest_api_core.body import upserts
from rest_api_core.body.changes import Change, Naming
from rest_api_core.body.relations import ByExternalId, ByField, ByFields, ById
from rest_api_core.body.upserts import KeyReading, Upsert
from rest_api_core.body.values import Field
from rest_api_core.wire.problem import BodyProblem, Duplicate, LookupFailed

FIELDS = {
    field.name: field
    for field in (
        Field("external_id", "char", stored=False, virtual=True),
        Field("ref", "char"),
        Field("size", "integer"),
        Field("kind", "selection", choices=frozenset("ab")),
        Field("country_id", "many2one", comodel="res.country"),
        Field("price", "float"),
        Field("computed", "char", stored=False),
    )
}


def read(body, fields=FIELDS):
    """``(items, {pointer: code})``"""
    reading = KeyReading(fields)
    items = reading.items(body, 10)
    return items, {error.pointer: error.code for error in reading.field_errors}


def read_key(key, fields=FIELDS):
    (item,), errors = read({"key": key, "data": {}}, fields)
    return item.target, errors


@pytest.mark.parametrize(
    ("key", "target"),
    [
        ({"external_id": "crm.p1"}, ByExternalId("crm.p1")),
        ({"ref": "C1"}, ByFields((("ref", "C1"),))),
        ({"size": 0}, ByFields((("size", 0),))),
        (
            {"ref": "C1", "kind": "a", "country_id": 3},
            ByFields((("country_id", ById(3)), ("kind", "a"), ("ref", "C1"))),
        ),
        ({"country_id": {"id": 3}}, ByFields((("country_id", ById(3)),))),
        (
            {"country_id": {"code": "BE"}},
            ByFields((("country_id", ByField("code", "BE")),)),
        ),
    ],
)
def test_keys(key, target):
    assert read_key(key) == (target, {})


@pytest.mark.parametrize(
    ("key", "pointer", "code"),
    [
        (None, "", "body.value"),
        ([], "", "body.value"),
        ({}, "", "body.value"),
        ({f"f{n}": 1 for n in range(9)}, "", "body.value"),
        ({"external_id": "a", "ref": "b"}, "", "body.value"),
        ({"external_id": None}, "/external_id", "body.value"),
        ({"nme": "A"}, "/nme", "body.field"),
        ({"computed": "A"}, "/computed", "body.value"),
        ({"price": 1.5}, "/price", "body.value"),
        ({"ref": None}, "/ref", "body.value"),
        ({"ref": ""}, "/ref", "body.value"),
        ({"ref": 3}, "/ref", "body.value"),
        ({"kind": "c"}, "/kind", "body.value"),
        ({"size": True}, "/size", "body.value"),
        ({"country_id": None}, "/country_id", "body.value"),
        ({"country_id": "BE"}, "/country_id", "body.value"),
    ],
)
def test_wrong_keys(key, pointer, code):
    assert read_key(key) == (None, {f"#/key{pointer}": code})


def test_a_field_of_the_model_goes_before_external_ids():
    own = {"external_id": Field("external_id", "char")}
    target = ByFields((("external_id", "a b"),))
    assert read_key({"external_id": "a b"}, own) == (target, {})
    assert read_key({"external_id": "a"}, {})[1] == {"#/key/external_id": "body.field"}


def test_a_body_is_an_item_or_a_list_of_them():
    item = {"key": {"ref": "A"}, "data": {}}
    assert [each.at for each in read(item)[0]] == ["#"]
    assert [each.at for each in read([item, item])[0]] == ["#/0", "#/1"]


def test_items_of_other_forms():
    items, errors = read([3, {"key": {"ref": "A"}}, {}, {"key": 1, "data": 2, "id": 3}])
    assert items == ()
    assert errors == {
        "#/0": "body.value",
        "#/1/data": "body.required",
        "#/2/key": "body.required",
        "#/2/data": "body.required",
        "#/3": "body.value",
    }


@pytest.mark.parametrize(
    ("body", "code"),
    [(None, "body.malformed"), ([], "body.value"), ([{}] * 11, "body.too_large")],
)
def test_no_items_or_too_many(body, code):
    with pytest.raises(BodyProblem) as caught:
        read(body)
    assert caught.value.code == code


BY_REF = Upsert({"ref": "A"}, {}, (0,), ByFields((("ref", "A"),)))
BY_NAME = Upsert({"external_id": "a"}, {}, (1,), ByExternalId("a"))


@pytest.mark.parametrize(
    ("item", "change", "pointers"),
    [
        (BY_REF, Change({"ref": "A", "name": "N"}), []),
        (BY_REF, Change({"ref": "B"}), ["#/0/data/ref"]),
        (BY_REF, Change({}, naming=Naming("b", "")), []),
        (BY_NAME, Change({}, naming=Naming("a", "")), []),
        (BY_NAME, Change({}), []),
        (BY_NAME, Change({}, naming=Naming(None, "")), ["#/1/data/external_id"]),
    ],
)
def test_data_does_not_contradict_the_key(item, change, pointers):
    found = upserts.contradictions(item, change)
    assert [error.pointer for error in found] == pointers


def test_items_with_one_key_or_one_record_are_twins():
    keys = {BY_REF.target: "ref", BY_NAME.target: "name"}
    assert upserts.twins([BY_REF, BY_NAME], keys) == []
    same = {BY_REF.target: "key", BY_NAME.target: "key"}
    (error,) = upserts.twins([BY_REF, BY_NAME], same)
    assert error.pointer == "#/1/key"
    both = [Upsert(i.key, i.data, i.path, i.target, (7,)) for i in (BY_REF, BY_NAME)]
    assert [error.pointer for error in upserts.twins(both, keys)] == ["#/1/key"]


def test_a_new_record_has_the_values_of_key_and_data():
    key = Change({"ref": "A"}, "#/key", naming=Naming("a", "#/key/external_id"))
    data = Change({"name": "N"}, "#/data")
    made = upserts.merged(key, data)
    assert made == Change({"ref": "A", "name": "N"}, "#/data", naming=key.naming)


def test_problems_of_values_of_the_key_point_there():
    item = Upsert({"ref": "A", "size": 1}, {"size": 1}, (0,), BY_REF.target)
    others = [Upsert(3, {}), Upsert({}, 3)]
    problem = Duplicate.at_pointer("#/0/data/ref", "is taken")
    (error,) = upserts.to_keys(problem, [item, *others]).errors
    assert error.pointer == "#/0/key/ref"
    for pointer in ("#/0/data/size", "#/1/data/ref"):
        problem = LookupFailed.at_pointer(pointer, "is none")
        assert upserts.to_keys(problem, [item]) is problem
    problem = Duplicate()
    assert upserts.to_keys(problem, [item]) is problem
    several = [*Duplicate.at_pointer("#/0/data/ref", "a").errors, *problem.entries]
    problem = upserts.to_keys(Duplicate.of(several), [item])
    assert problem.detail == "#/0/key/ref: a (and 1 more)"
