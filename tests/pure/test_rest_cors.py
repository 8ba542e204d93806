import pytest

from rest_api_core.wire import cors

SHOP = "https://shop.example.com"
LISTED = cors.origins(f"{SHOP}/\n\n  http://localhost:3000 \n")
ALL = cors.origins("*")
NONE = cors.origins(None)


def test_origins_stand_one_a_line():
    assert LISTED == {SHOP, "http://localhost:3000"}
    assert cors.origins("HTTPS://Shop.example.com") == {SHOP}
    assert cors.origins("capacitor://localhost") == {"capacitor://localhost"}
    assert NONE == cors.origins("") == frozenset()


@pytest.mark.parametrize(
    "text", ["null", "shop.example.com", f"{SHOP}/path", "https://*", "a://b, c://d"]
)
def test_lines_that_are_no_origin_are_named(text):
    with pytest.raises(ValueError, match=text.split("/")[0]):
        cors.origins(f"{SHOP}\n{text}")


@pytest.mark.parametrize(
    ("origin", "allowed", "header"),
    [
        (SHOP, LISTED, SHOP),
        ("https://SHOP.example.com", LISTED, "https://SHOP.example.com"),
        (SHOP, ALL, "*"),
        ("null", ALL, "*"),
        ("null", LISTED, None),
        ("https://evil.example.com", LISTED, None),
        (f"{SHOP}.evil.com", LISTED, None),
        ("http://shop.example.com", LISTED, None),
        (SHOP, NONE, None),
        (None, ALL, None),
        ("", ALL, None),
    ],
)
def test_only_listed_origins_are_echoed(origin, allowed, header):
    assert cors.allowed_origin(origin, allowed) == header


def test_preflights_are_told_from_other_requests():
    assert cors.is_preflight("OPTIONS", SHOP, "PATCH")
    assert not cors.is_preflight("OPTIONS", SHOP, None)
    assert not cors.is_preflight("OPTIONS", None, "PATCH")
    assert not cors.is_preflight("GET", SHOP, "PATCH")


def test_a_preflight_names_what_a_client_may_send():
    headers = dict(cors.preflight_headers(SHOP, LISTED))
    assert headers["Access-Control-Allow-Origin"] == SHOP
    assert "PATCH" in headers["Access-Control-Allow-Methods"]
    for name in ("Authorization", "If-Match", "Idempotency-Key", "traceparent"):
        assert name in headers["Access-Control-Allow-Headers"]
    assert headers["Access-Control-Max-Age"] == "3600"
    assert headers["Vary"] == "Origin"


def test_a_preflight_of_a_stranger_gets_no_permission():
    assert cors.preflight_headers("https://evil.com", LISTED) == [("Vary", "Origin")]


def test_answers_expose_what_clients_need():
    headers = dict(cors.response_headers(SHOP, ALL))
    assert headers["Access-Control-Allow-Origin"] == "*"
    for name in ("ETag", "Link", "X-Request-ID", "X-RateLimit-Remaining"):
        assert name in headers["Access-Control-Expose-Headers"]
    assert cors.response_headers("https://evil.com", LISTED) == []


@pytest.mark.parametrize("allowed", [LISTED, ALL])
def test_cookies_are_never_let_through(allowed):
    for headers in (cors.preflight_headers, cors.response_headers):
        names = [name for name, _value in headers(SHOP, allowed)]
        assert "Access-Control-Allow-Credentials" not in names
