"""Bodies as trees of records, in the grammar of the token dialect. No Odoo here.

    {"name": "Azure", "state_id": 6,
     "bank_ids": [{"id": 56, "acc_number": "1"},       change
                  {"id": 57},                          delete
                  {"acc_number": "4"}],                create
     "category_id": [{"id": 3}, {"id": 4}]}            these and no others

x2many fields also take Odoo's commands, ``[[6, 0, [3, 4]]]``. ``false`` is null, as in
Odoo. Text from an URL is read by the type of its field.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..query.field_types import TO_MANY
from ..wire import json_text
from ..wire.problem import ValueInvalid
from .reading import Reading
from .relations import Path
from .values import Field

_TEXTS = frozenset(
    ("char", "text", "html", "selection", "date", "datetime", "binary", "image")
)
_COMMANDS = range(7)  # of Odoo: create, update, delete, unlink, link, clear, set


class UrlText(str):
    """A value that came in an URL, where everything is text."""


class TreeReading(Reading):
    """Reads values in the words above; what is wrong is told as in v1."""

    CONTEXT = "__context__"

    def _value(
        self, field: Field, value: Any, path: Path, values: dict[str, Any]
    ) -> None:
        try:
            value = _plain(value, field)
        except ValueError as error:
            self._field_error(ValueInvalid, path, str(error))
            return
        super()._value(field, value, path, values)


def _plain(value: Any, field: Field) -> Any:
    """The value in the grammar of v1; raises ValueError."""
    if isinstance(value, UrlText) and field.type not in _TEXTS:
        value = _typed(value)
    if value is False and field.type != "boolean":
        return None
    if field.type in TO_MANY and isinstance(value, list):
        return _to_many(value, field.type == "one2many")
    return value


def _typed(text: UrlText) -> Any:
    """A number, true, false, null, list or object; else the text itself."""
    lower = text.lower()
    try:
        return json_text.loads(lower if lower in ("true", "false") else text)
    except ValueError:
        return str(text)


def _to_many(records: list[Any], owned: bool) -> Any:
    if records and all(_is_command(record) for record in records):
        return _of_commands(records, owned)
    if not owned:
        return records
    if not records:
        return {"mode": "add", "records": []}  # lines that are not mentioned stay
    return [_line(record) for record in records]


def _line(record: Any) -> Any:
    """A line that comes with nothing but its id is deleted."""
    if isinstance(record, dict) and record.keys() == {"id"}:
        return {**record, "_delete": True}
    return record


def _is_command(record: Any) -> bool:
    return (
        isinstance(record, list)
        and 0 < len(record) <= 3
        and type(record[0]) is int
        and record[0] in _COMMANDS
    )


def _of_commands(commands: list[list[Any]], owned: bool) -> Any:
    """The same in v1; raises ValueError for what it cannot say at once."""
    codes = [command[0] for command in commands]
    records: list[Any] = []
    for command in commands:
        number, value = [*command[1:], None, None][:2]
        records += _RECORDS[command[0]](number, value)
    kinds = set(codes)
    if codes[0] in (5, 6) and kinds - set(codes[:1]) <= {0, 4}:
        return {"mode": "replace", "records": records}
    if kinds <= {0, 1, 2}:
        return records
    if kinds <= {0, 4}:
        return {"mode": "add", "records": records}
    if kinds == {3}:
        return {"mode": "remove", "records": records}
    raise ValueError("has commands that cannot be used together")


def _updated(number: Any, value: Any) -> list[Any]:
    return [{**value, "id": number}] if isinstance(value, dict) else [value]


def _deleted(number: Any, _value: Any) -> list[Any]:
    return [{"id": number, "_delete": True}]


def _set(_number: Any, value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


_RECORDS: dict[int, Callable[[Any, Any], list[Any]]] = {
    0: lambda _number, value: [value],
    1: _updated,
    2: _deleted,
    3: lambda number, _value: [number],
    4: lambda number, _value: [number],
    5: lambda _number, _value: [],
    6: _set,
}
