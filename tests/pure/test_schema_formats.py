import time

import pytest

from endpoint.schema.formats import FORMATS

CASES = {
    "date": ("2024-02-29", "0000-02-29", "!2023-02-29", "!2024-2-9", "!2024-13-01"),
    "time": (
        *("12:30:00Z", "12:30:00.5+02:00", "23:59:60Z", "01:29:60+01:30"),
        *("15:59:60-08:00", "!12:30:00", "!24:00:00Z", "!12:30:60Z", "!12:00:00+24:00"),
        *("!23:59:61Z", "!12:30Z"),
    ),
    "date-time": (
        "2024-02-29t12:30:00z",
        "!2024-02-29 12:30:00Z",
        "!2024-02-30T12:30:00Z",
    ),
    "duration": (
        *("P1Y2M3DT4H5M6S", "P2W", "PT0S", "P1D", "!P", "!PT", "!P1Y1W", "!1D"),
        *("!P1Y2D", "!P1DT"),
    ),
    "email": (
        *("joe.o'hara@example.com", '"a b"@example.com', "a@[127.0.0.1]"),
        *("a@[IPv6:::1]", "!a", "!a@", "!.a@example.com", "!a@-b", "!é@example.com"),
        *(
            "!a@[300.0.0.1]",
            f"!{'a' * 65}@example.com",
            f"!a@{'b.' * 200}c",
            "!a b@c.d",
        ),
    ),
    "idn-email": ("é@exämple.com", "!@exämple.com", "!a@\x00é"),
    "hostname": ("a-b.example", f"{'a' * 63}.b", "!-a", "!a_b", f"!{'a' * 64}", "!"),
    "ipv4": ("127.0.0.1", "!127.0.0.01", "!127.1", "!::1"),
    "ipv6": ("::1", "2001:db8::1.2.3.4", "!::1%eth0", "!1::2::3", "!1.2.3.4"),
    "uri": (
        *("https://u:p@a.example:80/b/c;d?e=f#g", "urn:isbn:1", "mailto:a@b.example"),
        *("http://[::1]:80/", "http://a?b", "!/a", "!http://[1]/", "!http://a b"),
        *("!http://é.example", "!a%zz:b", "!http://2001:db8::1"),
    ),
    "uri-reference": ("/a", "a/b:c", "#a", "", "//a.example/b", "!a b", "!1:b", "!\\a"),
    "iri": ("http://é.example/ü", "!é"),
    "iri-reference": ("é", "!é é"),
    "uuid": (
        "2EB8AA08-aa98-11ea-b4aa-73b441d16380",
        "!2eb8aa08aa9811eab4aa73b441d16380",
    ),
    "json-pointer": ("", "/a~0b~1/0", "!a", "!/~2"),
    "relative-json-pointer": ("0#", "1/a", "!-1", "!01/a"),
    "regex": (r"^\d+$", "!(", r"!\Z"),
}
TEXTS = [(name, text) for name, texts in CASES.items() for text in texts]


@pytest.mark.parametrize(("name", "text"), TEXTS)
def test_formats(name, text):
    assert FORMATS[name](text.removeprefix("!")) is not text.startswith("!")


def test_each_format_has_examples():
    assert set(CASES) == set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_long_texts_are_checked_in_linear_time(name):
    parts = ("a", "a-", "1", "a.", '"', ":", "%41", "a@b.", "/~0")
    started = time.monotonic()
    for part in parts:
        FORMATS[name]("http://" + part * (50_000 // len(part)) + "\0")
    assert time.monotonic() - started < 1
