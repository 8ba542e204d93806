import pytest

from endpoint_route_handler import cors

LIST = "https://a.example, https://b.example"
SENT = "Access-Control-Allow-Origin"


@pytest.mark.parametrize(
    ("text", "origin", "allowed"),
    [
        (None, "https://a.example", None),
        ("*", "https://a.example", "*"),
        ("*", None, "*"),
        # one value is sent always, as Odoo does
        ("https://a.example", "https://b.example", "https://a.example"),
        (LIST, "https://b.example", "https://b.example"),
        (LIST, "HTTPS://B.example", "HTTPS://B.example"),
        (LIST, "https://evil.example", None),
        (LIST, "https://a.example, https://b.example", None),
        (LIST, "null", None),
        (LIST, None, None),
    ],
)
def test_one_origin_is_allowed(text, origin, allowed):
    assert cors.allowed_origin(text, origin) == allowed


@pytest.mark.parametrize(
    ("text", "invalid"),
    [
        (None, None),
        ("*", None),
        ("https://a.example:8080\nhttp://localhost", None),
        ("capacitor://localhost", None),
        ("*, https://a.example", "*"),
        ("https://a.example/", "https://a.example/"),
        ("a.example", "a.example"),
        ("null", "null"),
        ("https://*.example", "https://*.example"),
    ],
)
def test_origins_are_checked(text, invalid):
    assert cors.invalid_origin(text) == invalid


@pytest.mark.parametrize(
    ("text", "invalid"),
    [(None, None), ("x-api-key, X-Shop", None), ("x:y", "x:y"), ("x-é", "x-é")],
)
def test_header_names_are_checked(text, invalid):
    assert cors.invalid_header(text) == invalid


def test_a_route_without_cors_gets_no_headers():
    headers = {}
    cors.set_headers(headers, {"cors": False}, {"Origin": "https://a.example"})
    assert headers == {}


def test_the_value_of_odoo_is_replaced_by_one_origin():
    headers = {SENT: LIST, "Vary": "Accept"}
    cors.set_headers(headers, {"cors": LIST}, {"Origin": "https://b.example"})
    assert headers == {SENT: "https://b.example", "Vary": "Accept, Origin"}


def test_another_origin_gets_none():
    headers = {SENT: LIST}
    cors.set_headers(headers, {"cors": LIST}, {"Origin": "https://evil.example"})
    assert headers == {"Vary": "Origin"}


def test_preflights_allow_more_headers():
    headers = {"Access-Control-Allow-Headers": "Origin"}
    cors.set_headers(headers, {"cors": "*", "cors_headers": "x-api-key"}, {})
    allowed = headers["Access-Control-Allow-Headers"]
    assert allowed.endswith("Authorization, x-api-key")


def test_preflights_have_two_headers():
    both = {"Origin": "https://a.example", "Access-Control-Request-Method": "PUT"}
    assert cors.is_preflight(both)
    assert not cors.is_preflight({"Origin": "https://a.example"})
    assert not cors.is_preflight({"Access-Control-Request-Method": "PUT"})
