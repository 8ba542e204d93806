"""External ids in bodies. No Odoo here.

A client names records in its own words: ``{"external_id": "crm.p1"}``. The text is
stored as it is, but not below a module of Odoo; see ``engine/external_ids.py``.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from .inputs import storable

MAX_NAME = 128  # characters of an external id that a client sets
MAX_LOOKUP = 256  # of one that it looks up, with the module
NESTED = (
    "can be set on the record of the request only; alone, as the one member of an"
    " object, it looks a record up"
)
_CONTROLS = frozenset(("Cc", "Zl", "Zp"))


def read(value: Any) -> str | None:
    """The external id that a record gets, None for none; raises ValueError."""
    return None if value is None else _text(value, MAX_NAME)


def lookup_name(value: Any) -> str:
    """The external id that a record is looked up by; raises ValueError."""
    return _text(value, MAX_LOOKUP)


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("must be an external id, a string that is not empty")
    if len(value) > most:
        raise ValueError(f"is longer than {most} characters")
    storable(value)
    # Odoo refuses spaces in external ids
    if " " in value or any(unicodedata.category(c) in _CONTROLS for c in value):
        raise ValueError("must not contain spaces or control characters")
    return value
