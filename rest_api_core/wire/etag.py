"""Entity tags and conditional requests (RFC 9110 §8.8.3, §13). No Odoo here.

The tag of a record is ``"<version>-<representation>"``. The version follows from the
row alone: ``If-Match`` holds for any fields, language or expansion that a client has
read. The representation follows from the body: ``If-None-Match`` never hides a change.
A write first locks the row, then reads its version and decides.
"""

from __future__ import annotations

import enum
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

VERSION_SIZE = 12  # bytes, of 96 bits; written as twice as many hexadecimal digits
REPRESENTATION_SIZE = 16
# an entity-tag, or what clients make of one by dropping its quotes
_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"|([^\s,"]+)')


class Outcome(enum.Enum):
    """What the conditions of a request decide; the values are statuses."""

    GO_ON = 0
    NOT_MODIFIED = 304
    FAILED = 412
    REQUIRED = 428


@dataclass(frozen=True)
class Tag:
    """An entity tag, without its quotes."""

    opaque: str
    weak: bool = False

    @property
    def version(self) -> str:
        """The part that depends on the row alone."""
        return self.opaque.partition("-")[0]

    def __str__(self) -> str:
        """As the ``ETag`` header has it."""
        return f'{"W/" if self.weak else ""}"{self.opaque}"'


@dataclass(frozen=True)
class Conditions:
    """The conditional headers of a request; None where a header is absent.

    Tags that cannot be read are left out, and an empty list matches nothing: a broken
    ``If-Match`` fails, a broken ``If-None-Match`` gets the whole response. Dates are
    ignored: records have no date that changes with each change (§13.1.4).
    """

    if_match: tuple[Tag, ...] | None = None
    if_none_match: tuple[Tag, ...] | None = None

    def __bool__(self) -> bool:
        return self != Conditions()


ANY = Tag('"')  # of ``*``; ``tags`` reads no quotes into a tag
NONE = Conditions()


def version(*parts: str | int | datetime | None) -> str:
    """The version of a row: ``version("res.partner", 3, xmin)``, in 24 digits.

    ``xmin`` changes with each update. ``write_date`` is no substitute: it is the start
    of a transaction, and some models do not have it. Types count: ``"1"`` is not ``1``.
    """
    plain = [p.isoformat() if isinstance(p, datetime) else p for p in parts]
    return _digest(json.dumps(plain).encode(), VERSION_SIZE)


def list_version(versions: Iterable[str]) -> str:
    """The version of a page: of its rows, in their order."""
    return _digest(" ".join(versions).encode(), VERSION_SIZE)


def representation(body: bytes) -> str:
    """The second part of a tag, of the bytes that are sent."""
    return _digest(body, REPRESENTATION_SIZE)


def strong(row_version: str, body: bytes) -> Tag:
    """The tag of a response with this body."""
    return Tag(f"{row_version}-{representation(body)}")


def _digest(content: bytes, size: int) -> str:
    return hashlib.blake2b(content, digest_size=size).hexdigest()


def tags(header: str | None) -> tuple[Tag, ...] | None:
    """The list of ``If-Match`` or ``If-None-Match``; ``(ANY,)`` for ``*``."""
    if header is None:
        return None
    if header.strip() == "*":
        return (ANY,)
    matches = (_TAG.fullmatch(part.strip()) for part in _split(header))
    return tuple(Tag(m[3] or m[2], bool(m[1])) for m in matches if m)


def _split(header: str) -> list[str]:
    """The elements of a list; commas between quotes are part of a tag."""
    return re.findall(r'(?:[^,"]|"[^"]*"|")+', header)


def same_weak(one: Tag, other: Tag) -> bool:
    """RFC 9110 §8.8.3.2: equal, weak or not."""
    return one.opaque == other.opaque


def same_version(one: Tag, other: Tag) -> bool:
    """Our comparison for ``If-Match``: strong, and of the version alone."""
    return one.version == other.version and not (one.weak or other.weak)


def lists_all(listed: Iterable[Tag], versions: Sequence[str]) -> bool:
    """Whether tags of ``If-Match`` tell the versions of all these records: one for
    each, or that of their list."""
    known = {tag.version for tag in listed if not tag.weak}
    return known.issuperset(versions) or list_version(versions) in known


def names_tag(conditions: Conditions, current: Tag) -> bool:
    """Whether the client already has the response of this tag."""
    listed = conditions.if_none_match or ()
    return ANY in listed or any(same_weak(tag, current) for tag in listed)


def decide(
    conditions: Conditions,
    current: Tag | None,
    *,
    safe: bool,
    required: bool = False,
) -> Outcome:
    """What the conditions say, in the order of RFC 9110 §13.2.2.

    :param current: the tag of the present state, None for nothing
    :param safe: GET, HEAD and QUERY, where a match is a 304 and not a 412
    :param required: whether a change needs a condition (RFC 6585 §3)
    """
    if not _still_expected(conditions, current):
        return Outcome.FAILED
    if required and not safe and conditions.if_match is None:
        return Outcome.REQUIRED
    if current is not None and names_tag(conditions, current):
        return Outcome.NOT_MODIFIED if safe else Outcome.FAILED
    return Outcome.GO_ON


def failure(conditions: Conditions, current: Tag | None) -> str:
    """The error message of ``FAILED``."""
    if _still_expected(conditions, current):
        return "If-None-Match names the present state."
    if current is None:
        return "If-Match can only be used for existing records."
    if all(tag.weak for tag in conditions.if_match or ()):
        return "If-Match needs a strong entity tag, as the header ETag has it."
    return "The record has changed."


def _still_expected(conditions: Conditions, current: Tag | None) -> bool:
    listed = conditions.if_match
    if listed is None:
        return True
    return current is not None and (
        ANY in listed or any(same_version(tag, current) for tag in listed)
    )
