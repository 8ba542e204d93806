import datetime
import json

import pytest

from endpoint import json_response, wire


def odoo_like_default(value):
    return str(value)


def body(result):
    return json.loads(json_response.from_result(result, odoo_like_default).body)


def test_an_empty_result_is_an_empty_json_string_with_200():
    response = json_response.from_result({}, odoo_like_default)
    assert response == ('""', 200, [("Content-Type", "application/json")])


@pytest.mark.parametrize("payload", [[], {}, 0, False, None, "text", {"a": [1]}])
def test_payloads_are_encoded_unchanged(payload):
    assert body({"payload": payload}) == payload


def test_dates_use_the_default_function():
    assert body({"payload": datetime.date(2026, 1, 2)}) == "2026-01-02"


def test_bytes_are_decoded_as_utf_8_or_encoded_as_base64():
    assert body({"payload": [b"abc", b"\xff\xfe"]}) == ["abc", "//4="]


def test_the_default_function_of_the_result_comes_first():
    payload = {"payload": {1, 2}, "json_default": lambda value: len(value)}
    assert body(payload) == 2


def test_status_and_headers():
    result = {
        "payload": 1,
        "status_code": 201,
        "headers": {"X-A": 1, "content-type": "x"},
    }
    response = json_response.from_result(result, odoo_like_default)
    assert response.status == 201
    assert response.headers == [("X-A", "1"), ("Content-Type", "application/json")]


def test_headers_may_be_pairs():
    result = {"headers": [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]}
    headers = json_response.from_result(result, odoo_like_default).headers
    assert headers[:2] == [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]


def test_a_lone_surrogate_is_encoded():
    assert body({"payload": "\ud800"}) == "\ud800"


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: x=1", "a\nb", "a\rb", "a\0b"])
def test_line_breaks_in_headers_are_rejected(value):
    wire.check_headers([("X-A", "fine")])
    with pytest.raises(ValueError, match="X-A"):
        wire.check_headers([("X-A", value)])
    with pytest.raises(ValueError, match="not the name"):
        wire.check_headers([(f"X-{value}", "fine")])
