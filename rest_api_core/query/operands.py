"""The value of a condition, in the type of its field. No Odoo here.

PostgreSQL stops at ``id = 'abc'``, at numbers out of range and at characters it cannot
store; a client shall hear of its mistake before. Text of an URL gets its type here:

    integer, relations   42                         −2³¹ … 2³¹−1
    float, monetary      1.5
    boolean              true false 1 0
    date                 2026-01-31
    datetime             2026-01-31T12:00:00Z, with an offset, or without for UTC
    all                  empty for null; all but text also ``null``

Relations also compare with text: that searches the display name, see ``by_name``.
"""

from __future__ import annotations

import contextlib
import datetime
import math
from collections.abc import Callable
from dataclasses import replace

from ..wire.problem import FilterInvalid
from .field_types import INTEGERS, NUMBERS, RELATIONS, TEXT, TIMES
from .filters import COMPARE, HIERARCHY, MEMBER, ORDER, PATTERN, Leaf, Scalar

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def typed(leaf: Leaf, kind: str, parameter: str = "filter") -> Leaf:
    """The condition with values as Odoo wants them for a field of type ``kind``.

    Raises FilterInvalid where the operator or the value does not fit the type.
    """
    try:
        _check_operator(leaf, kind)
        if isinstance(leaf.value, tuple):
            return _with(leaf, tuple(_value(m, leaf, kind) for m in leaf.value))
        return _with(leaf, _value(leaf.value, leaf, kind))
    except ValueError as error:
        detail = f"'{leaf.path}' {error}"
        raise FilterInvalid.at_parameter(parameter, detail) from None


def _with(leaf: Leaf, value: Scalar | tuple[Scalar, ...]) -> Leaf:
    return replace(leaf, value=value, raw=False)


def by_name(leaf: Leaf, kind: str) -> bool:
    """Whether the typed condition compares a relation by its display name."""
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    return kind in RELATIONS and any(isinstance(value, str) for value in values)


def _check_operator(leaf: Leaf, kind: str) -> None:
    if leaf.operator not in _operators(leaf.path, kind):
        raise ValueError(f"does not take the operator '{leaf.operator}'")


def _operators(path: str, kind: str) -> frozenset[str]:
    """What is offered for a type; files and JSON are only ever set or not set."""
    if kind in TEXT:
        return COMPARE | MEMBER | ORDER | PATTERN
    if kind in RELATIONS:
        return COMPARE | MEMBER | HIERARCHY | PATTERN
    if path.split(".")[-1] == "id":
        return COMPARE | MEMBER | ORDER | HIERARCHY
    if kind in NUMBERS | TIMES:
        return COMPARE | MEMBER | ORDER
    return COMPARE | MEMBER if kind == "boolean" else frozenset({"=", "!="})


def _value(value: Scalar, leaf: Leaf, kind: str) -> Scalar:
    if leaf.operator in PATTERN:
        return _text(value)
    if leaf.raw and (value == "" or (value == "null" and kind not in TEXT)):
        value = None
    if value is None and leaf.operator in ORDER | HIERARCHY:
        raise ValueError(f"cannot be compared with null by '{leaf.operator}'")
    named = leaf.path.split(".")[-1] == "display_name"
    if named and (value is None or value is False):
        raise ValueError("cannot be compared with null, each record has a name")
    if value is None:
        return None
    if leaf.operator in HIERARCHY:
        return _integer(value, leaf.raw)
    return _READERS.get(kind, _nothing)(value, leaf.raw)


def _nothing(value: Scalar, _raw: bool) -> Scalar:
    if value is False:
        return None
    raise ValueError("can only be compared with null")


def _text(value: Scalar, _raw: bool = False) -> Scalar:
    """UTF-8 without NUL is what PostgreSQL stores. False is Odoo's word for not set."""
    if value is False:
        return None
    if not isinstance(value, str):
        raise ValueError("needs text")
    if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise ValueError("has a character that cannot be stored")
    return value


def _integer(value: Scalar, raw: bool) -> Scalar:
    if raw and isinstance(value, str) and _is_integer(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("needs a whole number")
    if value not in INTEGERS:
        raise ValueError("needs a number of 32 bits")
    return value


def _is_integer(text: str) -> bool:
    digits = text.removeprefix("-")
    return len(digits) <= 10 and digits.isascii() and digits.isdecimal()


def _relation(value: Scalar, raw: bool) -> Scalar:
    """An id or, for text that is none, a display name. False is not set."""
    if value is False:
        return None
    if isinstance(value, str) and not (raw and _is_integer(value)):
        return _text(value)
    return _integer(value, raw)


def _number(value: Scalar, raw: bool) -> Scalar:
    if raw and isinstance(value, str) and "_" not in value:
        with contextlib.suppress(ValueError):
            value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("needs a number")
    if abs(value) > 1e300 or math.isnan(value):
        raise ValueError("needs a number in the range of floats")
    return value


def _boolean(value: Scalar, raw: bool) -> Scalar:
    if raw and isinstance(value, str):
        value = _BOOLEANS.get(value.lower(), value)
    if not isinstance(value, bool):
        raise ValueError("needs true or false")
    return value


def _date(value: Scalar, _raw: bool) -> Scalar:
    text = value if isinstance(value, str) else ""
    if value is False:
        return None
    try:
        return _iso(text if len(text) == 10 else "").date().isoformat()
    except ValueError:
        raise ValueError("needs a date, YYYY-MM-DD") from None


def _datetime(value: Scalar, _raw: bool) -> Scalar:
    """UTC in the form of Odoo, to the second."""
    if value is False:
        return None
    try:
        moment = _iso(value if isinstance(value, str) else "")
        if moment.tzinfo:
            moment = moment.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise ValueError("needs a time, YYYY-MM-DDTHH:MM:SSZ") from None
    return moment.isoformat(" ", "seconds")


def _iso(text: str) -> datetime.datetime:
    """The extended formats of ISO 8601 that all versions of Python read, and ``Z``."""
    if text[4:5] != "-" or text[7:8] != "-" or not text.isascii():
        raise ValueError(text)
    # a bare ``+`` in an URL arrives as a space
    if len(text) > 20 and text[-6] == " ":
        text = f"{text[:-6]}+{text[-5:]}"
    if text.endswith(("Z", "z")):
        text = f"{text[:-1]}+00:00"
    return datetime.datetime.fromisoformat(text)


_READERS: dict[str, Callable[[Scalar, bool], Scalar]] = {
    **dict.fromkeys(TEXT, _text),
    **dict.fromkeys(RELATIONS, _relation),
    "integer": _integer,
    "many2one_reference": _integer,
    "float": _number,
    "monetary": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
}
