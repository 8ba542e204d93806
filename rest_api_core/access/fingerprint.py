"""A digest of values that is the same in each process. No Odoo here.

``hash`` differs from process to process, and so does the order of a set.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from typing import Any


def of(value: Any) -> str:
    """64 hex digits for data classes, collections and plain values."""
    return hashlib.sha256(repr(_plain(value)).encode("utf-8", "replace")).hexdigest()


def _plain(value: Any) -> Any:
    """The same in tuples, in an order that follows from the values."""
    if is_dataclass(value):
        members = [(each.name, getattr(value, each.name)) for each in fields(value)]
        return (type(value).__name__, *_plain(members))
    if isinstance(value, Mapping):
        return tuple(sorted((repr(key), _plain(value[key])) for key in value))
    if isinstance(value, Set):
        return tuple(sorted(repr(_plain(each)) for each in value))
    if isinstance(value, (list, tuple)):
        return tuple(_plain(each) for each in value)
    return value
