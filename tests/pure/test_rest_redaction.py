import json
import time

import pytest

from rest_api_core.log import redaction
from rest_api_core.log.redaction import (
    LEFT_OUT,
    REDACTED,
    TOO_DEEP,
    clean,
    dumps,
    is_secret,
    redact,
    redact_body,
    redact_query,
    redact_text,
)

SECRET = "hunter2-correct-horse"
KEY = "rak_ab12cd34_" + "x_-9" * 10 + "abc"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIB\nAAAA\n-----END RSA PRIVATE KEY-----"
BLOB = "aGVsbG8gd29ybGQh" * 20
WRAPPED = "\n".join(["QUJD" * 19] * 3 + ["QUI="])
BLOCKED = frozenset(("salary", "login"))


# Names


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "Proxy-Authorization",
        "Cookie",
        "Set-Cookie",
        "Access-Token",
        "X-API-Key",
        "password",
        "new_password",
        "PASSWD",
        "csrf_token",
        "client_secret",
        "apikey",
        "private_key",
        "filter[user_id.password]",
        "filter[token][ilike]",
    ],
)
def test_names_that_say_secret(name):
    assert is_secret(name)


@pytest.mark.parametrize("name", ["name", "key", "filter[name]", "country_id.code", ""])
def test_names_that_do_not(name):
    assert not is_secret(name)


def test_blocked_names_are_secret_as_a_whole_and_in_paths():
    assert is_secret("salary", BLOCKED)
    assert is_secret("filter[employee_id.salary][gt]", BLOCKED)
    assert not is_secret("salary_month", BLOCKED)


# Text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"no such key: {KEY}", "no such key: rak_ab12cd34_[redacted]"),
        (f"cut off: {KEY[:20]}", "cut off: rak_ab12cd34_[redacted]"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "[redacted]"),
        (f"password={SECRET} for x", "password=[redacted] for x"),
        (f"a=1&new_password={SECRET}&b=2", "a=1&new_password=[redacted]&b=2"),
        (f'{{"token": "{SECRET}", "a": 1}}', '{"token": [redacted], "a": 1}'),
        (f'"token": "a\\"{SECRET}", 1', '"token": [redacted], 1'),
        (f'"{{\\"token\\": \\"{SECRET}\\"}}"', '"{\\"token\\": [redacted]}"'),
        (f"{{'api_key': '{SECRET}'}}", "{'api_key': [redacted]}"),
        (f"Key (secret)=({SECRET}) exists", "Key (secret)=[redacted] exists"),
        (f'"password": ["{SECRET}", 1', '"password": [redacted]'),
        (f"[('password', '=', '{SECRET}')]", "[('password', '=', [redacted])]"),
        (f"Authorization: Basic {SECRET}", "Authorization: [redacted]"),
        (f"sent Bearer {SECRET}.", "sent Bearer [redacted]"),
        (f"http://odoo:{SECRET}@db/x", "http://odoo:[redacted]@db/x"),
        (f"key {PEM} end", "key -----BEGIN RSA PRIVATE KEY-----[redacted]"),
        ("data:image/png;base64,iVBORw0=", "data:image/png;base64,[redacted]"),
        (f"image {BLOB}==", "image [binary, 322 characters]"),
        (f"image {WRAPPED}", "image [binary, 235 characters]"),
    ],
)
def test_secrets_are_found_by_their_shape_or_by_a_name(text, shown):
    assert redact_text(text).removesuffix(" RSA PRIVATE KEY----- end") == shown


@pytest.mark.parametrize(
    "text",
    [
        "a basic product",
        "Invalid token",
        "/api/v1/res.partner/7?limit=3",
        "http://localhost:8069/web",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)",
        "2026-01-02T03:04:05Z",
        "Zażółć gęślą jaźń — 漢字",
    ],
)
def test_other_text_stays(text):
    assert redact_text(text) == text


def test_blocked_names_count_in_text():
    text = "Key (login)=(admin): salary = 5000, salary_month = 3"
    assert redact_text(text, BLOCKED) == (
        "Key (login)=[redacted]: salary = [redacted], salary_month = 3"
    )


def test_what_is_redacted_stays_as_it_is():
    for text in (f"password={SECRET}, {KEY}", f'"token": "{SECRET}"', BLOB):
        once = redact_text(text)
        assert redact_text(once) == once


@pytest.mark.parametrize(
    "text", ["a\r\nb", "a\x00b", "a\x1b\x7f\x9bb", "a\u2028b", "a\u202eb", "a\ud800b"]
)
def test_a_text_is_one_line_that_a_database_can_store(text):
    assert clean(text) == "a b"


def test_long_text_is_cut_with_a_mark():
    assert clean("abcdef", 4) == "abcd… [2 more]"
    assert clean("abcd", 4) == "abcd"
    assert len(redact_text("a b " * 10_000)) < redaction.MAX_TEXT + 30


