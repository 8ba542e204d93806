"""The value of a condition, in the type of its field. No Odoo here.

PostgreSQL fails on ``id = 'abc'``, on numbers out of range and on characters that it
cannot store; here a client learns of its mistake before. Text of a URL gets its type:

    integer, relations   42                         −2³¹ … 2³¹−1
    float, monetary      1.5
    boolean              true false 1 0
    date                 2026-01-31
    datetime             as ``wire/times.py`` has it, or a date, see ``days.py``
    all                  ``null``, or empty; text between quotes is never null

A relation that is compared with text is searched by display name, see ``by_name``.
"""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Callable
from dataclasses import replace

from ..body.inputs import storable
from ..wire import times
from ..wire.problem import FilterInvalid
from . import operators
from .brackets import Quoted
from .days import is_date
from .field_types import INTEGERS, NUMBERS, RELATIONS, TEXT, TIMES
from .filters import Leaf, Scalar
from .operators import COMPARE, HIERARCHY, MEMBER, ORDER, PATTERN

# a bare ``+`` in a URL arrives as a space
_SPACED_OFFSET = re.compile(r" (?=[0-9]{2}:[0-9]{2}$)")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def typed(leaf: Leaf, field_type: str, parameter: str = "filter") -> Leaf:
    """The condition with values in the form that Odoo takes for a field of this type.

    Raises FilterInvalid for an operator or a value that the type does not have.
    """
    try:
        _check_operator(leaf, field_type)
        if isinstance(leaf.value, tuple):
            return _with(leaf, tuple(_value(m, leaf, field_type) for m in leaf.value))
        return _with(leaf, _value(leaf.value, leaf, field_type))
    except ValueError as error:
        detail = f"'{leaf.path}' {error}"
        raise FilterInvalid.at_parameter(leaf.at or parameter, detail) from None


def _with(leaf: Leaf, value: Scalar | tuple[Scalar, ...]) -> Leaf:
    return replace(leaf, value=value, raw=False)


def by_name(leaf: Leaf, field_type: str) -> bool:
    """Whether the typed condition compares a relation by its display name."""
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    return field_type in RELATIONS and any(isinstance(value, str) for value in values)


def _check_operator(leaf: Leaf, field_type: str) -> None:
    allowed = _operators(leaf.path, field_type)
    if leaf.operator not in allowed:
        offered = operators.offered(allowed)
        raise ValueError(f"has no operator '{leaf.operator}'. Allowed: {offered}.")


def _operators(path: str, field_type: str) -> frozenset[str]:
    """The operators of a type; files and JSON can only be compared with null."""
    if field_type in TEXT:
        return COMPARE | MEMBER | ORDER | PATTERN
    if field_type in RELATIONS:
        return COMPARE | MEMBER | HIERARCHY | PATTERN
    if path.split(".")[-1] == "id":
        return COMPARE | MEMBER | ORDER | HIERARCHY
    if field_type in NUMBERS | TIMES:
        return COMPARE | MEMBER | ORDER
    return COMPARE | MEMBER if field_type == "boolean" else frozenset({"=", "!="})


def _value(value: Scalar, leaf: Leaf, field_type: str) -> Scalar:
    if leaf.operator in PATTERN:
        return _text(value)
    if leaf.raw and (
        value == "" or (value == "null" and not isinstance(value, Quoted))
    ):
        value = None
    if value is None and leaf.operator in ORDER | HIERARCHY:
        raise ValueError(f"cannot be compared with null by '{leaf.operator}'")
    named = leaf.path.split(".")[-1] == "display_name"
    if named and (value is None or value is False):
        raise ValueError("cannot be compared with null: each record has a name")
    if value is None:
        return None
    if leaf.operator in HIERARCHY:
        return _integer(value, leaf.raw)
    return _READERS.get(field_type, _nothing)(value, leaf.raw)


def _nothing(value: Scalar, _raw: bool) -> Scalar:
    if value is False:
        return None
    raise ValueError("can only be compared with null")


def _text(value: Scalar, _raw: bool = False) -> Scalar:
    if value is False:
        return None  # in Odoo's domains False is not set
    if not isinstance(value, str):
        raise ValueError("must be compared with text")
    return storable(str(value))


def _integer(value: Scalar, raw: bool) -> Scalar:
    if raw and isinstance(value, str) and _is_integer(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("must be compared with a whole number")
    if value not in INTEGERS:
        raise ValueError("must be compared with a number of 32 bits")
    return value


def _is_integer(text: str) -> bool:
    digits = text.removeprefix("-")
    return len(digits) <= 10 and digits.isascii() and digits.isdecimal()


def _relation(value: Scalar, raw: bool) -> Scalar:
    """An id, or a display name for other text. False is not set."""
    if value is False:
        return None
    if not isinstance(value, str):
        return _integer(value, raw)
    quoted = not raw or isinstance(value, Quoted)
    if not quoted and value.lower() in ("true", "false"):
        raise ValueError("must be compared with an id, null or a name; quote the name")
    return _text(value) if quoted or not _is_integer(value) else _integer(value, raw)


def _number(value: Scalar, raw: bool) -> Scalar:
    if raw and isinstance(value, str) and "_" not in value:
        with contextlib.suppress(ValueError):
            value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be compared with a number")
    if abs(value) > 1e300 or math.isnan(value):
        raise ValueError("must be compared with a number in the range of floats")
    return value


def _boolean(value: Scalar, raw: bool) -> Scalar:
    if raw and isinstance(value, str):
        value = _BOOLEANS.get(value.lower(), value)
    if not isinstance(value, bool):
        raise ValueError("must be compared with true or false")
    return value


def _date(value: Scalar, _raw: bool) -> Scalar:
    return None if value is False else times.parse_date(value).isoformat()


def _datetime(value: Scalar, _raw: bool) -> Scalar:
    """A date, or UTC in the form of Odoo, to the second."""
    if value is False:
        return None
    if is_date(value):
        return times.parse_date(value).isoformat()
    if isinstance(value, str) and len(value) > 20:
        value = _SPACED_OFFSET.sub("+", value)
    return times.parse_time(value).isoformat(" ")


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
