"""The reply with a document that is not JSON: a file, or part of one. No Odoo here."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from . import etag, ranges
from .call import Call
from .etag import Tag
from .problem import Header, PreconditionFailed
from .received import Received, Reply
from .result import Content, Result, Sliced

# a browser shows these and nothing else: pages and SVG could have scripts
SHOWN = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp"))


def reply(
    received: Received, call: Call, result: Result, headers: tuple[Header, ...]
) -> Reply:
    """A file, with its name where it has one (RFC 6266). One with a version has a tag,
    and parts of it can be asked for; one in parts is sent while it is made, or read."""
    content = result.content
    assert content is not None
    headers = (*headers, *_file_headers(content))
    if isinstance(content.parts, Sliced):
        assert result.tag is not None
        tag = result.tag
    elif result.version and isinstance(content.parts, bytes):
        tag = result.tag or etag.strong(result.version, content.parts + result.seal)
    else:
        return Reply(200, content.parts, content.media_type, headers)
    if is_unchanged(call, tag):
        return Reply(304, headers=headers, tag=tag)
    size, ask = len(content.parts), received.headers.get
    part = ranges.requested(ask("Range"), ask("If-Range"), tag, size)
    headers = (*headers, ("Accept-Ranges", "bytes"))
    status = 200
    if part is not None:
        status, headers = 206, (*headers, ranges.content_range(part, size))
    asked = part or range(size)
    if isinstance(content.parts, Sliced):
        headers = (*headers, ("Content-Length", str(len(asked))))
    parts = content.parts[asked.start : asked.stop]
    return Reply(status, parts, content.media_type, headers, tag)


def is_unchanged(call: Call, tag: Tag) -> bool:
    """Whether the caller has this response already (RFC 9110 §13.2.2)."""
    outcome = etag.decide(call.conditions, tag, safe=True)
    if outcome is etag.Outcome.FAILED:
        raise PreconditionFailed(etag.failure(call.conditions, tag))
    return outcome is etag.Outcome.NOT_MODIFIED


def _file_headers(content: Content) -> Iterator[Header]:
    way = "inline" if content.media_type in SHOWN else "attachment"
    if content.filename:
        way += f"; filename*=UTF-8''{quote(content.filename, safe='')}"
        yield ("Content-Disposition", way)
    yield ("Content-Security-Policy", "default-src 'none'; sandbox")
