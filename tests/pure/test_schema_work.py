import json
import time

import pytest

from endpoint.schema import ecma, json_body, run
from endpoint.schema.errors import SchemaError
from endpoint.schema.json_body import JsonBody, check


def seconds(schema, body):
    compiled = JsonBody(json.dumps(schema))
    body = json.dumps(body).encode()
    started = time.monotonic()
    found = compiled.errors(body)
    return time.monotonic() - started, [e["type"] for e in found]


def test_unique_items_are_compared_in_linear_time():
    # all of these numbers have the same hash in Python
    colliding = [number * (2**61 - 1) for number in range(20_000)]
    for items in ([{"a": n} for n in range(4000)], colliding):
        taken, found = seconds({"uniqueItems": True}, items)
        assert taken < 0.5
        assert found == []


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf", "allOf"])
def test_recursion_under_alternatives_is_not_exponential(keyword):
    branches = [{"properties": {"a": {"$ref": "#"}}, "type": "object"}] * 2
    branches[1] = {**branches[0], "minProperties": 0}
    body = 1
    for _level in range(30):
        body = {"a": body}
    schema = {"anyOf": branches} if keyword != "oneOf" else {"oneOf": branches}
    taken, found = seconds(schema, body)
    assert taken < 1
    assert found == [keyword if keyword == "oneOf" else "anyOf"]


def test_many_evaluated_names_take_linear_time():
    schema = {
        "allOf": [{"additionalProperties": {}}, {"items": {}}],
        "unevaluatedProperties": False,
        "unevaluatedItems": False,
    }
    for body in ({str(n): n for n in range(5000)}, list(range(5000))):
        taken, found = seconds(schema, body)
        assert taken < 1
        assert found == []


def test_validation_has_a_time_limit(monkeypatch, caplog):
    monkeypatch.setattr(run, "MAX_SECONDS", 0.05)
    schema = {"items": {"items": {"type": "integer"}}}
    taken, found = seconds(schema, [[1] * 1000] * 1000)
    assert taken < 1
    assert found == ["timeout"]
    assert "took too long to validate" in caplog.text


def test_a_slow_pattern_fails_the_body_even_in_a_not(monkeypatch):
    monkeypatch.setattr(ecma, "MAX_SECONDS", 0.05)
    schema = {"not": {"pattern": "^(?:a|aa)+$"}}
    assert seconds(schema, "a" * 100 + "b")[1] == ["timeout"]


def test_an_inner_validation_has_no_more_time_than_the_outer():
    with run.Limited(0) as outer:
        outer.deadline = 0
        with run.Limited(0) as inner, pytest.raises(run.TooSlow):
            inner.check()
    assert run.current().deadline == float("inf")


def test_larger_bodies_have_more_time():
    with run.Limited(100) as small, run.Limited(3 * 1024 * 1024) as inner:
        assert inner.deadline == small.deadline
    with run.Limited(3 * 1024 * 1024) as large:
        assert large.deadline - small.deadline > 5


def test_bodies_that_are_too_deep_for_their_schema_are_rejected():
    inner = {"items": {"$ref": "#"}}
    for _level in range(20):
        inner = {"allOf": [inner]}
    body = []
    for _level in range(90):
        body = [body]
    found = seconds(inner, body)[1]
    assert found == ["json_invalid"]


def test_schemas_that_are_too_deep_are_refused():
    schema = "{}"
    for _level in range(500):
        schema = f'{{"not": {schema}}}'
    with pytest.raises(SchemaError, match="too deeply"):
        check(schema)


def test_a_text_is_not_deep():
    body = json.dumps(["[{" * 200, "\\" * 3 + '"[' * 200] * 2).encode()
    assert json_body.depth(body) == 1
    assert json_body.depth(b"]" * 10 + b"[" * 200) == 190


@pytest.mark.parametrize("body", [b"NaN", b"[", b"\xff", b"{'a': 1}"])
def test_invalid_json_has_its_own_type(body):
    assert JsonBody("true").errors(body)[0]["type"] == "json_invalid"


def test_a_large_schema_is_checked_once_and_compiled_quickly():
    parts = {
        f"part{number}": {
            "description": "x" * 150,
            "type": "object",
            "additionalProperties": False,
            "properties": {"a": {"$ref": "#/$defs/part0"}, "b": {"type": "string"}},
        }
        for number in range(1000)
    }
    text = json.dumps({"$defs": parts, "$ref": "#/$defs/part7"})
    started = time.monotonic()
    compiled = JsonBody(text)
    # 300 KB; 2.8 MB must compile within 0.2 s
    assert time.monotonic() - started < 0.1
    assert compiled.errors(b'{"a": {"b": 1}}')[0]["loc"] == ["body", "a", "b"]
