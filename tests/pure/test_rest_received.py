"""What a dialect sees of a request."""

import pytest

from rest_api_core.wire.received import Received


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://erp.example.com/api/v1/res.partner?a=b", "https://erp.example.com"),
        ("http://localhost:8069/", "http://localhost:8069"),
    ],
)
def test_the_origin_is_scheme_and_host(url, origin):
    received = Received("GET", "/", "", url, url, (), "", {}, "", lambda: b"")
    assert received.origin == origin
