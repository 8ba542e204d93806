"""Values of properties, whose types are not the model's but the record's. No Odoo here.

definition = {"name": "9f3", "type": "selection", "selection": [["a", "A"]]}
checked("a", definition)  →  "a"
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from .inputs import READERS, read, record_id
from .values import Field

Definition = Mapping[str, Any]


def checked(value: Any, definition: Definition) -> Any:
    """A value as Odoo stores it; raises ValueError, in words for the client.

    Null, and the false that Odoo has for it, are no value of any type.
    """
    field_type = definition.get("type", "")
    if value is None or (value is False and field_type != "boolean"):
        return value
    if field_type in _READERS:
        return _READERS[field_type](value, definition)
    if field_type not in READERS:
        raise ValueError("is of a type that cannot be written")
    python = read(value, Field("", field_type, choices=_choices(definition)))
    if isinstance(python, datetime):
        return python.isoformat(" ")
    return python.isoformat() if isinstance(python, date) else python


def _choices(definition: Definition) -> frozenset[str] | None:
    if definition.get("type") != "selection":
        return None
    return frozenset(option[0] for option in definition.get("selection") or ())


def _read_separator(_value: Any, _definition: Definition) -> None:
    raise ValueError("takes no value")


def _read_one(value: Any, _definition: Definition) -> int:
    return record_id(value)


def _read_many(value: Any, _definition: Definition) -> list[int]:
    return [record_id(one) for one in _list(value)]


def _read_tags(value: Any, definition: Definition) -> list[Any]:
    known = [tag[0] for tag in definition.get("tags") or ()]
    if any(one not in known for one in _list(value)):
        raise ValueError(f"must be a list of {', '.join(sorted(known))}")
    return list(value)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("must be a list")
    return value


_READERS: dict[str, Callable[[Any, Definition], Any]] = {
    "separator": _read_separator,
    "many2one": _read_one,
    "many2many": _read_many,
    "tags": _read_tags,
}
