"""The columns of CSV as records in the grammar of bodies. No Odoo here.

    columns = Columns("res.partner", ("name", "country_id.code"), fields_of)
    columns.record(["Azure", "BE"])     {"name": "Azure", "country_id": {"code": "BE"}}

A row means the same as a record of JSON. The text of a cell becomes the number, the
boolean or the JSON that its field takes. Other text stays text, and the reading of
bodies tells what is wrong with it. An empty cell is null. Numbers, booleans and lists
have no null: there, an empty cell means that the record has no such member.

A dot or slash leads to what a record behind a many2one is looked up by, and to the
members of a reference. The columns of an export are read, too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from ..access.paths import unusable
from ..query import hints
from ..query.field_types import EXTERNAL_ID, TO_MANY
from ..wire import json_text
from ..wire.problem import (
    BodyMalformed,
    BodyProblem,
    FieldError,
    ValueInvalid,
    pointer,
)
from .relations import MAX_DEPTH
from .values import Field

MAX_COLUMNS = 1000
# of a model, by name: what the caller may write, or look records up by
FieldsAt = Callable[[str, Literal["body", "filter"]], Mapping[str, Field]]
Cell = Callable[[str], Any]
_NAME = re.compile(r"[A-Za-z_]\w*(?:[./][A-Za-z_]\w*)*", re.ASCII)
_INTEGER = re.compile(r"[+-]?[0-9]{1,20}", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{0,40})?(?:[eE][+-]?[0-9]{1,3})?")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_ID, _NAMED = Field("id", "integer"), Field("display_name", "char")
_MEMBERS = {
    "many2one": {"id": _ID, "display_name": _NAMED},
    "reference": {"id": _ID, "model": Field("model", "char"), "display_name": _NAMED},
}
ABSENT = object()  # a cell that says nothing


class Columns:
    """Reads the cells of rows.

    :param keys: the fields of the key, which the caller need not be able to write
    Raises BodyProblem for all columns that are wrong.
    """

    def __init__(
        self,
        model: str,
        names: Sequence[str],
        fields_at: FieldsAt,
        keys: Iterable[str] = (),
    ) -> None:
        _check_names(names)
        self._names = tuple(names)
        paths = [tuple(re.split("[./]", name)) for name in names]
        walk = _Walk(model, fields_at, frozenset(keys))
        fields = [walk.field(n, p) for n, p in zip(names, paths, strict=True)]
        walk.errors += _conflicts(paths)
        if walk.errors:
            raise BodyProblem.of(walk.errors)
        self._cells: list[tuple[tuple[str, ...], Cell]] = [
            (path, _READERS.get(field.type, _text))
            for path, field in zip(paths, fields, strict=True)
            if field is not None
        ]

    def record(self, cells: Sequence[str]) -> dict[str, Any]:
        """The record of a row; raises BodyProblem."""
        if len(cells) != len(self._cells):
            detail = f"has {len(cells)} cells, and the header {len(self._cells)}"
            raise ValueInvalid.at_pointer("#", detail)
        record: dict[str, Any] = {}
        errors = []
        for (path, read), text in zip(self._cells, cells, strict=True):
            try:
                value = read(text)
            except ValueError as error:
                detail, at = str(error), pointer(path[0])
                errors.append(FieldError(ValueInvalid.code, detail, at))
                continue
            if len(path) > 1:
                _put(record, path, value)
            elif value is not ABSENT:
                record[path[0]] = value
        if errors:
            raise BodyProblem.of(errors)
        for name in [n for n, v in record.items() if isinstance(v, _Group)]:
            record[name] = record[name].value()
        return record


class _Group(dict[str, Any]):
    """What several columns say of one record behind a relation."""

    def value(self) -> dict[str, Any] | None:
        """Null where all columns are empty."""
        found = {
            name: each.value() if isinstance(each, _Group) else each
            for name, each in self.items()
        }
        is_empty = all(each is None for each in found.values())
        return None if is_empty else found


def _put(record: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    *groups, name = path
    for each in groups:
        record = record.setdefault(each, _Group())
    record[name] = None if value is ABSENT else value


class _Walk:
    """Finds the fields that columns name; all errors are in ``errors``."""

    def __init__(self, model: str, fields_at: FieldsAt, keys: frozenset[str]) -> None:
        self._model, self._fields_at, self._keys = model, fields_at, keys
        self.errors: list[FieldError] = []

    def field(self, name: str, path: tuple[str, ...]) -> Field | None:
        writable = self._fields_at(self._model, "body")
        found = writable.get(path[0])
        if found is None or not found.writable:
            keys = self._fields_at(self._model, "filter") if self._keys else {}
            found = keys.get(path[0]) if path[0] in self._keys else None
        for segment in path[1:] if len(path) <= MAX_DEPTH + 1 else ():
            found = self._behind(found, segment)
        if found is None or len(path) > MAX_DEPTH + 1:
            hint = hints.field(name, writable) if len(path) == 1 else ""
            self.errors += unusable(name, "body", pointer(name), hint).errors
            return None
        return found

    def _behind(self, found: Field | None, segment: str) -> Field | None:
        if found is None or found.type not in _MEMBERS:
            return None
        members = _MEMBERS[found.type]
        if segment in members:
            return members[segment]
        if found.type == "reference":
            return None
        if segment == EXTERNAL_ID:
            return Field(EXTERNAL_ID, "char")
        return self._fields_at(found.comodel or "", "filter").get(segment)


def _check_names(names: Sequence[str]) -> None:
    """Raise BodyProblem unless the names are a list of columns."""
    if len(names) > MAX_COLUMNS:
        raise BodyMalformed(f"A file has {MAX_COLUMNS} columns at most.")
    errors = []
    for number, name in enumerate(names, 1):
        if not _NAME.fullmatch(name):
            detail = f"column {number} of the header is not the name of a field"
            errors.append(FieldError(ValueInvalid.code, detail, "#"))
    if errors:
        raise BodyProblem.of(errors)


def _conflicts(paths: Sequence[tuple[str, ...]]) -> list[FieldError]:
    """Columns of one name, and those beside one for the whole of it."""
    errors, seen = [], set()
    whole = set(paths)
    for path in paths:
        # longer paths are errors already: their parts would take memory by the square
        above = {path[:end] for end in range(1, min(len(path), MAX_DEPTH + 1))}
        if path in seen or above & whole:
            detail = "is in several columns of the header"
            errors.append(FieldError(ValueInvalid.code, detail, pointer(path[0])))
        seen.add(path)
    return list(dict.fromkeys(errors))


# --- cells ---------------------------------------------------------------------------


def _text(text: str) -> Any:
    return text or None


def _integer(text: str) -> Any:
    return int(text) if _INTEGER.fullmatch(text) else _number(text)


def _number(text: str) -> Any:
    if not text:
        return ABSENT
    number = float(text) if _NUMBER.fullmatch(text) else math.inf
    # JSON has no infinite numbers, and the files of an import show what was read
    return number if math.isfinite(number) else text


def _boolean(text: str) -> Any:
    return _BOOLEANS.get(text.lower(), text) if text else ABSENT


def _json(text: str) -> Any:
    if not text:
        return ABSENT
    try:
        return json_text.loads(text)
    except ValueError as error:
        raise ValueError(f"the cell {error}") from None


def _to_one(text: str) -> Any:
    """An id, or the JSON of an object."""
    if not text:
        return None
    return _json(text) if text.startswith("{") else _integer(text)


_READERS: dict[str, Cell] = {
    "integer": _integer,
    "many2one_reference": _integer,
    "float": _number,
    "monetary": _number,
    "boolean": _boolean,
    "many2one": _to_one,
    "reference": _to_one,
    "json": _json,
    "properties": _json,
    "properties_definition": _json,
    **dict.fromkeys(TO_MANY, _json),
}
