"""Examples of bodies for a JSON Schema: those that are valid, or none."""

import json
from random import Random

import pytest
from json_schemas import DRAFTS

from endpoint.schema import dialects, json_example
from endpoint.schema.errors import SchemaError
from endpoint.schema.json_body import JsonBody, check
from endpoint.schema.json_example import example

SOME = 150  # random schemas of each draft
TREE = {
    "$defs": {
        "node": {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string"},
                "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
            },
        }
    },
    "$ref": "#/$defs/node",
}
ORDER = {
    "type": "object",
    "required": ["customer", "lines"],
    "properties": {
        "customer": {"type": "string", "minLength": 1},
        "note": {"type": "string"},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["qty"],
                "properties": {"qty": {"type": "integer", "minimum": 2}},
            },
        },
    },
}
TEXT = {"type": "string", "maxLength": 9}
# schema → its example
EXAMPLES = [
    ({}, {}),
    (True, {}),
    (ORDER, {"customer": "text", "lines": [{"qty": 2}]}),
    (TREE, {"name": "text"}),
    ({**ORDER, "examples": [{"customer": "Ada", "lines": []}]},)
    + ({"customer": "Ada", "lines": []},),
    ({**ORDER, "examples": ["wrong"]}, {"customer": "text", "lines": [{"qty": 2}]}),
    ({"properties": {"a": {"default": 7}, "b": {}}}, {"a": 7, "b": "text"}),
    ({"const": None}, None),
    ({"enum": ["a", "b"]}, "a"),
    ({"type": ["null", "boolean"]}, True),
    ({"type": "null"}, None),
    ({"allOf": [{"type": "number"}, {"type": "integer"}]}, 1),
    ({"type": "integer", "multipleOf": 5, "minimum": 7}, 10),
    ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, 0.5),
    ({"type": "integer", "exclusiveMinimum": 1, "maximum": 2}, 2),
    ({"type": "integer", "maximum": -3}, -3),
    ({"minLength": 6, "maxLength": 8}, "textxx"),
    ({"maxLength": 2}, "te"),
    ({"format": "date"}, "2026-01-31"),
    ({"type": "string", "format": "colour"}, "text"),
    ({"pattern": "^[A-Z]{3}-\\d+$"}, "AAA-1"),
    ({"pattern": "e"}, "text"),
    ({"pattern": "^(?:x|y)(z)?$"}, "x"),
    (
        {
            "type": "array",
            "minItems": 2,
            "uniqueItems": True,
            "items": {"type": "integer"},
        },
    )
    + ([1, 2],),
    ({"type": "array", "minItems": 2, "uniqueItems": True},) + (["text", "text1"],),
    ({"items": {"type": "string"}, "contains": {"minLength": 5}}, ["textx"]),
    ({"items": {"$ref": "#"}}, [[[[[]]]]]),
    ({"items": False}, []),
    ({"prefixItems": [{"type": "integer"}], "minItems": 2}, [1, "text"]),
    ({"minProperties": 2}, {"name0": "text", "name1": "text"}),
    (
        {"required": ["x1"], "patternProperties": {"^x": {"type": "integer"}}},
        {"x1": 1},
    ),
    ({"required": ["y"], "additionalProperties": {"const": 3}}, {"y": 3}),
    (
        {"required": ["a"], "dependentRequired": {"a": ["b"]}},
        {"a": "text", "b": "text"},
    ),
    (
        {"required": ["a"], "dependentRequired": {"a": ["b"], "b": ["a"]}},
        {"a": "text", "b": "text"},
    ),
    # the first alternative is impossible, so the next one is taken
    ({"anyOf": [False, {"type": "integer"}]}, 1),
    ({"oneOf": [{"type": "string"}, TEXT, {"type": "null"}]}, None),
    # nothing is required, but all properties together are too many
    ({"properties": {"a": {}, "b": {}}, "maxProperties": 1}, {}),
]
WITHOUT = [
    False,
    {"not": {}},
    {"type": "integer", "minimum": 2, "maximum": 1},
    {"type": "integer", "enum": []},
    {"type": "array", "minItems": 1000},
    {"items": False, "minItems": 1},
    {"minLength": 100_000},
    {"minProperties": 1000},
    {"pattern": "^a(?=b)$"},
    {"pattern": "^(?:a{999}){999}$"},
    {"pattern": "^[^\\s\\S]$"},
    {"allOf": [{"type": "string"}, {"type": "integer"}]},
    {"minLength": 900, "type": "array", "items": {"minLength": 900}, "minItems": 4},
    {"required": ["a"], "properties": {"a": {"$ref": "#"}}},
]


@pytest.mark.parametrize(("schema", "value"), EXAMPLES)
def test_example_is_the_smallest_value_that_tells_something(schema, value):
    text = example(json.dumps(schema))
    assert json.loads(text) == value
    assert not JsonBody(json.dumps(schema), check_formats=True).errors(text.encode())


@pytest.mark.parametrize("schema", WITHOUT)
def test_no_example_is_better_than_a_wrong_one(schema):
    assert example(json.dumps(schema)) is None


