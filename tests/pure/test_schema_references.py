import json

import pytest
from json_schemas import DRAFTS, errors, refused

from endpoint.schema.errors import SchemaError
from endpoint.schema.json_body import JsonBody, check

NESTED = {
    "$id": "http://example.com/o",
    "$defs": {"n": {"type": "integer"}},
    "properties": {"x": {"$ref": "#/$defs/n"}},
}


def test_a_reference_is_resolved_against_its_own_base():
    schema = {
        "properties": {"a": {"$ref": "http://example.com/o"}},
        "$defs": {"o": NESTED},
    }
    assert errors(schema, {"a": {"x": 1}}) == []
    assert errors(schema, {"a": {"x": "y"}})[0]["loc"] == ["body", "a", "x"]
    inner = {key: value for key, value in NESTED.items() if key != "$defs"}
    schema["$defs"] = {"o": inner, "n": {}}
    assert "cannot resolve #/$defs/n" in refused(schema)


@pytest.mark.parametrize("keyword", ["const", "enum", "default", "examples", "example"])
def test_a_reference_in_data_is_data(keyword):
    data = {"$ref": "#/nowhere", "pattern": "(", "nullable": True}
    check(json.dumps({keyword: [data] if keyword in ("enum", "examples") else data}))


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"a": {"$dynamicRef": "#nope"}}},
        {"$ref": "#/$defs/nowhere"},
        {"$ref": "http://127.0.0.1:1/x"},
        {"items": {"$ref": "file:///etc/passwd"}},
        {"$ref": "other.json"},
        {"$ref": "#anchor"},
        {"a": [1], "$ref": "#/a/x"},
        {"a": {"$ref": "#/b"}, "$ref": "#/a"},
        {"$ref": "http://[::1"},
    ],
)
def test_references_to_nothing_are_refused(schema):
    assert "cannot resolve" in refused(schema)


@pytest.mark.parametrize("keyword", ["z", "$defs", "if", "prefixItems"])
def test_what_is_referenced_is_a_valid_schema(keyword):
    """In draft 4, none of these keywords is known: nobody else checks what is there."""
    wrong = {"minimum": "x"}
    inner = [wrong] if keyword == "prefixItems" else {"a": wrong}
    target = "0" if keyword == "prefixItems" else "a"
    schema = {
        "$schema": DRAFTS["4"],
        keyword: inner,
        "items": {"$ref": f"#/{keyword}/{target}"},
    }
    assert "'x' is not of type 'number'" in refused(schema)
    schema["items"] = {"not": {"$ref": None}}
    assert "$ref must be a text" in refused(schema)
    del schema["items"]
    assert errors(schema, [1]) == []


WRONG_ID = {"$id": "http://[::1", "items": {"$id": "b"}}


@pytest.mark.parametrize("schema", [WRONG_ID, {"$defs": {"a": WRONG_ID}}, {"$id": 5}])
def test_identifiers_are_uris(schema):
    reason = refused(schema)
    assert "is not of type 'string'" in reason or "is not a URI" in reason


def test_a_wrong_identifier_that_was_stored_fails_by_name():
    with pytest.raises(SchemaError, match="identifier"):
        JsonBody('{"$id": 5}')


def test_references_to_data_are_refused():
    assert "is not a schema" in refused({"a": 1, "$ref": "#/a"})


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"allOf": [{"$ref": "#"}]},
        {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"not": {"$ref": "#/$defs/a"}}}},
        {"$schema": DRAFTS["2019"], "anyOf": [{"$recursiveRef": "#"}]},
        {"$schema": DRAFTS["7"], "dependencies": {"a": {"$ref": "#"}}},
        {"if": {"$dynamicRef": "#"}},
    ],
)
def test_endless_loops_are_refused(schema):
    assert "endless loop" in refused(schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"items": {"$ref": "#"}},
        {"properties": {"a": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}},
        {
            "$schema": DRAFTS["7"],
            "$ref": "#/definitions/a",
            "allOf": [{"$ref": "#"}],
            "definitions": {"a": {}},
        },
        {"allOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}], "$defs": {"a": {}}},
    ],
)
def test_recursion_into_the_body_is_no_loop(schema):
    assert errors(schema, {"a": None}) == []


@pytest.mark.parametrize("schema", [{"$ref": "#/a"}, {"pattern": "("}, {"enum": 1}])
def test_a_schema_that_was_not_checked_fails_by_name(schema):
    with pytest.raises(SchemaError):
        JsonBody(json.dumps(schema)).errors(b'"a"')
