"""The ``sort`` parameter: ``-create_date,name`` or ``create_date desc, name``. No Odoo.

In JSON also a list: ``["-create_date", "name"]``. The functions raise ValueError, in
words that follow the name of the parameter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .filters import check_path

MAX_KEYS = 10


@dataclass(frozen=True)
class SortKey:
    path: str
    descending: bool = False


Check = Callable[[str], object]


def parse(
    value: Any, check: Check = check_path, characters: str = r"\w."
) -> tuple[SortKey, ...]:
    """The keys in order; each path may come once.

    :param check: of the name of a key, by default a path of fields; raises ValueError
    :param characters: of names, as in a set of a regular expression
    """
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError("must be text or a list of texts")
    if len(words) > MAX_KEYS:
        raise ValueError(f"must have at most {MAX_KEYS} keys")
    keys = tuple(_key(word.strip(), check, characters) for word in words)
    if len({key.path for key in keys}) < len(keys):
        raise ValueError("must name each field only once")
    return keys


def _key(word: str, check: Check, characters: str) -> SortKey:
    path, _, direction = word.removeprefix("-").partition(" ")
    direction = direction.strip().lower()
    known = direction in ("", "asc", "desc") and not re.search(
        rf"[^{characters}]", path
    )
    if not known or (direction and word.startswith("-")):
        raise ValueError("must have keys of the form name, -name or 'name desc'")
    check(path)
    return SortKey(path, word.startswith("-") or direction == "desc")


def of_model(order: str) -> tuple[SortKey, ...]:
    """The keys of a model's ``_order``, such as ``"sequence, name desc"``.

    Raises ValueError for orders by more than its own fields.
    """
    parts = (part.split() for part in order.split(",") if part.strip())
    return tuple(map(_key_of_model, parts))


def _key_of_model(words: list[str]) -> SortKey:
    name, direction = words[0].strip('"'), " ".join(words[1:]).lower()
    if direction not in ("", "asc", "desc"):
        raise ValueError(direction)
    check_path(name, 1)
    return SortKey(name, direction == "desc")


def with_tie_break(keys: tuple[SortKey, ...]) -> tuple[SortKey, ...]:
    """The keys, ending with ``id``: records with equal keys keep their order on every
    page. Keys after an ``id`` have no effect and are left out.

    An added ``id`` has the direction of the last key: PostgreSQL compares keys of one
    direction as one row, by one index.
    """
    for position, key in enumerate(keys, 1):
        if key.path == "id":
            return keys[:position]
    return (*keys, SortKey("id", bool(keys) and keys[-1].descending))
