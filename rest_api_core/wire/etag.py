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

from .problem import HeaderInvalid

VERSION_SIZE = 12  # bytes, of 96 bits; written as twice as many hexadecimal digits
REPRESENTATION_SIZE = 16
# an entity-tag, or what clients make of one by dropping its quotes
_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"|([^\s,"]+)')
# what proxies append to the tag of a response that they compress
_ENCODED = re.compile(r"[-;:]+(?:gzip|br|deflate|zstd)$")
_BROKEN = 'must be * or entity tags between quotes, as the header ETag has them: "…"'


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

    Tags of ``If-None-Match`` that cannot be read are left out: whoever sends one gets
    the whole response. Dates are ignored: records have no date that changes with each
    change (§13.1.4).
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


def conditions(if_match: str | None, if_none_match: str | None) -> Conditions:
    """The conditions of these headers; raises HeaderInvalid for an ``If-Match`` that
    cannot be read: no record would ever match it."""
    expected = tags(if_match)
    if expected is None:
        return Conditions(None, tags(if_none_match))
    parts = (part.strip() for part in _split(if_match or ""))
    broken = any(part and not _is_tag(part) for part in parts)
    if expected != (ANY,) and (broken or not expected):
        raise HeaderInvalid.at_header("If-Match", _BROKEN)
    return Conditions(expected, tags(if_none_match))


def reject(
    conditions: Conditions, operation: str, instead: str = "leave it out"
) -> None:
    """Raise HeaderInvalid for conditions of a call that nothing is compared with: its
    client relies on them.

    :param operation: what the call is, ``an import``
    """
    if conditions:
        header = "If-None-Match" if conditions.if_match is None else "If-Match"
        detail = f"has no effect on {operation}; {instead}"
        raise HeaderInvalid.at_header(header, detail)


def _is_tag(text: str) -> bool:
    match = _TAG.fullmatch(text)
    return bool(match and match[3] is None)


def tags(header: str | None) -> tuple[Tag, ...] | None:
    """The list of ``If-Match`` or ``If-None-Match``; ``(ANY,)`` for ``*``."""
    if header is None:
        return None
    if header.strip() == "*":
        return (ANY,)
    matches = (_TAG.fullmatch(part.strip()) for part in _split(header))
    return tuple(_tag(m[3] or m[2], bool(m[1])) for m in matches if m)


def _tag(opaque: str, weak: bool) -> Tag:
    return Tag(_ENCODED.sub("", opaque), weak)


def _split(header: str) -> list[str]:
    """The elements of a list; commas between quotes are part of a tag."""
    return re.findall(r'(?:[^,"]|"[^"]*"|")+', header)


def same_weak(one: Tag, other: Tag) -> bool:
    """RFC 9110 §8.8.3.2: equal, weak or not."""
    return one.opaque == other.opaque


def same_version(one: Tag, other: Tag) -> bool:
    """Our comparison for ``If-Match``: of the version alone. It names the row, so that
    it does not matter that proxies which compress make a tag weak."""
    return one.version == other.version


def lists_all(listed: Iterable[Tag], versions: Sequence[str]) -> bool:
    """Whether tags of ``If-Match`` tell the versions of all these records: one for
    each, or that of their list."""
    known = {tag.version for tag in listed}
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
    return "The record has changed."


def _still_expected(conditions: Conditions, current: Tag | None) -> bool:
    listed = conditions.if_match
    if listed is None:
        return True
    return current is not None and (
        ANY in listed or any(same_version(tag, current) for tag in listed)
    )