@pytest.mark.parametrize(
    "text", ["{", "type: 17", "- a", "$ref: '#/x'", "type: nothing"]
)
def test_text_that_is_no_schema_has_no_example(text):
    assert example(text) is None


def test_large_schema_has_no_example():
    schema = {"description": "x" * json_example.MAX_SCHEMA}
    assert example(json.dumps(schema)) is None


def test_large_example_is_not_shown():
    names = [f"property_{number}" for number in range(150)]
    assert example(json.dumps({"required": names})) is None


def test_references_that_explode_end_in_time():
    schema = {"$defs": {"a0": {"type": "string"}}}
    for level in range(1, 19):
        both = [{"$ref": f"#/$defs/a{level - 1}"}] * 2
        schema["$defs"][f"a{level}"] = {"allOf": both}
    schema["$ref"] = "#/$defs/a18"
    assert example(json.dumps(schema)) is None


@pytest.mark.parametrize("uri", DRAFTS.values())
def test_meta_schemas_of_all_drafts_have_an_example(uri):
    base = dialects.dialect_of({"$schema": uri}).base
    reference = base.ID_OF(base.META_SCHEMA)
    assert example(json.dumps({"$schema": uri, "$ref": reference})) is not None


def test_exclusive_limits_of_draft_4_are_booleans():
    schema = {
        "$schema": DRAFTS["4"],
        "type": "integer",
        "minimum": 5,
        "exclusiveMinimum": True,
        "maximum": 7,
        "exclusiveMaximum": True,
    }
    assert example(json.dumps(schema)) == "6"


def test_keywords_of_other_drafts_are_ignored():
    schema = {"$schema": DRAFTS["4"], "prefixItems": 5, "const": 3, "type": "string"}
    assert example(json.dumps(schema)) == '"text"'


def test_items_of_older_drafts_are_a_list():
    schema = {
        "$schema": DRAFTS["7"],
        "items": [{"type": "integer"}],
        "additionalItems": {"type": "boolean"},
        "minItems": 2,
        "dependencies": {"a": ["b"]},
    }
    assert example(json.dumps(schema)) == "[1, true]"


SMALL = [0, 1, 2, 3, 7, 2.5, -1, "", "a", "^a+$", "date", True, False, None]
NAMES = ["string", "integer", "number", "object", "array", "boolean", "null"]
NUMBERS = ("minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum")
COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties")
LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
SCHEMAS = ("items", "additionalProperties", "not", "contains", "if", "then", "else")


def some_schema(random, depth=0):
    """A schema of up to five keywords, most of which fit together."""
    if depth > 3 or random.random() < 0.05:
        return random.choice([True, False, {}, {"$ref": "#"}])
    schema = {"type": random.choice(NAMES)} if random.random() < 0.6 else {}
    inner = lambda: some_schema(random, depth + 1)  # noqa: E731
    makers = {
        **dict.fromkeys(NUMBERS, lambda: random.choice([1, 2, 5, 0.5, -3, 10])),
        **dict.fromkeys(COUNTS, lambda: random.randint(0, 4)),
        **dict.fromkeys(LISTS, lambda: [inner() for _n in range(random.randint(1, 3))]),
        **dict.fromkeys(SCHEMAS, inner),
        **dict.fromkeys(("const", "default"), lambda: random.choice(SMALL)),
        **dict.fromkeys(("enum", "examples"), lambda: random.sample(SMALL, 2)),
        "pattern": lambda: random.choice(["^a+$", "\\d{2}", "^[A-Z]{2}-\\d$"]),
        "format": lambda: random.choice(["date", "email", "uuid", "none"]),
        "uniqueItems": lambda: random.random() < 0.5,
        "properties": lambda: {name: inner() for name in random.sample("abc", 2)},
        "patternProperties": lambda: {"^a": inner()},
        "required": lambda: random.sample(["a", "b", "x"], random.randint(0, 2)),
        "dependentRequired": lambda: {"a": ["b"]},
    }
    for keyword in random.sample(sorted(makers), random.randint(0, 4)):
        schema[keyword] = makers[keyword]()
    return schema


@pytest.mark.parametrize("draft", DRAFTS)
def test_random_schemas_have_a_valid_example_or_none(draft):
    """Nothing raises, and most schemas that any value matches have an example."""
    random, shown = Random(draft), 0
    schemas = [some_schema(random) for _number in range(SOME)]
    accepted = [schema for schema in schemas if is_accepted(schema, draft)]
    for schema in accepted:
        text = example(json.dumps({"$schema": DRAFTS[draft], **schema}))
        body = JsonBody(json.dumps({"$schema": DRAFTS[draft], **schema}))
        shown += text is not None and not body.errors(text.encode())
    assert len(accepted) > SOME / 3
    assert shown > len(accepted) * 0.6


def is_accepted(schema, draft):
    try:
        check(json.dumps({"$schema": DRAFTS[draft], **schema}))
    except (SchemaError, TypeError):
        return False
    return True
