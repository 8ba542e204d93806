"""Secrets that are percent-encoded, as often as somebody likes."""

import itertools
import json
from urllib.parse import quote, unquote

import pytest

from rest_api_core.log import decoding, redaction
from rest_api_core.log.redaction import (
    hide_in_urls,
    is_secret,
    redact_body,
    redact_query,
    redact_text,
)

SECRET = "hunter2-correct-horse"
KEY = f"rak_ab12cd34_{SECRET}-{'x' * 20}"
BLOCKED = frozenset(("salary",))
NAMES = (
    "password",
    "new_passwd",
    "passphrase",
    "pwd",
    "access_token",
    "client_secret",
    "api_key",
    "api-key",
    "apikey",
    "private_key",
    "credential",
    "Authorization",
    "Cookie",
    "signature",
    "filter[user_id.password]",
    "salary",
)
VALUES = (
    KEY,
    KEY.replace("rak_", "rrt_"),
    f"Bearer {SECRET}",
    f"Basic {SECRET}",
    f"eyJhbGciOiJIUzI1NiJ9.{SECRET}.c2ln",
    f"https://odoo:{SECRET}@db/x",
    f"password={SECRET} and more {SECRET}",
    f'{{"token": "{SECRET}"}}',
    f"[('password', '=', '{SECRET}')]",
)


def every_character(text):
    return "".join(f"%{byte:02x}" for byte in text.encode())


def one_letter(text):
    """The first letter or digit alone, which is what nobody needs to encode."""
    place = next(i for i, c in enumerate(text) if c.isalnum())
    return f"{text[:place]}%{ord(text[place]):02X}{quote(text[place + 1 :], safe='[]')}"


FORMS = (lambda text: quote(text, safe=""), every_character, one_letter)


def encodings(text):
    """The text, and three forms of it, encoded once, twice and three times."""
    yield text
    for form in FORMS:
        encoded = form(text)
        for _level in range(3):
            yield encoded
            encoded = quote(encoded, safe="")


def places(name, value):
    """What the log keeps of requests that have a parameter somewhere."""
    pair = f"{name}={quote(value, safe='')}"
    yield redact_query(f"a=1&{pair}&b=2", BLOCKED)
    yield redact_text(f"/api/v1/res.partner/{unquote(pair)}", BLOCKED)
    yield redact_text(f"Mozilla/5.0 (https://x.example/?{pair})", BLOCKED)
    yield redact_body(json.dumps({name: value}).encode(), BLOCKED)
    yield redact_body(f"a=1&{pair}".encode(), BLOCKED)


def test_secret_names_are_seen_at_each_level_in_each_place():
    for name in NAMES:
        for encoded in encodings(name):
            for shown in places(encoded, SECRET):
                assert SECRET not in unquote(unquote(shown)), (encoded, shown)


def values_in_places(value):
    yield redact_query(f"q={value}", BLOCKED)
    yield redact_query(f"q={quote(value, safe='')}&{quote(value, safe='')}", BLOCKED)
    yield redact_text(f"/api/v1/{value}", BLOCKED)
    yield redact_text(f"Agent {value}", BLOCKED)
    yield redact_body(json.dumps({"note": [value]}).encode(), BLOCKED)
    yield redact_body(json.dumps({value: 1}).encode(), BLOCKED)
    yield redact_body(value.encode(), BLOCKED)


def fully_decoded(text):
    *_others, last = decoding.levels(text)
    return last


def test_credentials_are_seen_at_each_level_in_each_place():
    for value in VALUES:
        for encoded in encodings(value):
            for shown in values_in_places(encoded):
                # other text than the secrets can follow one in clear
                left = fully_decoded(shown).replace(f"and more {SECRET}", "")
                assert SECRET not in left, (encoded, shown)


def test_lines_of_the_web_server_hide_them_as_well():
    for name, separator in itertools.product(NAMES[:-1], "?&"):
        for encoded in encodings(name):
            for pair in (f"{encoded}={SECRET}", f"{encoded}={quote(SECRET + ' a')}"):
                line = f"GET /a{separator}{pair} HTTP/1.1"
                shown = hide_in_urls(line)
                assert SECRET not in fully_decoded(shown), (line, shown)
                assert shown.endswith(" HTTP/1.1")
    for encoded in encodings(KEY):
        for line in (f"GET /{encoded} HTTP/1.1", f"GET /?a={encoded} HTTP/1.1"):
            assert SECRET not in fully_decoded(hide_in_urls(line)), line


def test_separators_that_are_encoded_hide_all_that_follows():
    line = f"GET /a%3Fpassword%3D{SECRET}%20{SECRET} HTTP/1.1"
    assert hide_in_urls(line) == "GET /a?password=[redacted] HTTP/1.1"
    assert redact_text(f"a%26token%3D{SECRET}%20{SECRET}") == "a&token=[redacted]"


@pytest.mark.parametrize(
    "text",
    [
        "/a/b%20c",
        "100 %",
        "50%25 off",
        "a%0d%0ab%00",
        "%ff",
        "%C3%A9t%C3%A9",
        "%",
        "%zz",
    ],
)
def test_other_encoded_text_stays(text):
    assert redact_text(text) == text
    assert hide_in_urls(f"GET /?a={text} HTTP/1.1") == f"GET /?a={text} HTTP/1.1"


def test_what_is_encoded_too_often_is_not_shown():
    text = KEY
    for _ in range(decoding.LEVELS + 1):
        text = every_character(text) if text is KEY else quote(text)
    assert redact_text(text) == decoding.TOO_OFTEN
    assert hide_in_urls(f"GET /{text} HTTP/1.1") == (
        f"GET {decoding.TOO_OFTEN.replace(' ', '%20')} HTTP/1.1"
    )
    assert is_secret(text)
    assert not is_secret("na%6de")


def test_levels_are_the_text_and_its_decodings():
    assert list(decoding.levels("a%2541")) == ["a%2541", "a%41", "aA"]
    assert len(list(decoding.levels(f"%{'25' * 20}41"))) == decoding.LEVELS + 1


@pytest.mark.parametrize(
    "unit", ["%25", "%", "?&=%41", "password%3d%26", "%20", "a%3d"]
)
def test_no_encoded_text_makes_much_work(unit):
    text = unit * (redaction.MAX_BODY // len(unit))
    redact_text(text, BLOCKED, redaction.MAX_BODY)
    hide_in_urls(text)
