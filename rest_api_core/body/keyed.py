"""JSON objects whose keys are ids of records. No Odoo here.

    {"12": 100, "3,5": 50}      shares of analytic accounts, 3 and 5 together

Entries are shown as the records of an x2many: those that the caller may see. A change
replaces these, and keeps the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..query.field_types import IDS
from .values import Keyed

_DIGITS = range(1, 11)


def read(value: Any) -> Keyed:
    """An object of a body, or null; raises ValueError."""
    if value is None:
        return Keyed({})
    if not isinstance(value, dict):
        raise ValueError("must be an object whose keys are ids, or null")
    for key in value:
        ids(key)
    return Keyed(value)


def ids(key: str) -> tuple[int, ...]:
    """The ids in a key; raises ValueError."""
    parts = key.split(",")
    if not all(p.isascii() and p.isdecimal() and len(p) in _DIGITS for p in parts):
        raise ValueError("must have ids as keys, several with commas")
    found = tuple(map(int, parts))
    if not all(each in IDS for each in found):
        raise ValueError("must have ids of records as keys")
    return found


def all_ids(value: Any) -> Iterator[int]:
    """The ids in a stored value; keys that are something else have none."""
    for key in value if isinstance(value, Mapping) else ():
        yield from _stored(key)


def shown(value: Any, visible: Collection[int]) -> Any:
    """The value without the entries of records that are not visible."""
    if not isinstance(value, Mapping):
        return value
    return {k: v for k, v in value.items() if all(i in visible for i in _stored(k))}


def hidden(value: Any, visible: Collection[int]) -> dict[str, Any]:
    """The other entries."""
    if not isinstance(value, Mapping):
        return {}
    known = shown(value, visible)
    return {key: one for key, one in value.items() if key not in known}


def _stored(key: str) -> tuple[int, ...]:
    try:
        return ids(key)
    except ValueError:
        return ()  # ``__update__`` and the like of Odoo's own code
