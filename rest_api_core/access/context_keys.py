"""The keys of Odoo's context that a resource or method takes from a body. No Odoo here.

    active_model active_ids button_validate_picking_ids:stock.picking

Dialogs of Odoo ask the context what they are about. A key with a model holds an id or a
list of ids of it, ``active_id`` and ``active_ids`` hold those of ``active_model``: the
caller must be able to reach these records. All other values are passed on as they are.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MODEL = "active_model"
OF_MODEL = frozenset(("active_id", "active_ids"))
# Rights, reach and the result rely on them; language and time zone need no list
RESERVED = frozenset(
    "active_test allowed_company_ids bin_size lang prefetch_fields tz uid".split()
)
_DEFAULT = "default_"
_KEY = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(:(?P<model>[a-z0-9_.]+))?")


class ContextKey(NamedTuple):
    """A key, and the model of the ids that it holds; empty for other values."""

    name: str
    model: str = ""


def parse(text: str) -> tuple[ContextKey, ...]:
    """The keys of a list with blanks or commas; ValueError for one that cannot be."""
    return tuple(_key(word) for word in text.replace(",", " ").split())


def _key(word: str) -> ContextKey:
    match = _KEY.fullmatch(word)
    if match is None:
        raise ValueError(f"“{word[:100]}” is not a key, or a key with a model.")
    name = match["name"]
    if name in RESERVED or name.startswith("bin_size_"):
        raise ValueError(f"“{name}” cannot be a key: the API sets it.")
    if name.startswith(_DEFAULT):
        field = name.removeprefix(_DEFAULT)
        raise ValueError(f"“{name}” cannot be a key: requests send “{field}” itself.")
    return ContextKey(name, match["model"] or "")


def model_of(key: ContextKey, values: dict[str, object]) -> str | None:
    """The model of the ids that this key holds among these values; None for a key that
    holds none, empty where it is not told."""
    if key.name in OF_MODEL and not key.model:
        model = values.get(MODEL)
        return model if isinstance(model, str) else ""
    return key.model or None
