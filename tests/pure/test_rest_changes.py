"""What a body does to other records, and the commands for it."""

import pytest

from rest_api_core.body.changes import Change, Changes, Commands, has_many, mentions
from rest_api_core.body.reading import Reading
from rest_api_core.body.relations import ByExternalId, ByField, ById
from rest_api_core.body.values import Field

FIELDS = {
    "res.partner": {
        field.name: field
        for field in (
            Field("name", "char"),
            Field("image", "binary"),
            Field("ref", "reference"),
            Field("props", "properties"),
            Field("shares", "json", "res.account"),
            Field("country_id", "many2one", "res.country"),
            Field("child_ids", "one2many", "res.partner"),
            Field("tag_ids", "many2many", "res.tag"),
        )
    },
    "res.tag": {"name": Field("name", "char"), "color": Field("color", "integer")},
    "res.country": {},
}
fields_of = FIELDS.__getitem__


def values(body):
    reading = Reading(fields_of)
    (change,) = reading.changes("res.partner", reading.new(body, 1)).items
    return change.values


def named(body, parent=None):
    return list(mentions("res.partner", values(body), fields_of, "#", parent))


def acts(body, parent=None):
    return [(m.act, m.model, m.pointer) for m in named(body, parent)]


class Ids(dict):
    """Finds records by id, and others under 90."""

    def __missing__(self, key):
        return key[1].id if isinstance(key[1], ById) else 90


def stored(_model, name, parent):
    """Each known record has one property."""
    return {"kept": name} if parent else {}


def commands(body, parent=None, removed=None):
    made = Commands(fields_of, Ids(), removed or {}, stored)
    return made.values("res.partner", values(body), parent)


def test_plain_values_name_nothing():
    body = {"name": "A", "country_id": None, "props": {"a": 1}}
    assert named(body) == []
    assert commands(body) == {"name": "A", "country_id": False, "props": {"a": 1}}


@pytest.mark.parametrize(
    ("value", "target"),
    [
        (3, ById(3)),
        ({"code": "BE"}, ByField("code", "BE")),
        ({"external_id": "base.be"}, ByExternalId("base.be")),
    ],
)
def test_a_many2one_is_a_link(value, target):
    (mention,) = named({"country_id": value})
    assert (mention.act, mention.model) == ("link", "res.country")
    assert (mention.target, mention.pointer) == (target, "#/country_id")
    assert commands({"country_id": value}) == {"country_id": Ids()["", target]}


def test_a_reference_is_a_link_to_its_model():
    body = {"ref": {"model": "res.tag", "id": 4}}
    assert acts(body) == [("link", "res.tag", "#/ref")]
    assert commands(body) == {"ref": "res.tag,4"}


def test_files_are_their_content():
    assert commands({"image": "YWI="}) == {"image": "YWI="}


def test_properties_that_are_not_named_stay():
    body = {"props": {"a": 1}}
    assert commands(body) == body
    assert commands(body, 3) == {"props": {"kept": "props", "a": 1}}
    change = Change(values(body), ids=(3, 4))
    assert change.separate
    assert change.parents == (3,)
    assert not Change(values({"name": "A"}), ids=(3, 4)).separate


def test_the_ids_in_the_keys_of_an_object_are_links():
    body = {"shares": {"12": 50, "3,5": 50}}
    assert [(m.act, m.model, m.target, m.pointer) for m in named(body)] == [
        ("link", "res.account", ById(12), "#/shares/12"),
        ("link", "res.account", ById(3), "#/shares/3,5"),
        ("link", "res.account", ById(5), "#/shares/3,5"),
    ]
    assert commands(body) == body
    assert commands(body, 3) == {"shares": {"kept": "shares", **body["shares"]}}
    assert commands({"shares": None}, 3) == {"shares": {"kept": "shares"}}
    assert Change(values(body), ids=(3, 4)).separate


def test_ids_of_a_many2many_replace():
    body = {"tag_ids": [1, 2]}
    assert acts(body) == [
        ("replace", "res.tag", "#/tag_ids"),
        ("link", "res.tag", "#/tag_ids/0"),
        ("link", "res.tag", "#/tag_ids/1"),
    ]
    links = [(4, 1, 0), (4, 2, 0)]
    assert commands(body) == {"tag_ids": links}
    assert commands(body, 7) == {"tag_ids": [(6, 0, []), *links]}
    removed = {("res.partner", "tag_ids", 7): [5]}
    assert commands(body, 7, removed) == {"tag_ids": [(3, 5, 0), *links]}


def test_objects_of_a_many2many_create_change_and_remove():
    body = {"tag_ids": [{"id": 1, "color": 2}, {"name": "x", "color": 1}]}
    assert [act for act, *_rest in acts(body)] == ["update", "create"]
    assert acts(body)[1] == ("create", "res.tag", "#/tag_ids/1")
    assert commands(body, 7) == {
        "tag_ids": [(4, 1, 0), (1, 1, {"color": 2}), (0, 0, {"name": "x", "color": 1})]
    }
    body = {"tag_ids": [{"id": 1, "_delete": True}]}
    assert [act for act, *_rest in acts(body)] == ["link"]
    assert commands(body, 7) == {"tag_ids": [(3, 1, 0)]}


def test_objects_of_a_one2many_create_change_and_delete():
    body = {
        "child_ids": [{"id": 1, "name": "A"}, {"name": "B"}, {"id": 2, "_delete": True}]
    }
    assert [act for act, *_rest in acts(body)] == ["update", "create", "delete"]
    assert commands(body, 7) == {
        "child_ids": [(1, 1, {"name": "A"}), (0, 0, {"name": "B"}), (2, 2, 0)]
    }


def test_ids_of_a_one2many_attach_and_detach():
    body = {"child_ids": {"mode": "add", "records": [1]}}
    assert [act for act, *_rest in acts(body)] == ["attach"]
    assert commands(body, 7) == {"child_ids": [(4, 1, 0)]}
    body = {"child_ids": {"mode": "remove", "records": [1]}}
    assert [act for act, *_rest in acts(body)] == ["detach"]
    assert commands(body, 7) == {"child_ids": [(3, 1, 0)]}


def test_nested_values_belong_to_the_record_that_gets_them():
    child = {"id": 1, "child_ids": [{"id": 2, "name": "B"}], "country_id": 9}
    nested = named({"child_ids": [child, {"child_ids": [{"name": "C"}]}]}, 7)
    assert [(m.act, m.parent) for m in nested] == [
        ("update", 7),
        ("update", 1),
        ("link", 1),
        ("create", 7),
        ("create", None),
    ]
    assert nested[4].pointer == "#/child_ids/1/child_ids/0"


def test_values_depend_on_their_record_if_they_have_lists():
    assert not has_many(values({"name": "A", "country_id": 1}))
    lists = values({"tag_ids": []})
    assert has_many(lists)
    assert Change({}).parents == (None,)
    assert Change({}, "#", (1, 2)).parents == (1,)
    assert Change(lists, "#", (1, 2)).parents == (1, 2)


def test_changes_name_their_records_and_fields():
    changes = Changes(
        "res.partner", (Change({"a": 1}, "#/0", (7, 8)), Change({"b": 1}))
    )
    assert changes.ids == (7, 8)
    assert changes.names == {"a", "b"}
    assert Changes("res.partner").names == frozenset()
