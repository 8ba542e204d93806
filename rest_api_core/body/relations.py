"""What a body says of relations. No Odoo here: nothing is looked up yet.

    many2one    3 · {"id": 3} · {"code": "BE"} · {"external_id": "base.be"} · null
                {"code": "WA", "country_id": {"code": "US"}}    all of these
    x2many      [1, 2]                                      replace
                [{"id": 1, "name": "A"}, {"name": "B"}]     change: update, create
                [{"id": 1, "_delete": true}]                change: remove
                {"mode": "add"|"remove"|"replace", "records": […]}

In a one2many an object without id is a new record, and records that are not mentioned
stay. In a many2many an object of one value is a lookup, as in a many2one; with more it
is a new record; a list of references alone replaces, in whatever form they come.
Next to the id of a many2one there may be what responses have, ``display_name`` or the
whole record: the id alone counts. In an x2many only ``display_name`` is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Literal

from ..wire.problem import FieldError, ValueInvalid, pointer
from .counting import Room
from .external_ids import lookup_name
from .inputs import record_id, storable

MAX_KEYS = 8  # values that a record is looked up by, at once
MAX_DEPTH = 3  # of lookups in lookups
FORMS = 'an id, or an object that names one record, such as {"code": "BE"}'
MODES = ("add", "remove", "replace")
Mode = Literal["add", "remove", "replace", "change"]
Path = tuple[str | int, ...]  # of keys and indices into a body
Values = Mapping[str, Any]
_FIELD = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


@dataclass(frozen=True)
class ById:
    """The record with this id. Each target knows its JSON pointer: ``#/country_id``."""

    id: int
    pointer: str = dataclass_field(default="", compare=False)


@dataclass(frozen=True)
class ByField:
    """The only record with this value."""

    field: str
    value: str | int
    pointer: str = dataclass_field(default="", compare=False)


@dataclass(frozen=True)
class ByExternalId:
    """The record with this external id: that of the client, or ``module.name``."""

    external_id: str
    pointer: str = dataclass_field(default="", compare=False)


@dataclass(frozen=True)
class ByFields:
    """The only record with all these values; those of relations are targets."""

    values: tuple[tuple[str, str | int | Target], ...]
    pointer: str = dataclass_field(default="", compare=False)


Target = ById | ByField | ByExternalId | ByFields


@dataclass(frozen=True)
class Link:
    """The record belongs to the relation."""

    target: Target


@dataclass(frozen=True)
class Update:
    """The record belongs to the relation and gets values."""

    target: ById
    values: Values


@dataclass(frozen=True)
class Create:
    """A new record belongs to the relation."""

    values: Values
    pointer: str = dataclass_field(default="", compare=False)


@dataclass(frozen=True)
class Remove:
    """The record leaves the relation; by ``_delete`` from a one2many it is deleted."""

    target: Target


Item = Link | Update | Create | Remove


@dataclass(frozen=True)
class ToMany:
    """What a body says of an x2many.

    ``replace``: the items and no others; ``change``, ``add``: the items, others stay;
    ``remove``: these leave. Only ``change`` has items of all classes.
    """

    mode: Mode
    items: tuple[Item, ...]


def to_one(value: Any, path: Path) -> Target | None:
    """The target of a many2one; raises ValueError."""
    if value is None:
        return None
    return target(value, pointer(*path))


def target(value: Any, at: str, depth: int = 0) -> Target:
    """The one record that is meant, by the value at this pointer; raises ValueError."""
    if type(value) is int:
        return ById(record_id(value), at)
    if not isinstance(value, dict):
        raise ValueError(f"must be {FORMS}, or null")
    if "id" in value and "_delete" not in value:
        # the rest is what a response shows of the record
        return ById(record_id(value["id"]), at)
    if len(value) > 1 and not value.keys() & {"external_id", "_delete"}:
        return _by_fields(value, at, depth)
    if not _is_reference(value):
        raise ValueError(f"must be {FORMS}, or null")
    ((name, key),) = value.items()
    if name == "external_id":
        return ByExternalId(lookup_name(key), at)
    return ByField(_field(name), _plain(key), at)


def _by_fields(value: Mapping[str, Any], at: str, depth: int) -> ByFields:
    if len(value) > MAX_KEYS or depth >= MAX_DEPTH:
        raise ValueError("has too many values to look it up by")
    keys = ((_field(name), _key(v, at, depth)) for name, v in sorted(value.items()))
    return ByFields(tuple(keys), at)


