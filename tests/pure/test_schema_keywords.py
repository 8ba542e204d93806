import pytest
from json_schemas import errors, refused

from endpoint.schema.json_body import JsonBody


def test_patterns_are_checked_on_save():
    assert "pattern (: a group is not closed (at $.items)" in refused(
        {"items": {"pattern": "("}}
    )
    assert "at $" in refused({"patternProperties": {"[z-a]": {}}})


def test_a_pattern_follows_ecma_262():
    assert errors({"pattern": "^[a-z]+$"}, "abc\n")[0]["type"] == "pattern"
    schema = {"patternProperties": {r"^\d$": {"type": "null"}}}
    assert errors(schema, {"৪": 1, "a": 1}) == []
    assert errors(schema, {"4": 1})[0]["loc"] == ["body", "4"]
    assert errors(schema, 1) == []
    schema["additionalProperties"] = False
    found = errors(schema, {"4": None, "৪": 1})
    assert [e["type"] for e in found] == ["additionalProperties"]
    assert errors(schema, 1) == []


def test_additional_properties_can_have_a_schema():
    schema = {"properties": {"a": {}}, "additionalProperties": {"type": "null"}}
    assert errors(schema, {"a": 1, "b": None}) == []
    assert errors(schema, {"b": 1, "c": 1})[1]["loc"] == ["body", "c"]
    assert errors({"additionalProperties": True}, {"b": 1}) == []


def test_several_unexpected_names_are_listed():
    message = errors({"additionalProperties": False}, {"a": 1, "b": 1})[0]["msg"]
    assert message == "Additional properties are not allowed ('a', 'b' were unexpected)"


def test_formats_are_checked_if_asked_for():
    schema = {"format": "date"}
    assert errors(schema, "today") == []
    found = errors(schema, "today", check_formats=True)
    assert found == [
        {"loc": ["body"], "msg": "'today' is not a 'date'", "type": "format"}
    ]
    for body in ("2024-02-29", 1):
        assert errors(schema, body, check_formats=True) == []
    assert errors({"format": "mine"}, "x", check_formats=True) == []


@pytest.mark.parametrize(
    ("unit", "number", "is_multiple"),
    [
        (0.01, 19.99, True),
        (0.1, 10**400, True),
        (0.3, 1.0, False),
        (1e-300, 1e300, True),
        (2, 4, True),
        (2, 5, False),
        (2, True, True),
        (2, "x", True),
    ],
)
def test_multiples_are_decimal(unit, number, is_multiple):
    assert (not errors({"multipleOf": unit}, number)) is is_multiple


def test_infinity_is_no_multiple():
    assert JsonBody('{"multipleOf": 2}').errors(b"1e999")[0]["type"] == "multipleOf"


@pytest.mark.parametrize(
    ("items", "unique"),
    [
        ([1, 1.0], False),
        ([1, True], True),
        ([0, False, "0", None, "None", [], {}, [0], {"a": 0}], True),
        ([{"a": 1, "b": [2]}, {"b": [2.0], "a": 1}], False),
        ([[1, [2]], [1, [2]]], False),
        ([1.5, 1.25], True),
        (["a", "a"], False),
        ("aa", True),
    ],
)
def test_unique_items(items, unique):
    assert (not errors({"uniqueItems": True}, items)) is unique
    assert errors({"uniqueItems": False}, items) == []


def test_one_of_several_needs_exactly_one_match():
    schema = {"oneOf": [{"type": "integer"}, {"minimum": 2}]}
    assert errors(schema, 1) == []
    found = errors(schema, 3)
    assert [e["type"] for e in found] == ["oneOf"]
    assert (
        found[0]["msg"]
        == "3 is valid under each of {'type': 'integer'} and {'minimum': 2}"
    )


def test_not():
    found = errors({"not": {"type": "null"}}, None)
    assert found[0]["msg"] == "None should not be valid under {'type': 'null'}"
    assert errors({"not": {"anyOf": [{"type": "null"}]}}, 1) == []


RESOURCES = {
    "oneOf": [{"$ref": "#/$defs/Patient"}, {"$ref": "#/$defs/Account"}],
    "$defs": {
        name: {
            "properties": {
                "resourceType": {"const": name},
                "name": {"type": kind},
                "contained": {"items": {"$ref": "#"}},
            },
            "required": ["resourceType"],
        }
        for name, kind in (("Patient", "array"), ("Account", "string"))
    },
}


def test_the_errors_of_the_closest_branch_are_named_with_their_path():
    body = {"resourceType": "Account", "name": []}
    assert errors(RESOURCES, body) == [
        {
            "loc": ["body", "name"],
            "msg": "[] is not of type 'string' (closest: #/$defs/Account)",
            "type": "type",
        }
    ]
    outer = {"resourceType": "Patient", "contained": [body]}
    found = errors(RESOURCES, outer)
    assert [e["loc"] for e in found] == [["body", "contained", 0, "name"]]
    assert found[0]["msg"].count("closest") == 1


@pytest.mark.parametrize(
    ("branches", "body"),
    [
        ([{"type": "string"}, {"type": "integer"}], None),
        ([{"required": ["a"]}, {"required": ["b"]}], {}),
        ([False, {"const": 1}], 2),
        ([], 1),
    ],
)
def test_without_a_closest_branch_the_alternative_itself_fails(branches, body):
    if branches:
        found = errors({"anyOf": branches}, body)
        assert [e["type"] for e in found] == ["anyOf"]
        assert "is not valid under any of the given schemas" in found[0]["msg"]


def test_a_branch_is_named_by_its_title_or_its_number():
    order = {"title": "Order", "type": "object", "required": ["a"]}
    assert "(closest: Order)" in errors({"anyOf": [False, order]}, {})[0]["msg"]
    del order["title"]
    assert "(closest: schema 2)" in errors({"anyOf": [False, order]}, {})[0]["msg"]
    inner = {"anyOf": [{"type": "string"}, {"required": ["a"]}]}
    assert errors({"not": {"allOf": [inner]}}, {}) == []
    assert (
        "(closest: schema 2)"
        in errors({"anyOf": [False, {"allOf": [inner]}]}, {})[0]["msg"]
    )
    assert (
        "(closest: schema 1)" in errors({"anyOf": [{"maxItems": 1}]}, [1, 2])[0]["msg"]
    )
    assert "(closest: schema 1)" in errors({"anyOf": [{"items": False}]}, [1])[0]["msg"]


def test_only_some_alternatives_are_explained():
    schema = {"items": {"anyOf": [{"type": "string"}, {"required": ["a"]}]}}
    found = errors(schema, [{}] * 30)
    types = [e["type"] for e in found]
    assert types == ["required"] * 20 + ["anyOf"] * 10
