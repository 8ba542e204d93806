"""Bodies as trees of records: examples #2 and #5 of the token dialect."""

import pytest

from rest_api_core.body.relations import ById, Create, Link, Remove, ToMany, Update
from rest_api_core.body.tree_reading import TreeReading, UrlText
from rest_api_core.body.values import Field
from rest_api_core.wire.problem import BodyProblem

FIELDS = {
    "res.partner": [
        Field("name", "char"),
        Field("active", "boolean"),
        Field("color", "integer"),
        Field("country_id", "many2one", comodel="res.country"),
        Field("bank_ids", "one2many", comodel="res.partner.bank"),
        Field("category_id", "many2many", comodel="res.partner.category"),
    ],
    "res.partner.bank": [
        Field("acc_number", "char"),
        Field("tag_ids", "many2many", comodel="res.partner.category"),
    ],
    "res.partner.category": [Field("name", "char")],
}


def fields_of(model):
    return {field.name: field for field in FIELDS[model]}


def read(body):
    """The values of one record."""
    reading = TreeReading(fields_of)
    return reading.changes("res.partner", reading.new(body, 100)).items[0].values


def errors(body):
    with pytest.raises(BodyProblem) as caught:
        read(body)
    return [(error.pointer, error.detail) for error in caught.value.errors]


def test_a_tree_changes_deletes_and_creates_lines():
    lines = [{"id": 56, "acc_number": "1"}, {"id": 57}, {"acc_number": "4"}]
    assert read({"bank_ids": lines}) == {
        "bank_ids": ToMany(
            "change",
            (
                Update(ById(56), {"acc_number": "1"}),
                Remove(ById(57)),
                Create({"acc_number": "4"}),
            ),
        )
    }


def test_ids_of_a_many2many_replace_what_is_there():
    tags = ToMany("replace", (Link(ById(3)), Link(ById(4))))
    assert read({"category_id": [{"id": 3}, {"id": 4}]}) == {"category_id": tags}
    assert read({"category_id": []}) == {"category_id": ToMany("replace", ())}


def test_no_lines_change_no_lines():
    assert read({"bank_ids": []}) == {"bank_ids": ToMany("add", ())}


def test_false_is_null_but_for_booleans():
    assert read({"name": False, "country_id": False, "active": False}) == {
        "name": None,
        "country_id": None,
        "active": False,
    }


def test_text_of_a_url_has_the_type_of_its_field():
    body = {
        "name": UrlText("3"),
        "color": UrlText("3"),
        "active": UrlText("True"),
        "country_id": UrlText("7"),
        "category_id": UrlText("[3]"),
    }
    assert read(body) == {
        "name": "3",
        "color": 3,
        "active": True,
        "country_id": ById(7),
        "category_id": ToMany("replace", (Link(ById(3)),)),
    }
    assert errors({"color": UrlText("red")}) == [("#/color", "must be an integer")]


def create(number):
    return Create({"acc_number": number})


@pytest.mark.parametrize(
    ("commands", "expected"),
    [
        ([[0, 0, {"acc_number": "1"}]], ToMany("change", (create("1"),))),
        (
            [[1, 5, {"acc_number": "2"}], [2, 6], [0, 0, {"acc_number": "1"}]],
            ToMany(
                "change",
                (Update(ById(5), {"acc_number": "2"}), Remove(ById(6)), create("1")),
            ),
        ),
        ([[3, 5], [3, 6, 0]], ToMany("remove", (Remove(ById(5)), Remove(ById(6))))),
        ([[4, 5], [4, 6, 0]], ToMany("add", (Link(ById(5)), Link(ById(6))))),
        ([[6, 0, [5, 6]]], ToMany("replace", (Link(ById(5)), Link(ById(6))))),
        ([[5]], ToMany("replace", ())),
        ([[5], [4, 7]], ToMany("replace", (Link(ById(7)),))),
        ([[6, 0, [5]], [4, 7]], ToMany("replace", (Link(ById(5)), Link(ById(7))))),
    ],
)
def test_commands_of_odoo_are_understood(commands, expected):
    assert read({"bank_ids": commands}) == {"bank_ids": expected}


def test_commands_may_be_nested():
    lines = [{"acc_number": "1", "tag_ids": [[6, 0, [3]]]}]
    tags = ToMany("replace", (Link(ById(3)),))
    created = Create({"acc_number": "1", "tag_ids": tags})
    assert read({"bank_ids": lines}) == {"bank_ids": ToMany("change", (created,))}


@pytest.mark.parametrize(
    ("commands", "detail"),
    [
        ([[3, 5], [4, 6]], "has commands that cannot be used together"),
        ([[4, 5], [6, 0, [7]]], "has commands that cannot be used together"),
    ],
)
def test_commands_that_contradict_each_other_are_an_error(commands, detail):
    assert errors({"bank_ids": commands}) == [("#/bank_ids", detail)]


@pytest.mark.parametrize(
    "commands",
    [
        [[1, 5, None]],
        [[1, 5]],
        [[6, 0, "x"]],
        [[4]],
        [[9, 1]],
        [[True, 1]],
    ],
)
def test_broken_commands_are_errors(commands):
    assert errors({"bank_ids": commands})


def test_unknown_fields_are_errors_as_in_v1():
    ((pointer, detail),) = errors({"nme": 1})
    assert pointer == "#/nme"
    assert "does not exist or cannot be written" in detail
