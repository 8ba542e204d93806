import pytest
from json_schemas import DRAFTS, errors, refused

# draft, schema, valid body, invalid body
DIALECTS = [
    ("4", {"minimum": 1, "exclusiveMinimum": True}, 2, 1),
    ("4", {"type": "integer"}, 1, 1.0),
    ("4", {"definitions": {"a": {"id": "#x", "type": "null"}}, "$ref": "#x"}, None, 1),
    ("6", {"exclusiveMinimum": 1}, 2, 1),
    ("6", {"contains": {"const": 1}}, [1], [2]),
    ("7", {"dependencies": {"a": ["b"]}}, {"a": 1, "b": 1}, {"a": 1}),
    ("7", {"if": {"const": 1}, "then": False, "else": {"const": 2}}, 2, 1),
    ("7", {"items": [{"const": 1}], "additionalItems": False}, [1], [1, 2]),
    ("7", {"definitions": {"a": {}}, "$ref": "#/definitions/a", "not": {}}, 1, None),
    ("2019", {"$recursiveAnchor": True, "items": {"$recursiveRef": "#"}}, [[]], None),
    ("2019", {"items": [{}], "unevaluatedItems": False}, [1], [1, 2]),
    (
        "2019",
        {"items": [{}], "additionalItems": {}, "unevaluatedItems": False},
        [1, 2],
        0,
    ),
    ("2019", {"items": {}, "unevaluatedItems": False}, [1, 2], None),
    ("2019", {"dependentRequired": {"a": ["b"]}}, {"a": 1, "b": 1}, {"a": 1}),
    ("2020", {"prefixItems": [{"const": 1}], "items": False}, [1], [1, 2]),
    ("2020", {"dependencies": {"a": ["b"]}}, {"a": 1, "b": 1}, {"a": 1}),
    ("2020", {"contains": {"const": 1}, "unevaluatedItems": False}, [1], [1, 2]),
    ("2020", {"prefixItems": [{}], "unevaluatedItems": {"const": 2}}, [1, 2], [1, 3]),
    ("2020", {"items": {}, "unevaluatedItems": False}, [1], None),
    (
        "2020",
        {"allOf": [{"unevaluatedItems": True}], "unevaluatedItems": False},
        [1],
        None,
    ),
    (
        "2020",
        {
            "properties": {"a": {}},
            "patternProperties": {"^x": {}},
            "dependentSchemas": {"a": {"properties": {"d": {}}}, "n": False},
            "if": {"properties": {"i": {"const": 1}}, "required": ["i"]},
            "then": {"properties": {"t": {}}},
            "else": {"properties": {"e": {}}},
            "anyOf": [{"properties": {"s": {}}}, True],
            "$ref": "#/$defs/r",
            "$defs": {
                "r": {
                    "$id": "http://a.example/r",
                    "$ref": "#/$defs/q",
                    "$defs": {"q": {"properties": {"r": {}}}},
                }
            },
            "unevaluatedProperties": False,
        },
        {"a": 1, "xy": 1, "d": 1, "i": 1, "t": 1, "s": 1, "r": 1},
        {"a": 1, "t": 1},
    ),
    (
        "2020",
        {
            "allOf": [{"additionalProperties": {"type": "integer"}}],
            "unevaluatedProperties": False,
        },
        {"a": 1},
        {"a": "b"},
    ),
    (
        "2020",
        {"anyOf": [{"unevaluatedProperties": True}], "unevaluatedProperties": False},
        {"a": 1},
        None,
    ),
    ("2020", {"unevaluatedProperties": {"const": 1}}, {"a": 1}, {"a": 2}),
    ("2020", {"unevaluatedProperties": False, "unevaluatedItems": False}, 1, [1]),
    (
        "2020",
        {
            "if": {"properties": {"k": {}}, "required": ["k"]},
            "unevaluatedProperties": False,
        },
        {"k": 1},
        {"other": 1},
    ),
    (
        "2020",
        {"$ref": "https://json-schema.org/draft/2020-12/schema"},
        {"type": "object"},
        {"type": "nonsense"},
    ),
    (
        "2020",
        {
            "$ref": "#/$defs/list",
            "$defs": {
                "list": {
                    "items": {"$dynamicRef": "#item"},
                    "$defs": {"item": {"$dynamicAnchor": "item", "type": "integer"}},
                    "anyOf": [{"type": "array"}],
                }
            },
        },
        [1],
        ["a"],
    ),
]


@pytest.mark.parametrize(("draft", "schema", "valid", "invalid"), DIALECTS)
def test_the_declared_dialect_decides(draft, schema, valid, invalid):
    declared = {"$schema": DRAFTS[draft], **schema}
    assert errors(declared, valid) == []
    # None stands for "no body is invalid", and for null where that is valid
    assert errors(declared, invalid) or invalid in (None, 0)


@pytest.mark.parametrize(
    "uri", ["http://json-schema.org/draft-03/schema#", "http://x.example/dialect", "7"]
)
def test_unknown_dialects_are_refused_with_the_known_ones(uri):
    message = refused({"$schema": uri})
    assert uri in message
    assert "2020-12, 2019-09, draft 7, draft 6, draft 4" in message


def test_a_part_in_another_dialect_is_refused():
    inner = {"$id": "http://a.example/", "$schema": DRAFTS["7"]}
    assert "another dialect" in refused({"$defs": {"a": inner}})
    inner["$schema"] = DRAFTS["2020"]
    schema = {"properties": {"a": {"$ref": "http://a.example/"}}, "$defs": {"a": inner}}
    assert errors(schema, {"a": 1}) == []


def test_nullable_is_refused_with_a_hint():
    message = refused("properties: {a: {type: string, nullable: true}}")
    assert '"type": ["string", "null"]' in message
    assert "$.properties.a" in message


def test_a_property_may_have_the_name_of_a_keyword():
    names = ("nullable", "$schema", "$ref", "pattern", "const", "not")
    schema = {"properties": {name: {"type": "string"} for name in names}}
    assert errors(schema, dict.fromkeys(names, "x")) == []
    assert len(errors(schema, dict.fromkeys(names, 1))) == len(names)
