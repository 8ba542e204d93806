"""The ``sort`` parameter: ``-create_date,name`` or ``create_date desc, name``. No Odoo.

In JSON also as a list: ``["-create_date", "name"]``. Errors are ValueErrors with what
follows the name of the parameter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .filters import check_path

MAX_KEYS = 10


@dataclass(frozen=True)
class SortKey:
    path: str
    descending: bool = False


def parse(value: Any) -> tuple[SortKey, ...]:
    """The keys in order; each path may come once."""
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError("must be text or a list of texts")
    if len(words) > MAX_KEYS:
        raise ValueError(f"has more than {MAX_KEYS} keys")
    keys = tuple(_key(word.strip()) for word in words)
    if len({key.path for key in keys}) < len(keys):
        raise ValueError("names a field more than once")
    return keys


def _key(word: str) -> SortKey:
    path, _, direction = word.removeprefix("-").partition(" ")
    direction = direction.strip().lower()
    known = direction in ("", "asc", "desc") and not re.search(r"[^\w.]", path)
    if not known or (direction and word.startswith("-")):
        raise ValueError("takes -name, 'name asc' or 'name desc'")
    check_path(path)
    return SortKey(path, word.startswith("-") or direction == "desc")


def of_model(order: str) -> tuple[SortKey, ...]:
    """The keys of Odoo's ``"sequence, name desc"``; ValueError for more than that."""
    parts = (part.split() for part in order.split(",") if part.strip())
    return tuple(map(_key_of_model, parts))


def _key_of_model(words: list[str]) -> SortKey:
    name, direction = words[0].strip('"'), " ".join(words[1:]).lower()
    if direction not in ("", "asc", "desc"):
        raise ValueError(direction)
    check_path(name, 1)
    return SortKey(name, direction == "desc")


def with_tie_break(keys: tuple[SortKey, ...]) -> tuple[SortKey, ...]:
    """The keys and ``id``, in the direction of the last key unless named; keys behind
    an ``id`` decide nothing and are left out.

    Keys of one direction can be compared as one row, which an index serves.
    """
    for position, key in enumerate(keys, 1):
        if key.path == "id":
            return keys[:position]
    return (*keys, SortKey("id", bool(keys) and keys[-1].descending))
