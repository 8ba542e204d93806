"""The headers of an API that ends."""

from datetime import datetime

import pytest

from rest_api_core.wire.lifecycle import Lifecycle, is_url

DEPRECATED, SUNSET = datetime(2025, 1, 1), datetime(2026, 12, 31, 23, 59, 59)
URL = "https://www.example.com/api"


def test_without_dates_there_are_none():
    assert Lifecycle(url=URL).headers() == []
    assert not Lifecycle().is_over(SUNSET)


def test_the_dates_have_the_forms_of_their_standards():
    assert Lifecycle(DEPRECATED, SUNSET).headers() == [
        ("Deprecation", "@1735689600"),
        ("Sunset", "Thu, 31 Dec 2026 23:59:59 GMT"),
    ]


def test_each_date_has_its_link():
    assert Lifecycle(None, SUNSET, URL).headers()[1:] == [
        ("Link", f'<{URL}>; rel="sunset"')
    ]
    assert len(Lifecycle(DEPRECATED, SUNSET, URL).headers()) == 4


def test_an_api_ends_at_its_sunset():
    lifecycle = Lifecycle(None, SUNSET)
    assert lifecycle.is_over(SUNSET)
    assert not lifecycle.is_over(DEPRECATED)


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        (URL, True),
        ("http://example.com", True),
        ("ftp://example.com", False),
        ("https://example.com/ä", False),
        ("https://example.com/>", False),
        ("https://example.com/\r\nX: 1", False),
    ],
)
def test_urls_can_stand_in_a_header(text, valid):
    assert is_url(text) is valid
