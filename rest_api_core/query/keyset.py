"""Paging by the last row: cursors, and the rows that follow one. No Odoo here.

    cursor = seal(secret, binding, [row[key.path] for key in keys])
    values = unseal(secret, binding, cursor, len(keys))
    for segment in segments(keys, values): …    until the page is full

A cursor holds the values of the sort keys after which the next page begins. It is
valid for one caller, model, filter, sort and set of companies, and encrypted: a value
that a cursor needs may be one that the response does not show.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..wire.problem import CursorInvalid

MAX_CURSOR = 4000  # characters; some servers refuse URLs of more than 8000
NONCE = 12  # bytes
BLOCK = 32  # the length of a cursor tells that of its values no closer than this
FOREIGN = (
    "belongs to another request: continue with the same key, filter, sort, language and"
    " companies, or start with an empty cursor"
)
_ENCRYPTION, _NONCES = b"rest cursor 2 encryption", b"rest cursor 2 nonce\x00"
Operator = Literal["=", ">", "<", ">=", "<=", "is null", "is not null"]


@dataclass(frozen=True)
class Key:
    """A sort key; the last one of a sort is unique and not nullable (``id``).

    NULL is where PostgreSQL puts it: last in ascending order, first in descending.
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
    """``(a, b, id) > (x, y, z)``: PostgreSQL follows it by one index.

    As in SQL it is not true where a column is NULL.
    """

    paths: tuple[str, ...]
    operator: Operator
    values: tuple[Any, ...]


@dataclass(frozen=True)
class AnyOf:
    """True where all terms of one of the ``cases`` are; false without cases.

    ``bound`` follows from the cases: with it PostgreSQL need not read an index from its
    beginning.
    """

    cases: tuple[tuple[Term, ...], ...]
    bound: Term | None = None


Condition = RowComparison | AnyOf


@dataclass(frozen=True)
class Segment:
    """Rows for which ``term`` and ``after`` are true; all rows without both."""

    term: Term | None = None
    after: Condition | None = None


def segments(keys: Sequence[Key], values: Sequence[Any]) -> tuple[Segment, ...]:
    """The rows that follow the row of ``values``, in one or two parts, in their order.

    PostgreSQL can follow each part by an index, but not both together: query the second
    one if the first has not filled the page. There are two where rows with and without
    NULL in the first key follow.
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
    """The condition of the rows that follow the row of ``values``."""
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
    """Whether a row comparison matches the same rows.

    It needs one direction and no NULL: neither in the values, nor in columns that are
    sorted in ascending order, whose NULLs still follow. Descending, NULLs come first
    and are not among the rows that follow.
    """
    agree = len({key.descending for key in keys}) == 1
    loses_rows = any(key.nullable and not key.descending for key in keys)
    return agree and not loses_rows and None not in values


def _beyond(key: Key, value: Any) -> list[Term]:
    """The terms, of which one makes a row follow that is equal in the keys before."""
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


def fingerprint(*parts: object) -> bytes:
    """The fingerprint of what a cursor is valid for.

    The parts must have the same ``repr`` in all processes: numbers, text, None, tuples
    and frozen dataclasses of these, but no sets.
    """
    return hashlib.sha256(repr(parts).encode()).digest()


def seal(secret: bytes, binding: bytes, values: Sequence[Any]) -> str:
    """The cursor after a row; raises CursorInvalid if its values are too long.

    Equal values have equal cursors, so that the entity tag of a list stays the same.
    """
    plain = json.dumps([_plain(v) for v in values], separators=(",", ":")).encode()
    padded = plain.ljust(-(-len(plain) // BLOCK) * BLOCK)
    # made of the content, as in SIV (RFC 5297): another content has another nonce
    nonce = hmac.digest(secret, _NONCES + binding + padded, "sha256")[:NONCE]
    text = _text(nonce + _cipher(secret).encrypt(nonce, padded, binding))
    if len(text) > MAX_CURSOR:
        detail = "would be too long: sort by fields with shorter values"
        raise CursorInvalid.at_parameter("cursor", detail)
    return text


def unseal(secret: bytes, binding: bytes, cursor: str, size: int) -> tuple[Any, ...]:
    """The ``size`` values of a cursor; raises CursorInvalid for any other cursor."""
    content, values = b"", []
    with contextlib.suppress(ValueError, InvalidTag):
        content = base64.urlsafe_b64decode(_padded(cursor))
        nonce, sealed = content[:NONCE], content[NONCE:]
        values = json.loads(_cipher(secret).decrypt(nonce, sealed, binding))
    # several texts of base64 have the same bytes
    if len(values) != size or _text(content) != cursor:
        raise CursorInvalid.at_parameter("cursor", FOREIGN)
    return tuple(_rich(value) for value in values)


@functools.lru_cache(maxsize=8)  # a key of its own, made once for each database
def _cipher(secret: bytes) -> AESGCM:
    return AESGCM(hmac.digest(secret, _ENCRYPTION, "sha256"))


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _padded(text: str) -> str:
    return text + "=" * (-len(text) % 4)


def _plain(value: Any) -> Any:
    """A value of JSON; of other types, a pair of type and text."""
    if isinstance(value, datetime):
        return ["t", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    return ["n", str(value)] if isinstance(value, Decimal) else value


def _rich(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    type_, text = value
    return _TYPES[type_](text)


_TYPES: dict[str, Callable[[str], Any]] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "n": Decimal,
}
