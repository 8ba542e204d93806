"""Parts of a content by the header Range (RFC 9110 §14). No Odoo here."""

from __future__ import annotations

import re

from werkzeug.http import parse_range_header

from .etag import Tag
from .problem import Header, RangeUnsatisfiable

# the last 0 bytes, which werkzeug takes for the whole
_NOTHING = re.compile(r"\s*bytes\s*=\s*-\s*0+\s*", re.IGNORECASE)


def requested(
    header: str | None, if_range: str | None, tag: Tag | None, size: int
) -> range | None:
    """The positions to send; None for the whole content.

    :param if_range: the header If-Range; with another tag than ``tag``, or with a date,
        the whole content is sent (§13.1.5)

    Several ranges, other units and what cannot be read are ignored, as §14.2 permits.
    Raises RangeUnsatisfiable with ``Content-Range``.
    """
    parsed = parse_range_header(header)
    if parsed is None or parsed.units != "bytes" or len(parsed.ranges) != 1:
        return None
    if if_range and if_range.strip() != str(tag):
        return None
    start, stop = parsed.ranges[0]
    if start < 0:
        # werkzeug refuses a suffix that is longer than the content
        start, stop = max(size + start, 0), size
    if start >= size or _NOTHING.fullmatch(header or ""):
        raise RangeUnsatisfiable(headers=[("Content-Range", f"bytes */{size}")])
    return range(start, min(stop or size, size))


def content_range(positions: range, size: int) -> Header:
    """``Content-Range`` of a 206."""
    last = positions.stop - 1
    return ("Content-Range", f"bytes {positions.start}-{last}/{size}")
