import gzip
import zlib

import pytest

from endpoint import request_body as bodies

LIMIT = 1000
JSON, FORM = "application/json", bodies.FORM
WINDOWS = "; charset=windows-1252"


def reason(function, *args):
    with pytest.raises(bodies.BodyProblem) as caught:
        function(*args)
    return caught.value.reason


@pytest.mark.parametrize(
    ("body", "encodings"),
    [
        (b"abc", ""),
        (b"abc", "identity"),
        (gzip.compress(b"abc"), "GZip"),
        (gzip.compress(b"abc"), "x-gzip, identity"),
        (gzip.compress(b"a") + gzip.compress(b"bc"), "gzip"),
        (zlib.compress(b"abc"), "deflate"),
    ],
)
def test_bodies_are_decompressed(body, encodings):
    assert bodies.decompress(body, encodings, LIMIT) == b"abc"


@pytest.mark.parametrize(
    ("body", "encodings", "expected"),
    [
        (b"abc", "br", "encoding"),
        (b"abc", "gzip, gzip", "encoding"),
        (b"abc", "gzip", "invalid"),
        (gzip.compress(b"abc")[:-1], "gzip", "invalid"),
        (gzip.compress(b"abc") + b"x", "gzip", "invalid"),
        (gzip.compress(b" " * (LIMIT + 1)), "gzip", "large"),
        (zlib.compress(b" " * 10**7), "deflate", "large"),
        (gzip.compress(b"") * (LIMIT // 20 + 1), "gzip", "large"),
    ],
)
def test_other_encodings_and_bombs_are_rejected(body, encodings, expected):
    assert reason(bodies.decompress, body, encodings, LIMIT) == expected


def test_the_limit_includes_its_size_and_members_are_limited():
    body = b" " * LIMIT
    assert bodies.decompress(gzip.compress(body), "gzip", LIMIT) == body
    many = gzip.compress(b"") * (bodies.MAX_MEMBERS + 1)
    assert reason(bodies.decompress, many, "gzip", 10**6) == "large"


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"", JSON, None),
        (b'{"a": 1}', JSON, {"a": 1}),
        (b"\xef\xbb\xbf[1]", "application/vnd.api+json", [1]),
        ('["€"]'.encode("utf-16"), JSON, ["€"]),
        ('["é"]'.encode("cp1252"), JSON + WINDOWS, ["é"]),
        (b"a=%E9&=x&b=c+d", FORM + WINDOWS, {"a": "é", "b": "c d"}),
        (b"a=\xe9", FORM + WINDOWS, {"a": "é"}),
        (b"a=%E9", FORM, {"a": "\ufffd"}),
        (b"5\x80", "text/csv" + WINDOWS, "5€"),
        (b"\xef\xbb\xbfa", "text/plain", "a"),
        (b"\xff", "application/pdf", b"\xff"),
        (b"\xff", None, b"\xff"),
    ],
)
def test_bodies_are_parsed_by_type_and_charset(body, content_type, expected):
    value = bodies.parse(body, content_type)
    assert (value.to_dict() if hasattr(value, "to_dict") else value) == expected


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<a>x</a>", "application/xml"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><a>x</a>', "text/xml"),
        (b'<?xml version="1.0" encoding="x"?><a>x</a>', "text/xml" + WINDOWS),
    ],
)
def test_xml(body, content_type):
    assert bodies.parse(body, content_type).text == "x"


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"{", JSON, "invalid"),
        (b"NaN", JSON, "invalid"),
        (b"[" * 100_000, JSON, "invalid"),
        (b'"\xff"', JSON, "invalid"),
        (b"\x81", JSON + WINDOWS, "invalid"),
        (b"<a", "text/xml", "invalid"),
        (b"<!DOCTYPE a><a/>", "application/soap+xml", "invalid"),
        (b"\xff", "text/plain", "invalid"),
        (b"a=%81", FORM + WINDOWS, "invalid"),
        (b"a", "text/plain; charset=nonsense", "charset"),
        (b"a", "text/plain; charset=unicode_escape", "charset"),
        (b"a", "text/plain; charset=idna", "charset"),
        (b"a", "text/plain; charset=zip", "charset"),
    ],
)
def test_invalid_bodies(body, content_type, expected):
    assert reason(bodies.parse, body, content_type) == expected


def test_bodies_for_schemas_are_utf_8():
    assert bodies.as_utf8(b"[1]", JSON + "; charset=utf-8") == b"[1]"
    assert bodies.as_utf8('["é"]'.encode("cp1252"), JSON + WINDOWS) == '["é"]'.encode()
