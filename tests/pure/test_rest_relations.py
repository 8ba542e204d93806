import pytest

from rest_api_core.body.relations import (
    ByExternalId,
    ByField,
    ByFields,
    ById,
    Create,
    Link,
    Remove,
    ToMany,
    ToManyReader,
    Update,
    to_one,
)

AZURE = Link(ById(3))
BELGIUM = ByField("code", "BE")


def to_many(value, owned):
    """The value, and its errors as (pointer, detail); nested values stay as is."""
    reader = ToManyReader(owned, lambda body, _path: body, [])
    parsed = reader.parse(value, ("x",))
    return parsed, [(each.pointer, each.detail) for each in reader.field_errors]


def parsed(value, owned):
    value, field_errors = to_many(value, owned)
    assert not field_errors
    return value


def field_errors(value, owned):
    _value, field_errors = to_many(value, owned)
    assert field_errors
    return field_errors


@pytest.mark.parametrize(
    ("value", "target"),
    [
        (3, ById(3)),
        ({"id": 3}, ById(3)),
        # as answers have it
        ({"id": 3, "display_name": "Azure"}, ById(3)),
        ({"id": 3, "code": "BE", "currency_id": {"id": 1}}, ById(3)),
        ({"code": "BE"}, BELGIUM),
        ({"color": 5}, ByField("color", 5)),
        ({"external_id": "base.be"}, ByExternalId("base.be")),
        (None, None),
    ],
)
def test_many2one(value, target):
    assert to_one(value, ("country_id",)) == target


@pytest.mark.parametrize(
    "value",
    [
        "3",
        True,
        False,
        0,
        -1,
        2**31,
        3.0,
        [3],
        {},
        {"id": None},
        {"id": "3"},
        {"id": 3, "_delete": True},
        {"_delete": True},
        {"code": "BE", "name": None},
        {"code": ""},
        {"code": "BE", "name": ""},
        {"code": "BE", "a b": 3},
        {name: 1 for name in "abcdefghi"},
        {"a": {"a": {"a": {"a": 1, "b": 2}, "b": 2}, "b": 2}, "b": 2},
        {"code": None},
        {"code": True},
        {"code": 1.5},
        {"code": ["BE"]},
        {"code": "B\x00"},
        {"country_id.code": "BE"},
        {"$ref": "order.id"},
        {"code\n": "BE"},
        {"external_id": 3},
        {"external_id": ""},
        {"external_id": "base.b e"},
        {"external_id": "base." + "e" * 256},
        {"external_id": "base.\x00"},
    ],
)
def test_what_is_no_many2one(value):
    with pytest.raises(ValueError):
        to_one(value, ("country_id",))


@pytest.mark.parametrize("value", ["BE", False, [3, "Belgium"]])
def test_who_names_no_record_is_told_the_forms(value):
    with pytest.raises(ValueError, match=r'an id, or an object .* {"code": "BE"}, or'):
        to_one(value, ("country_id",))


def test_a_record_may_be_looked_up_by_several_values():
    value = {"country_id": {"code": "US"}, "code": "WA", "type": 3}
    values = (("code", "WA"), ("country_id", ByField("code", "US")), ("type", 3))
    assert to_one(value, ("state_id",)) == ByFields(values)


def test_targets_know_their_place_for_the_errors_of_the_lookup():
    assert to_one({"code": "BE"}, ("a/b", 0)).pointer == "#/a~1b/0"
    (first, second) = parsed([1, {"id": 2}], owned=False).items
    assert (first.target.pointer, second.target.pointer) == ("#/x/0", "#/x/1")
    moded = parsed({"mode": "add", "records": [1]}, owned=False)
    assert moded.items[0].target.pointer == "#/x/records/0"


@pytest.mark.parametrize("owned", [True, False])
def test_ids_replace(owned):
    assert parsed([3, 4], owned) == ToMany("replace", (AZURE, Link(ById(4))))
    assert parsed([], owned) == ToMany("replace", ())


def test_objects_change_a_one2many_and_others_stay():
    value = [
        {"id": 1, "name": "A"},
        {"id": 2, "_delete": True, "display_name": "B"},
        {"name": "C"},
        {},
        {"id": 3, "_delete": False},
        {"external_id": "base.be"},
    ]
    assert parsed(value, owned=True) == ToMany(
        "change",
        (
            Update(ById(1), {"name": "A"}),
            Remove(ById(2)),
            Create({"name": "C"}),
            Create({}),
            AZURE,
            Link(ByExternalId("base.be")),
        ),
    )


def test_references_of_any_form_replace_a_many2many():
    value = [3, {"code": "BE"}, {"external_id": "base.be"}, {"id": 3}]
    items = (AZURE, Link(BELGIUM), Link(ByExternalId("base.be")), AZURE)
    assert parsed(value, owned=False) == ToMany("replace", items)


def test_records_change_a_many2many():
    value = [3, {"id": 1, "_delete": True}, {"code": "BE", "name": "Belgium"}]
    items = (AZURE, Remove(ById(1)), Create({"code": "BE", "name": "Belgium"}))
    assert parsed(value, owned=False) == ToMany("change", items)


def test_ids_and_objects_do_not_mix_in_a_one2many():
    assert field_errors([1, {"name": "A"}], owned=True) == [
        ("#/x", "must have either ids or objects, not both")
    ]


@pytest.mark.parametrize(
    ("mode", "records", "items"),
    [
        ("add", [3], (AZURE,)),
        ("add", [{"name": "A"}], (Create({"name": "A"}),)),
        (
            "replace",
            [{"id": 3, "name": "A"}, 3],
            (Update(ById(3), {"name": "A"}), AZURE),
        ),
        ("replace", [], ()),
        ("remove", [3, {"id": 4}], (Remove(ById(3)), Remove(ById(4)))),
        ("remove", [{"id": 3, "_delete": True}], (Remove(ById(3)),)),
    ],
)
def test_modes_say_it_plainly(mode, records, items):
    value = {"mode": mode, "records": records}
    assert parsed(value, owned=True) == ToMany(mode, items)


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (None, "#/x"),
        (3, "#/x"),
        ("3", "#/x"),
        ({"mode": "add"}, "#/x"),
        ({"mode": "add", "records": [], "more": 1}, "#/x"),
        ({"mode": "drop", "records": []}, "#/x/mode"),
        ({"mode": [], "records": []}, "#/x/mode"),
        ({"mode": "add", "records": 3}, "#/x/records"),
        ({"mode": "add", "records": [{"id": 3, "_delete": True}]}, "#/x/records/0"),
        ({"mode": "remove", "records": [3, {"name": "A"}]}, "#/x/records/1"),
        ({"mode": "remove", "records": [{"id": 3, "name": "A"}]}, "#/x/records/0"),
        ([["a"]], "#/x/0"),
        ([True], "#/x/0"),
        ([0], "#/x/0"),
        ([{"id": "3", "name": "A"}], "#/x/0"),
        ([{"id": None}], "#/x/0"),
        ([{"_delete": True}], "#/x/0"),
        ([{"id": 3, "_delete": 1}], "#/x/0"),
        ([{"id": 3, "_delete": True, "name": "A"}], "#/x/0"),
        ([{"external_id": "b e"}], "#/x/0"),
    ],
)
def test_faults_have_a_pointer(value, place):
    (fault,) = field_errors(value, owned=True)
    assert fault[0] == place and fault[1]


def test_all_faults_are_found():
    value = ["a", 3, {"code": None}]
    assert [place for place, _detail in field_errors(value, False)] == [
        "#/x/0",
        "#/x/2",
    ]
