"""The reply with a document that is not JSON: a file, or part of one. No Odoo here."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from . import etag, ranges
from .call import Call
from .etag import Tag
from .problem import Header, PreconditionFailed
from .received import Received, Reply
from .result import Content, Result

# a browser shows these and nothing else: pages and SVG could have scripts
SHOWN = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp"))


def reply(
    received: Received, call: Call, result: Result, headers: tuple[Header, ...]
) -> Reply:
    """A file, with its name where it has one (RFC 6266). One with a version has a tag,
    and parts of it can be asked for; one in parts is sent while it is made."""
    content = result.content
    assert content is not None
    headers = (*headers, *_file_headers(content))
    if not result.version or not isinstance(content.parts, bytes):
        return Reply(200, content.parts, content.media_type, headers)
    tag = result.tag or etag.strong(result.version, content.parts + result.seal)
    if is_unchanged(call, tag):
        return Reply(304, headers=headers, tag=tag)
    size, ask = len(content.parts), received.headers.get
    part = ranges.requested(ask("Range"), ask("If-Range"), tag, size)
    headers = (*headers, ("Accept-Ranges", "bytes"))
    if part is None:
        return Reply(200, content.parts, content.media_type, headers, tag)
    headers = (*headers, ranges.content_range(part, size))
    parts = content.parts[part.start : part.stop]
    return Reply(206, parts, content.media_type, headers, tag)


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
