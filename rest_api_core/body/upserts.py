"""The body of an upsert: keys and data. No Odoo here.

    {"key": {"external_id": "crm.p1"}, "data": {"name": "Azure"}}
    [{"key": {"ref": "C001"}, "data": {…}},
     {"key": {"code": "WA", "country_id": {"code": "US"}}, "data": {…}}]

A key finds one record, or is part of the values of a new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..access.paths import unusable
from ..query import hints
from ..query.field_types import EXTERNAL_ID
from ..wire.problem import FieldError, Problem, ValueInvalid, ValueRequired, pointer
from . import external_ids
from .changes import Change
from .inputs import read
from .items import check_length, required
from .relations import MAX_KEYS, ByExternalId, ByFields, Path, target
from .values import Field

# the types of fields that records are looked up by
KEY_TYPES = frozenset(("char", "text", "selection", "integer", "many2one"))
MEMBERS = frozenset(("key", "data"))
EMPTY = "must not be empty in a key"
TWIN = "names the same record as an item before it"
NOT_A_KEY = (
    "cannot be in a key. Allowed: stored fields of the types"
    f" {', '.join(sorted(KEY_TYPES))}."
)

Key = ByExternalId | ByFields


@dataclass(frozen=True)
class Upsert:
    """One item; ``path`` leads to it.

    :param target: what the key names; None for a key that cannot be read
    :param ids: the records that it has found
    """

    key: Any
    data: Any
    path: Path = ()
    target: Key | None = None
    ids: tuple[int, ...] = ()

    @property
    def at(self) -> str:
        return pointer(*self.path)


@dataclass
class KeyReading:
    """Reads the items of a body; errors are added to ``field_errors``.

    :param fields: those that the caller may filter by
    """

    fields: Mapping[str, Field]
    field_errors: list[FieldError] = field(default_factory=list)

    def items(self, body: Any, most: int) -> tuple[Upsert, ...]:
        """At most so many; raises BodyProblem for no body, and no list of that size."""
        if not isinstance(body, list):
            rows: list[tuple[Any, Path]] = [(required(body), ())]
        else:
            check_length(body, most)
            rows = [(each, (index,)) for index, each in enumerate(body)]
        items = (self._item(row, path) for row, path in rows)
        return tuple(item for item in items if item is not None)

    def _item(self, row: Any, path: Path) -> Upsert | None:
        if not isinstance(row, dict) or row.keys() - MEMBERS:
            self._error(ValueInvalid, path, "must be an object of key and data")
            return None
        missing = sorted(MEMBERS - row.keys(), reverse=True)
        for name in missing:
            self._error(ValueRequired, (*path, name), "is required")
        if missing:
            return None
        item = Upsert(row["key"], row["data"], path)
        return replace(item, target=self._target(row["key"], (*path, "key")))

    def _target(self, key: Any, path: Path) -> Key | None:
        if not isinstance(key, dict) or not 0 < len(key) <= MAX_KEYS:
            detail = f"must be an object of 1 to {MAX_KEYS} fields"
            self._error(ValueInvalid, path, detail)
            return None
        before = len(self.field_errors)
        named = self.fields.get(EXTERNAL_ID)
        if named and named.virtual and EXTERNAL_ID in key:
            found: Key | None = self._external_id(key, path)
        else:
            found = self._by_fields(key, path)
        return found if len(self.field_errors) == before else None

    def _external_id(self, key: Mapping[str, Any], path: Path) -> Key | None:
        if len(key) > 1:
            detail = f"takes no other fields beside '{EXTERNAL_ID}'"
            self._error(ValueInvalid, path, detail)
            return None
        try:
            name = external_ids.lookup_name(key[EXTERNAL_ID])
        except ValueError as error:
            self._error(ValueInvalid, (*path, EXTERNAL_ID), str(error))
            return None
        return ByExternalId(name, pointer(*path, EXTERNAL_ID))

    def _by_fields(self, key: Mapping[str, Any], path: Path) -> Key:
        values = []
        for name, value in sorted(key.items()):
            here = (*path, name)
            try:
                values.append((name, self._value(name, value, pointer(*here))))
            except Problem as problem:
                self.field_errors += problem.errors
            except ValueError as error:
                self._error(ValueInvalid, here, str(error))
        return ByFields(tuple(values), pointer(*path))

    def _value(self, name: str, value: Any, at: str) -> Any:
        known = self.fields.get(name)
        if known is None:
            raise unusable(name, "body", at, hints.field(name, self.fields))
        if known.type not in KEY_TYPES or not known.stored:
            raise ValueError(NOT_A_KEY)
        if value is None:
            raise ValueError(EMPTY)
        if known.type == "many2one":
            return target(value, at)
        plain = read(value, known)
        if plain in (None, ""):
            raise ValueError(EMPTY)
        return plain

    def _error(self, cls: type[Problem], path: Path, detail: str) -> None:
        self.field_errors.append(FieldError(cls.code, detail, pointer(*path)))


def contradictions(item: Upsert, change: Change) -> list[FieldError]:
    """Where the data has another value than the key."""
    found: list[FieldError] = []
    for name, value in key_values(item).items():
        if name in change.values and change.values[name] != value:
            found.append(_contradiction(item, name))
    named = change.naming
    by_name = isinstance(item.target, ByExternalId) and item.target.external_id
    if named and by_name and named.name != by_name:
        found.append(_contradiction(item, EXTERNAL_ID))
    return found


def key_values(item: Upsert) -> dict[str, Any]:
    """The values of fields in a key."""
    return dict(item.target.values) if isinstance(item.target, ByFields) else {}


def _contradiction(item: Upsert, name: str) -> FieldError:
    at = pointer(*item.path, "data", name)
    return FieldError(ValueInvalid.code, "has another value in the key", at)


def twins(items: Iterable[Upsert], keys: Mapping[Key | None, Any]) -> list[FieldError]:
    """Items with the key, or the record, of one before them.

    :param keys: of targets, what they come to
    """
    found: list[FieldError] = []
    seen: set[Any] = set()
    for item in items:
        own = {("key", keys[item.target]), *(("id", each) for each in item.ids)}
        if own & seen:
            at = pointer(*item.path, "key")
            found.append(FieldError(ValueInvalid.code, TWIN, at))
        seen |= own
    return found


def merged(key: Change, data: Change) -> Change:
    """The values of a new record: those of its key, and the data."""
    values = {**key.values, **data.values}
    return replace(data, values=values, naming=data.naming or key.naming)


def to_keys(problem: Problem, items: Iterable[Upsert]) -> Problem:
    """The problem, whose pointers lead to the key where the value came from there."""
    from_keys = {
        f"{item.at}/data/{name}": f"{item.at}/key/{name}"
        for item in items
        if isinstance(item.key, dict) and isinstance(item.data, dict)
        for name in item.key.keys() - item.data.keys()
    }
    errors = [
        replace(error, pointer=from_keys.get(error.pointer or "", error.pointer))
        for error in problem.errors
    ]
    if tuple(errors) == tuple(problem.errors):
        return problem
    detail = errors[0].text + (f" (and {len(errors) - 1} more)" if errors[1:] else "")
    return type(problem)(detail, errors=errors, headers=problem.headers)
