"""Range and Content-Range (RFC 9110 §14)."""

import pytest

from rest_api_core.wire import ranges
from rest_api_core.wire.etag import Tag
from rest_api_core.wire.problem import RangeUnsatisfiable

TAG = Tag("a-b")


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("bytes=0-9", range(0, 10)),
        ("bytes=90-", range(90, 100)),
        ("bytes=90-500", range(90, 100)),
        ("bytes=-10", range(90, 100)),
        ("bytes=-500", range(0, 100)),
        (None, None),
        ("", None),
        ("lines=0-9", None),
        ("bytes=0-1,5-6", None),
        ("bytes=9-1", None),
        ("bytes=x-", None),
    ],
)
def test_one_range_of_bytes_is_understood(header, found):
    assert ranges.requested(header, None, TAG, 100) == found


@pytest.mark.parametrize(
    ("if_range", "is_part"),
    [
        ('"a-b"', True),
        ('W/"a-b"', False),
        ('"other"', False),
        ("Wed, 21 Oct 2015 07:28:00 GMT", False),
    ],
)
def test_a_part_is_of_the_content_that_the_client_has(if_range, is_part):
    found = ranges.requested("bytes=1-2", if_range, TAG, 100)
    assert (found is not None) is is_part


@pytest.mark.parametrize(
    ("header", "size"),
    [("bytes=5-", 0), ("bytes=5-", 5), ("bytes=-5", 0), ("bytes=-0", 5)],
)
def test_a_range_behind_the_end_is_refused_with_the_size(header, size):
    with pytest.raises(RangeUnsatisfiable) as caught:
        ranges.requested(header, None, TAG, size)
    assert caught.value.headers == (("Content-Range", f"bytes */{size}"),)


def test_the_part_is_named():
    assert ranges.content_range(range(2, 5), 9) == ("Content-Range", "bytes 2-4/9")