def _key(value: Any, at: str, depth: int) -> str | int | Target:
    if isinstance(value, dict):
        return target(value, at, depth + 1)
    return _plain(value)


def _is_reference(value: Mapping[str, Any]) -> bool:
    return len(value) == 1 and "_delete" not in value


def _field(name: str) -> str:
    if not _FIELD.fullmatch(name):
        raise ValueError("must name a field to look the record up by")
    return name


def _plain(value: Any) -> str | int:
    if isinstance(value, str):
        if not value:
            raise ValueError("must not be looked up by an empty text")
        return storable(value)
    if type(value) is not int:
        raise ValueError("must be looked up by a string or an integer")
    return value


@dataclass(frozen=True)
class ToManyReader:
    """Reads x2many values; all errors are added to ``field_errors``.

    :param owned: a one2many, whose records belong to one parent
    :param nested: reads the values of an object, and adds its errors itself
    :param room: counts what is named and changed, before it is read
    """

    owned: bool
    nested: Callable[[Any, Path], Values]
    field_errors: list[FieldError]
    room: Room = dataclass_field(default_factory=lambda: Room(1000))

    def parse(self, value: Any, path: Path) -> ToMany | None:
        """The value as far as it could be read; None for no known form."""
        if isinstance(value, list):
            items = self._items(value, path)
            return ToMany(self._mode_of(value, items, path), items)
        if isinstance(value, dict) and value.keys() == {"mode", "records"}:
            return self._moded(value["mode"], value["records"], path)
        self._field_error(path, "must be a list, or an object of mode and records")
        return None

    def _mode_of(self, value: list[Any], items: tuple[Item, ...], path: Path) -> Mode:
        if not self.owned:
            return "replace" if all(type(i) is Link for i in items) else "change"
        objects = sum(isinstance(item, dict) for item in value)
        if 0 < objects < len(value):
            self._field_error(path, "must have either ids or objects, not both")
        return "change" if objects else "replace"

    def _moded(self, mode: Any, records: Any, path: Path) -> ToMany | None:
        if mode not in MODES:
            self._field_error((*path, "mode"), f"must be one of {', '.join(MODES)}")
            return None
        if not isinstance(records, list):
            self._field_error((*path, "records"), "must be a list")
            return None
        items = self._items(records, (*path, "records"), mode)
        return ToMany(mode, items)

    def _items(
        self, records: list[Any], path: Path, mode: Mode = "change"
    ) -> tuple[Item, ...]:
        items = []
        self.room.name(len(records))
        for index, record in enumerate(records):
            here = (*path, index)
            try:
                items.append(_as_mode(self._item(record, here), mode))
            except ValueError as error:
                self._field_error(here, str(error))
        return tuple(items)

    def _item(self, record: Any, path: Path) -> Item:
        if isinstance(record, dict):
            return self._object(record, path)
        if type(record) is not int:
            raise ValueError("must be an id or an object")
        return Link(target(record, pointer(*path)))

    def _object(self, record: dict[str, Any], path: Path) -> Item:
        if "id" in record:
            return self._known(record, path)
        if "_delete" in record:
            raise ValueError("needs an id to be deleted")
        external = record.keys() == {"external_id"}
        if external or (not self.owned and _is_reference(record)):
            return Link(target(record, pointer(*path)))
        self.room.change()
        return Create(self.nested(record, path), pointer(*path))

    def _known(self, record: dict[str, Any], path: Path) -> Item:
        by_id = ById(record_id(record["id"]), pointer(*path))
        delete = record.get("_delete", False)
        if not isinstance(delete, bool):
            raise ValueError("_delete must be true or false")
        meta = ("id", "_delete", "display_name")
        values = {name: v for name, v in record.items() if name not in meta}
        if delete and values:
            raise ValueError("is to be deleted, and takes no values")
        if delete or values:
            self.room.change()
        if delete:
            return Remove(by_id)
        return Update(by_id, self.nested(values, path)) if values else Link(by_id)

    def _field_error(self, path: Path, detail: str) -> None:
        self.field_errors.append(FieldError(ValueInvalid.code, detail, pointer(*path)))


def _as_mode(item: Item, mode: Mode) -> Item:
    """The item as ``mode`` has it; raises ValueError for what contradicts it."""
    if mode == "change":
        return item
    if mode != "remove" and isinstance(item, Remove):
        raise ValueError("cannot be deleted in this mode")
    if mode == "remove" and isinstance(item, Link):
        return Remove(item.target)
    if mode == "remove" and not isinstance(item, Remove):
        raise ValueError("must be a reference, without values")
    return item
