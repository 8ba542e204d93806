"""Values on the wire and in Python, by the type of their field. No Odoo here.

    type                       wire                                    Python
    char text                  "Azure", null (never false or empty)    str, None
    html selection             "<p>A</p>", null (never false)          str, None
    integer                    3                                       int, 32 bits
    float monetary             1.5                                     float, finite
    boolean                    true                                    bool
    date                       "2026-01-31", null                      date
    datetime                   "2026-01-31T12:00:00Z", null            naive UTC
    many2one                   {"id": 3, "display_name": "Azure"}      (3, "Azure"), 3
    one2many many2many         [1, 2]                                  ids
    many2one_reference         3, null                                 int
    reference                  {"model", "id", "display_name"}, null   Reference, str
    binary                     {"url", "size", "mimetype"}, base64     mapping, Content
    json                       any                                     the same
    properties                 [{"name", "type", "value", …}]          list, Properties

This module writes values on the wire; ``inputs.py`` reads them, ``relations.py`` those
of relations. Where a number has no value, Odoo stores NULL and reads 0: so do we.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any, Literal

Writer = Callable[[Any], Any]


@dataclass(frozen=True)
class Field:
    """What reading and writing must know of a field.

    A ``required`` one takes no null.
    ``choices`` are the keys of a selection or the models of a reference, None for any;
    ``size`` is the most a char (characters) or a binary (bytes) takes.
    The keys of a JSON object with a ``comodel`` are ids of its records.
    ``is_model_name``: the value is the technical name of a model; ``link`` is the
    many2one to ``ir.model`` that takes it.
    A ``virtual`` one exists in the API only: ``external_id``.
    ``mask`` is the form of the value in responses: ``access.masking.MaskAs``.
    """

    name: str
    type: str
    comodel: str | None = None
    writable: bool = True
    stored: bool = True
    choices: frozenset[str] | None = None
    size: int | None = None
    required: bool = False
    is_model_name: bool = False
    link: str | None = None
    virtual: bool = False
    mask: Literal["null", "hash", "partial"] | None = None


# of a model, by name: the fields that the caller may see, and no others
FieldsOf = Callable[[str], Mapping[str, Field]]


class Null(str):
    """A display name that is null, while None is one that may not be read."""


NULL = Null()


@dataclass(frozen=True)
class Reference:
    """The value of a reference field; in Odoo ``"res.partner,3"``."""

    model: str
    id: int
    display_name: str | None = None

    def __str__(self) -> str:
        return f"{self.model},{self.id}"


@dataclass(frozen=True)
class Content:
    """A file: ``data`` in base64 as Odoo's binary fields take it, ``size`` in bytes."""

    data: str
    size: int
    mimetype: str | None = None


@dataclass(frozen=True)
class Keyed:
    """A JSON object whose keys are ids of records, or several with commas."""

    values: Mapping[str, Any]


@dataclass(frozen=True)
class Properties:
    """What a body says of properties: of those that it names, the value."""

    values: Mapping[str, Any]


def write(value: Any, field_type: str) -> Any:
    """A Python value of a field of this type on the wire; None and False are unset.

    For many values of one type take the function from ``WRITERS`` once.
    """
    return WRITERS.get(field_type, _write_text)(value)


def descriptor(url: str, size: int, mimetype: str) -> dict[str, Any]:
    """What stands for a file unless ``?binary=`` asks for the content."""
    return {"url": url, "size": size, "mimetype": mimetype}


def data_url(data: str | bytes, mimetype: str) -> str:
    """RFC 2397; ``data`` is base64, as Odoo has it."""
    text = data.decode("ascii") if isinstance(data, bytes) else data
    return f"data:{mimetype};base64,{text}"


def decoded(data: str | bytes) -> bytes:
    """The bytes of base64; none for what is broken, as Odoo has it in old columns."""
    try:
        return base64.b64decode(data)
    except ValueError:
        return b""


def _write_text(value: Any) -> Any:
    return None if value is False or value is None else value


def _write_line(value: Any) -> Any:
    return value or None


def _write_integer(value: Any) -> int:
    return int(value) if value else 0


def _write_float(value: Any) -> float | None:
    """JSON has no NaN; PostgreSQL does."""
    number = float(value) if value else 0.0
    return number if math.isfinite(number) else None


def _write_date(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _write_datetime(value: datetime | None) -> str | None:
    if not value:
        return None
    if value.tzinfo is not None:
        value = value.astimezone(timezone.utc).replace(tzinfo=None)
    return value.isoformat(timespec="seconds") + "Z"


def _write_many2one(value: Any) -> dict[str, Any] | None:
    """An id alone, or with None for its name, is a record that may not be read."""
    if not value:
        return None
    if isinstance(value, int):
        return {"id": value}
    record_id, name = value
    if name is None:
        return {"id": record_id}
    return {"id": record_id, "display_name": None if name is NULL else name}


def _write_ids(value: Iterable[int] | None) -> list[int]:
    return list(value) if value else []


def _write_id(value: int | None) -> int | None:
    return value or None


def _write_reference(value: Reference | str | None) -> dict[str, Any] | None:
    if not value:
        return None
    if isinstance(value, str):
        model, _comma, record_id = value.partition(",")
        value = Reference(model, int(record_id))
    shown = {"model": value.model, "id": value.id}
    name = value.display_name
    if name is None:
        return shown
    return {**shown, "display_name": None if name is NULL else name}


def _write_binary(value: Any) -> Any:
    if not value:
        return None
    return value.decode("ascii") if isinstance(value, bytes) else value


def _write_properties(value: Any) -> Any:
    return value or []


WRITERS: dict[str, Writer] = {
    "char": _write_line,
    "text": _write_line,
    "html": _write_text,
    "selection": _write_text,
    "integer": _write_integer,
    "float": _write_float,
    "monetary": _write_float,
    "boolean": bool,
    "date": _write_date,
    "datetime": _write_datetime,
    "many2one": _write_many2one,
    "one2many": _write_ids,
    "many2many": _write_ids,
    "many2one_reference": _write_id,
    "reference": _write_reference,
    "binary": _write_binary,
    "image": _write_binary,
    "json": _write_text,
    "properties": _write_properties,
    "properties_definition": _write_properties,
}
