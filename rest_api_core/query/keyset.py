"""Paging by the last row: cursors, and the condition for what follows. No Odoo here.

    cursor = seal(secret, bound_to, [row[key.path] for key in keys])
    values = unseal(secret, bound_to, cursor, len(keys))
    for segment in segments(keys, values): …    until the page is full

A cursor says after which values of the sort keys the next page begins. It is signed,
and bound to what it was made for: caller, model, filter, sort, companies. It is not
secret; the values are those of fields that the caller sorts by, and so may read.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from ..wire.problem import CursorInvalid

MAX_CURSOR = 4000  # characters; URLs of more than 8000 do not pass all servers
SIGNATURE = 16  # bytes
FOREIGN = (
    "belongs to another request: go on with the same key, filter, sort, language and"
    " companies, or begin with an empty cursor"
)
_FORMAT = b"rest cursor 1\x00"
Operator = Literal["=", ">", "<", ">=", "<=", "is null", "is not null"]


@dataclass(frozen=True)
class Key:
    """A sort key; the last of several is unique and not nullable (``id``).

    The order is PostgreSQL's own: NULL comes last ascending and first descending.
    """

    path: str
    descending: bool = False
    nullable: bool = True

    @property
    def beyond(self) -> Operator:
        return "<" if self.descending else ">"


@dataclass(frozen=True)
class Term:
    """``path operator value``."""

    path: str
    operator: Operator
    value: Any = None


@dataclass(frozen=True)
class RowComparison:
    """``(a, b, id) > (x, y, z)``, which one index serves.

    As in SQL it is not true where a column is NULL.
    """

    paths: tuple[str, ...]
    operator: Operator
    values: tuple[Any, ...]


@dataclass(frozen=True)
class AnyOf:
    """One of the ``cases``, each of which is all of its terms; no case is false.

    ``bound`` follows from the cases and adds nothing but a start for an index.
    """

    cases: tuple[tuple[Term, ...], ...]
    bound: Term | None = None


Condition = RowComparison | AnyOf


@dataclass(frozen=True)
class Segment:
    """``term`` and ``after``, as far as there are; neither is all rows."""

    term: Term | None = None
    after: Condition | None = None


def segments(keys: Sequence[Key], values: Sequence[Any]) -> tuple[Segment, ...]:
    """What follows the row of ``values``, in parts that come one after the other.

    All of it is any of the segments; an index serves each on its own, so the second is
    best asked for when the first has not filled the page. There are two where the
    first key is NULL on one side of the row only.
    """
    first, rest = keys[0], keys[1:]
    if not first.nullable:
        return (Segment(after=after(keys, values)),)
    if values[0] is not None:
        solid = Segment(after=after([replace(first, nullable=False), *rest], values))
        nulls = Segment(Term(first.path, "is null"))
        return (solid,) if first.descending else (solid, nulls)
    among = Segment(Term(first.path, "is null"), after(rest, values[1:]))
    solid = Segment(Term(first.path, "is not null"))
    return (among, solid) if first.descending else (among,)


def after(keys: Sequence[Key], values: Sequence[Any]) -> Condition:
    """The condition for rows that follow the one of ``values``."""
    if comparable(keys, values):
        paths = tuple(key.path for key in keys)
        return RowComparison(paths, keys[0].beyond, tuple(values))
    cases: list[tuple[Term, ...]] = []
    same: tuple[Term, ...] = ()
    for key, value in zip(keys, values, strict=True):
        cases += [(*same, term) for term in _beyond(key, value)]
        same = (*same, _same(key, value))
    return AnyOf(tuple(cases), _bound(keys[0], values[0]))


def comparable(keys: Sequence[Key], values: Sequence[Any]) -> bool:
    """Whether a row comparison finds the same rows.

    The directions agree and no value is NULL; a column may be only where NULL comes
    first, for there it lies behind the row already.
    """
    agree = len({key.descending for key in keys}) == 1
    lost = any(key.nullable and not key.descending for key in keys)
    return agree and not lost and None not in values


def _beyond(key: Key, value: Any) -> list[Term]:
    """What makes a row that was equal so far follow."""
    if value is None:
        return [Term(key.path, "is not null")] if key.descending else []
    terms = [Term(key.path, key.beyond, value)]
    if key.nullable and not key.descending:
        terms.append(Term(key.path, "is null"))
    return terms


def _same(key: Key, value: Any) -> Term:
    if value is None:
        return Term(key.path, "is null")
    return Term(key.path, "=", value)


def _bound(key: Key, value: Any) -> Term | None:
    if value is None or (key.nullable and not key.descending):
        return None
    return Term(key.path, "<=" if key.descending else ">=", value)


def binding(*parts: object) -> bytes:
    """What a cursor is bound to, as a fingerprint.

    The parts are numbers, text, None, tuples and frozen dataclasses of these: what
    has one ``repr`` in all processes. Sets have not.
    """
    return hashlib.sha256(repr(parts).encode()).digest()


def seal(key: bytes, bound_to: bytes, values: Sequence[Any]) -> str:
    """The cursor after a row; raises CursorInvalid if its values are too long."""
    payload = json.dumps([_plain(v) for v in values], separators=(",", ":"))
    text = _text(payload.encode())
    if len(text) > MAX_CURSOR:
        detail = "would be too long; sort by fields with shorter values"
        raise CursorInvalid.at_parameter("cursor", detail)
    return f"{text}.{_signature(key, bound_to, text)}"


def unseal(key: bytes, bound_to: bytes, cursor: str, size: int) -> tuple[Any, ...]:
    """The ``size`` values of a cursor; raises CursorInvalid, for whatever reason."""
    text, _dot, signature = cursor.partition(".")
    expected = _signature(key, bound_to, text)
    genuine = hmac.compare_digest(signature.encode(errors="replace"), expected.encode())
    values = json.loads(base64.urlsafe_b64decode(_padded(text))) if genuine else []
    if len(values) != size:
        raise CursorInvalid.at_parameter("cursor", FOREIGN)
    return tuple(_rich(value) for value in values)


def _signature(key: bytes, bound_to: bytes, text: str) -> str:
    """Of the text and not of what it means, for one meaning has several texts."""
    message = _FORMAT + bound_to + text.encode(errors="replace")
    return _text(hmac.digest(key, message, "sha256")[:SIGNATURE])


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _padded(text: str) -> str:
    return text + "=" * (-len(text) % 4)


def _plain(value: Any) -> Any:
    """As JSON: what JSON has not becomes a pair of type and text."""
    if isinstance(value, datetime):
        return ["t", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    return ["n", str(value)] if isinstance(value, Decimal) else value


def _rich(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    kind, text = value
    return _TYPES[kind](text)


_TYPES: dict[str, Callable[[str], Any]] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "n": Decimal,
}
