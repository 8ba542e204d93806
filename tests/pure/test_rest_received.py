"""What a dialect sees of a request."""

import pytest

from rest_api_core.wire.etag import Tag
from rest_api_core.wire.problem import BodyMalformed
from rest_api_core.wire.received import Received, Reply


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://erp.example.com/api/v1/res.partner?a=b", "https://erp.example.com"),
        ("http://localhost:8069/", "http://localhost:8069"),
    ],
)
def test_the_origin_is_scheme_and_host(url, origin):
    received = Received("GET", "/", "", url, (), "", {}, "", lambda: b"")
    assert received.origin == origin


@pytest.mark.parametrize(
    ("path", "query", "url"),
    [
        ("/api/v1/res.partner", "", "https://erp.example.com/api/v1/res.partner"),
        (
            "/api/v1/a b/é",
            "q=%C3%A9",
            "https://erp.example.com/api/v1/a%20b/%C3%A9?q=%C3%A9",
        ),
    ],
)
def test_the_url_is_ascii(path, query, url):
    base = "https://erp.example.com/api/v1"
    received = Received("GET", path, "", base, (), query, {}, "", lambda: b"")
    assert received.url == url


def test_no_token_is_valid_without_a_session():
    received = Received("GET", "/", "", "", (), "", {}, "", lambda: b"")
    assert not received.check_csrf("token")


def with_body(content):
    return Received("GET", "/", "", "", (), "", {}, "", lambda: content)


def test_a_body_is_json_whatever_its_type_says():
    assert with_body(b'{"a": 1}').json() == {"a": 1}
    assert with_body(b" \n").json() is None


def test_a_body_that_is_not_json_is_an_error():
    with pytest.raises(BodyMalformed, match="is not JSON"):
        with_body(b"{").json()


def test_a_reply_with_a_file_is_told_by_its_headers():
    assert Reply(200, headers=(("Content-Disposition", "inline"),)).is_file
    assert not Reply(200, headers=(("Link", "x"),)).is_file


def test_the_log_keeps_texts_and_the_size_of_files():
    as_file = (("Content-Disposition", "inline"),)
    assert Reply(200, b"abc").logged == b"abc"
    assert Reply(200, b"abc", headers=as_file).logged == b"[3 bytes]"
    assert Reply(304, headers=as_file).logged == b""
    assert Reply(200, iter([b"abc"])).logged is None


def test_a_response_with_a_tag_may_be_kept():
    assert Reply(200).cache_control == "private, no-store"
    assert Reply(200, tag=Tag("1-2")).cache_control == "private, no-cache"