@pytest.mark.parametrize(
    "hostile",
    [
        "a" * 59,
        "A-" * 500,
        "token",
        "token ",
        'token="\\',
        "password'",
        "://",
        "://a:",
        "eyJaaaaaaaaa",
        "basic ",
        "data:",
        "-----BEGIN PRIVATE KEY-----",
        "'token','=',",
        "a" * 61 + " ",
        "rak_",
        "(",
    ],
)
def test_no_text_takes_long(hostile):
    text = hostile * (redaction.MAX_BODY // len(hostile))
    start = time.process_time()
    redact_text(text, BLOCKED, redaction.MAX_BODY)
    assert time.process_time() - start < 0.5


# Headers and query strings


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ""),
        ("limit=3&sort=-name", "limit=3&sort=-name"),
        ("flag", "flag"),
        (f"access_token={SECRET}&limit=3", "access_token=[redacted]&limit=3"),
        (f"acce%73s_token={SECRET}", "access_token=[redacted]"),
        (f"filter[password][like]={SECRET}", "filter[password][like]=[redacted]"),
        (f"filter%5Bsalary%5D={SECRET}", "filter[salary]=[redacted]"),
        (f"{KEY}=1&{KEY}", "rak_ab12cd34_[redacted]=1&rak_ab12cd34_[redacted]"),
        ("filter[name][ilike]=a%20b", "filter[name][ilike]=a b"),
        (
            f'filter=[["a.salary",">","{SECRET}"],["name","=","a"]]',
            'filter=[["a.salary", ">", "[redacted]"], ["name", "=", "a"]]',
        ),
        (f'filter=[["salary",">","{SECRET}"', 'filter=[["salary",">",[redacted]'),
        ("a=%0d%0aSet-Cookie", "a= Set-Cookie"),
        ("a=%00&a=%ff", "a= &a=\ufffd"),
    ],
)
def test_query_strings_hide_values_by_name(query, shown):
    assert redact_query(query, BLOCKED) == shown


def test_a_long_query_string_is_cut():
    assert len(redact_query("a=1&" * 10_000)) < redaction.MAX_BODY + 30


# Bodies


def test_json_hides_values_by_name_at_any_depth():
    body = {
        "login": "admin",
        "name": "a",
        "lines": [{"access_token": SECRET, "price": 1.5}, {"secret": {"a": SECRET}}],
        "note": f"the key is {KEY}",
    }
    assert redact(body, BLOCKED) == {
        "login": REDACTED,
        "name": "a",
        "lines": [{"access_token": REDACTED, "price": 1.5}, {"secret": REDACTED}],
        "note": "the key is rak_ab12cd34_[redacted]",
    }


def test_leaves_of_a_domain_hide_their_values():
    domain = ["|", ["user_id.password", "=like", SECRET], ("name", "in", ["a", "b"])]
    assert redact(domain) == [
        "|",
        ["user_id.password", "=like", REDACTED],
        ["name", "in", ["a", "b"]],
    ]


def test_three_numbers_are_no_leaf():
    assert redact([1, 2, 3]) == [1, 2, 3]


def test_data_is_not_changed_but_copied():
    body = {"password": SECRET}
    redact(body)
    assert body == {"password": SECRET}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        (True, True),
        (12, 12),
        (1.5, 1.5),
        (float("nan"), "[float]"),
        (float("inf"), "[float]"),
        (-(2**64), "[int]"),
        (b"\x89PNG", "[binary, 4 bytes]"),
        (bytearray(3), "[binary, 3 bytes]"),
        (memoryview(b"ab"), "[binary, 2 bytes]"),
        ({1, 2}, "[set]"),
        (object(), "[object]"),
        ({3: "a", None: "b", (1,): "c"}, {"3": "a", "None": "b", "[tuple]": "c"}),
        ("\ud800", " "),
    ],
)
def test_any_value_becomes_json(value, shown):
    assert redact(value) == shown
    json.dumps(redact(value)).encode()


def test_a_number_too_long_to_be_printed():
    assert redact([10**5000]) == ["[int]"]


def test_deep_data_ends_with_a_mark():
    body = []
    for _ in range(100_000):
        body = [body]
    text = dumps(body)
    assert TOO_DEEP in text
    assert text.count("[") <= redaction.MAX_DEPTH + 1


def test_a_value_that_contains_itself_ends():
    body = {}
    body["again"] = body
    assert TOO_DEEP in dumps(body)


def test_much_data_is_left_out():
    many = redact(list(range(5000)))
    assert len(many) == redaction.MAX_ITEMS
    assert many[-1] == f"{LEFT_OUT}: {5000 - redaction.MAX_ITEMS + 1}"
    wide = redact({str(n): n for n in range(5000)})
    assert wide[LEFT_OUT] == 5000 - redaction.MAX_ITEMS + 1


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"", ""),
        (b'{"password": "a", "name": "b"}', '{"password": "[redacted]", "name": "b"}'),
        (b'"\\ud800\\u0000"', '" "'),
        (b'{"password": "a', '{"password": [redacted]'),
        (b"login=admin&password=a", "login=admin&password=[redacted]"),
        (b"\xff\xd8\xff", "[binary, 3 bytes]"),
        ("é".encode(), "é"),
        (b"[NaN]", '["[float]"]'),
        (b"9" * 10_000, "[binary, 10000 characters]"),
    ],
)
def test_bodies_are_shown_as_text(body, shown):
    assert redact_body(body) == shown


@pytest.mark.parametrize("body", [b"[" * 100_000, b"9 " * 10_000, b'{"a":' * 50_000])
def test_bodies_that_no_parser_likes_are_cut(body):
    assert "more]" in redact_body(body)


def test_a_huge_body_is_not_parsed_again():
    body = json.dumps({"password": SECRET, "a": "b" * 300_000}).encode()
    shown = redact_body(body)
    assert SECRET not in shown
    assert len(shown) < redaction.MAX_BODY + 30


def test_bodies_are_cut():
    assert redact_body(b'{"name": "abcdefgh"}', limit=10) == '{"name": "… [10 more]'
