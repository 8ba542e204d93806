"""Values of a body in Python, by the type of their field. No Odoo here.

Nothing is coerced: ``"3"`` is not an integer, nor is ``true``, and null is a value only
where responses have it, too. What PostgreSQL cannot store (NUL, half a character, a
number out of range) is an error here already. The table of types is in ``values.py``.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from ..query.field_types import IDS, INTEGERS
from ..wire import times
from . import keyed
from .values import Content, Field, Properties, Reference

Reader = Callable[[Any, Field], Any]
Day = TypeVar("Day", date, datetime)
MAX_BINARY = 64 * 1024 * 1024  # bytes of content, for fields that say nothing else
_DATA_URL = re.compile(r"data:([^;,\s]*)(?:;[^;,\s]*){0,9}?;base64,", re.IGNORECASE)
_MIMETYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")


def read(value: Any, field: Field) -> Any:
    """A wire value in Python; raises ValueError, in words for the client.

    Not for many2one, one2many and many2many.
    """
    return READERS[field.type](value, field)


def storable(text: str) -> str:
    """The text, if PostgreSQL takes it; raises ValueError for NUL and lone halves."""
    if "\x00" in text:
        raise ValueError("contains the character NUL")
    if not text.isascii() and re.search("[\ud800-\udfff]", text):
        raise ValueError("contains half of a surrogate pair")
    return text


def record_id(value: Any) -> int:
    """A positive id of 32 bits; raises ValueError."""
    if type(value) is not int or value not in IDS:
        raise ValueError("must be the id of a record")
    return value


def _read_text(value: Any, field: Field) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("must be a string or null")
    if field.size and len(value) > field.size:
        raise ValueError(f"is longer than {field.size} characters")
    return storable(value)


def _read_line(value: Any, field: Field) -> str | None:
    """An empty text is none: Odoo's forms know no difference, unique columns do."""
    return _read_text(value, field) or None


def _read_selection(value: Any, field: Field) -> str | None:
    text = _read_text(value, field)
    if text is not None and field.choices is not None and text not in field.choices:
        raise ValueError(f"must be one of {', '.join(sorted(field.choices))}")
    return text


def _read_integer(value: Any, _field: Field) -> int:
    """3.0 is 3: JSON has one type of number."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not int:
        raise ValueError("must be an integer")
    if value not in INTEGERS:
        raise ValueError("must lie between -2147483648 and 2147483647")
    return value


def _read_float(value: Any, _field: Field) -> float:
    if type(value) not in (int, float):
        raise ValueError("must be a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError("must be a finite number")
    return number


def _read_boolean(value: Any, _field: Field) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _read_date(value: Any, _field: Field) -> date | None:
    return None if value is None else _speakable(times.parse_date(value))


def _read_datetime(value: Any, _field: Field) -> datetime | None:
    return None if value is None else _speakable(times.parse_time(value))


def _speakable(day: Day) -> Day:
    """Odoo writes earlier years with less than four digits, and cannot read them."""
    if day.year < 1000:
        raise ValueError("is before the year 1000")
    return day


def _read_reference(value: Any, field: Field) -> Reference | None:
    if value is None:
        return None
    members = {"model", "id", "display_name"}
    if not isinstance(value, dict) or not {"model", "id"} <= value.keys() <= members:
        raise ValueError('must be {"model": …, "id": …} or null')
    model = value["model"]
    if not isinstance(model, str) or model not in (field.choices or {model}):
        raise ValueError("does not take records of this model")
    return Reference(storable(model), record_id(value["id"]))


def _read_binary(value: Any, field: Field) -> Content | None:
    """Plain base64 (RFC 4648 §4) or a data URL with base64 (RFC 2397)."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("must be base64, a data URL with base64, or null")
    url = _DATA_URL.match(value)
    mimetype = url[1].lower() if url and _MIMETYPE.fullmatch(url[1]) else None
    # MIME breaks lines (RFC 2045 §6.8), and so do many libraries
    data = "".join((value[url.end() :] if url else value).split())
    limit = field.size or MAX_BINARY
    if len(data) // 4 * 3 > limit + 2:
        raise ValueError(f"is larger than {limit} bytes")
    size = _decoded_size(data)
    if size > limit:
        raise ValueError(f"is larger than {limit} bytes")
    return Content(data, size, mimetype)


def _decoded_size(data: str) -> int:
    try:
        return len(base64.b64decode(data.encode("ascii"), validate=True))
    except (binascii.Error, UnicodeEncodeError):
        raise ValueError("is not base64") from None


def _read_json(value: Any, field: Field) -> Any:
    """As it is, if jsonb takes it; of keys that are ids, ``Keyed``."""
    value = _jsonb(value)
    return keyed.read(value) if field.comodel else value


def _jsonb(value: Any) -> Any:
    """The value, if it has no NaN and no NUL, at any depth."""
    nodes = [value]
    while nodes:
        node = nodes.pop()
        if isinstance(node, str):
            storable(node)
        elif isinstance(node, float) and not math.isfinite(node):
            raise ValueError("contains a number that is not finite")
        elif isinstance(node, dict):
            nodes += [*node.keys(), *node.values()]
        elif isinstance(node, list):
            nodes += node
    return value


def _read_properties(value: Any, field: Field) -> Properties:
    """Values by name, or the list that responses have: of its definitions only names
    and values count, for records do not define the properties that they have."""
    if isinstance(value, dict):
        named = _jsonb(value)
    elif isinstance(value, list):
        items = _read_definitions(value, field)
        named = {i["name"]: i.get("value") for i in items if i.get("name")}
    else:
        raise ValueError("must be an object or a list of objects")
    return Properties({name: _ids(one) for name, one in named.items()})


def _ids(value: Any) -> Any:
    """Records as their ids: ``{"id": 3}`` is 3. No other property has an object."""
    if isinstance(value, list):
        return [_ids(one) for one in value]
    return value["id"] if isinstance(value, dict) and "id" in value else value


def _read_definitions(value: Any, _field: Field) -> Any:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ValueError("must be a list of objects")
    if not all(isinstance(item.get("name", ""), str) for item in value):
        raise ValueError("must have names of text")
    return _jsonb(value)


def _read_id(value: Any, _field: Field) -> int | None:
    return None if value is None else record_id(value)


READERS: dict[str, Reader] = {
    "char": _read_line,
    "text": _read_line,
    "html": _read_text,
    "selection": _read_selection,
    "integer": _read_integer,
    "float": _read_float,
    "monetary": _read_float,
    "boolean": _read_boolean,
    "date": _read_date,
    "datetime": _read_datetime,
    "many2one_reference": _read_id,
    "reference": _read_reference,
    "binary": _read_binary,
    "image": _read_binary,
    "json": _read_json,
    "properties": _read_properties,
    "properties_definition": _read_definitions,
}
