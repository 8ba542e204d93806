"""Clients, scopes and keys as administrators send them. No Odoo here.

The readers give the values of fields of Odoo, and raise ValueInvalid with a pointer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..access.policy import RIGHTS
from ..query.field_types import MAX_ID
from ..wire import times
from ..wire.problem import ValueInvalid, pointer
from . import members
from .inputs import storable

MAX_SCOPES = 1000
MAX_OVERLAP = 24 * 366  # hours, as in Odoo's dialog
MAX_INTEGER = 2**31 - 1
Reader = Callable[[Any], Any]


def client(body: Any) -> dict[str, Any]:
    """The fields of a client, by name; ``scopes`` are checked by ``scopes``."""
    return _values(body, {**_CLIENT, "scopes": _list}, "#")


def key(body: Any) -> dict[str, Any]:
    """The fields of a new key, and ``client_id``."""
    return _values(body, {**_KEY, "client_id": _id}, "#")


def rotation(body: Any) -> dict[str, Any]:
    """The fields of a key that replaces another, and ``overlap_hours``."""
    return _values(body, {**_KEY, "overlap_hours": _hours}, "#")


def scopes(listed: list[Any]) -> list[dict[str, Any]]:
    """Each with ``id`` (of one that stays), ``model``, ``api_id``, ``can_…``,
    ``domain`` and ``methods``, as far as they are given."""
    return [_scope(item, index) for index, item in enumerate(listed)]


def _scope(item: Any, index: int) -> dict[str, Any]:
    values = _values(item, _SCOPE, pointer("scopes", index))
    if "rights" in values:
        granted = values.pop("rights")
        values |= {f"can_{right}": right in granted for right in RIGHTS}
    return values


def _values(body: Any, readers: Mapping[str, Reader], place: str) -> dict[str, Any]:
    try:
        given = members.known(body, *readers)
        return {name: _read(readers[name], name, v) for name, v in given.items()}
    except ValueInvalid as problem:
        if place == "#":
            raise
        error = problem.errors[0]
        where = f"{place}{(error.pointer or '#')[1:]}"
        raise ValueInvalid.at_pointer(where, error.detail) from problem


def _read(reader: Reader, name: str, value: Any) -> Any:
    try:
        return reader(value)
    except ValueError as error:
        raise ValueInvalid.at_pointer(pointer(name), str(error)) from error


# --- values -------------------------------------------------------------------


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be text")
    return value


def _text(value: Any) -> Any:
    if value is not None and not isinstance(value, str):
        raise ValueError("must be text or null")
    return value or False


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError("must be true or false")
    return value


def _id(value: Any) -> int:
    if type(value) is not int or not 1 <= value <= MAX_ID:
        raise ValueError("must be an id")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= MAX_INTEGER:
        raise ValueError(f"must be a number from 0 to {MAX_INTEGER}")
    return value


def _hours(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value <= MAX_OVERLAP:
        raise ValueError(f"must be a number from 0 to {MAX_OVERLAP}")
    return float(value)


def _time(value: Any) -> Any:
    return False if value is None else times.parse_time(value)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > MAX_SCOPES:
        raise ValueError(f"must be a list of at most {MAX_SCOPES}")
    return value


def _words(value: Any) -> list[str]:
    for each in _list(value):
        if not isinstance(each, str):
            raise ValueError("must be a list of texts")
        storable(each)
    return list(value)


def _lines(value: Any) -> Any:
    return "\n".join(_words(value)) or False


def _rights(value: Any) -> list[str]:
    words = _words(value)
    if not RIGHTS.issuperset(words):
        raise ValueError(f"must be a list of: {', '.join(sorted(RIGHTS))}")
    return words


_CLIENT: dict[str, Reader] = {
    "name": _name,
    "user_id": _id,
    "active": _flag,
    "all_resources": _flag,
    "read_only": _flag,
    "allowed_ips": _lines,
    "expires_at": _time,
    "note": _text,
    **dict.fromkeys(
        ("rate_limit", "max_concurrent", "statement_timeout", "quota_day"), _count
    ),
    "quota_month": _count,
}
_KEY: dict[str, Reader] = {"name": _text, "read_only": _flag, "expires_at": _time}
_SCOPE: dict[str, Reader] = {
    "id": _id,
    "api_id": _id,
    "model": _name,
    "rights": _rights,
    "domain": _text,
    "methods": _words,
}
