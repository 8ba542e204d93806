"""The values of whole bodies, with all their errors at once. No Odoo here.

    reading = Reading(fields_of)
    requested = reading.new([{"name": "Azure"}, {"name": "Deco"}], 1000)
    changes = reading.changes("res.partner", requested)

This is the grammar of JSON bodies in v1; that of another dialect is a class below this
one. ``fields_of(model)`` gives the fields that the caller may write. All others are
refused in the same words, whether they exist or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..access.masking import is_masked
from ..access.paths import unusable
from ..query import hints
from ..query.field_types import EXTERNAL_ID
from ..wire.problem import (
    BodyProblem,
    FieldError,
    ValueInvalid,
    ValueRequired,
    pointer,
)
from . import external_ids, items, model_names
from .changes import Change, Changes, Naming
from .counting import Room
from .inputs import read
from .items import Items
from .relations import Path, ToManyReader, Values, to_one
from .values import Field, FieldsOf

MASKED = "is a masked value; send a new one, or leave the field out"
MAX_HINTS = 10  # unknown fields of a body that get a hint


class Reading:
    """Reads the records of one body, nested ones too, and collects their errors.

    ``CONTEXT`` is the member of a new record that is for Odoo's context.
    """

    CONTEXT = "context"

    def __init__(
        self,
        fields_of: FieldsOf,
        most: int = 1000,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """:param most: records that a body may create, change or delete
        :param check: is called for each record: it ends what takes too long
        """
        self._fields_of, self._check = fields_of, check
        self._room = Room(most)
        self.field_errors: list[FieldError] = []

    # --- the records that a body is about ------------------------------------

    def new(self, body: Any, most: int) -> Items:
        """The records to create, at most so many; raises BodyProblem."""
        return items.of_new(body, most)

    def known(self, body: Any, ids: tuple[int, ...], most: int) -> Items:
        """The records to change: those of ``ids``, else those that the body names."""
        return items.of_known(body, ids, most)

    def copied(self, body: Any, ids: tuple[int, ...]) -> Items:
        """The values that copies of these records get."""
        return items.of_copies(body, ids)

    # --- their values --------------------------------------------------------

    def changes(
        self, model: str, requested: Items, required: Iterable[str] = ()
    ) -> Changes:
        """All values of the body in Python; raises BodyProblem for all errors.

        :param required: fields that must come with each record
        """
        changes = self.readable(model, requested, required)
        if self.field_errors:
            raise BodyProblem.of(self.field_errors)
        return changes

    def readable(
        self, model: str, requested: Items, required: Iterable[str] = ()
    ) -> Changes:
        """What can be read of the body; all else is in ``field_errors``. Nothing may be
        written of a body with errors."""
        required = tuple(required)
        made = tuple(
            self.change(model, item.body, item.path, item.ids, required)
            for item in requested.items
        )
        return Changes(model, made, requested.many)

    def change(
        self,
        model: str,
        body: Any,
        path: Path = (),
        ids: tuple[int, ...] = (),
        required: Iterable[str] = (),
    ) -> Change:
        """The values of a record, and its external id, as far as they can be read."""
        values, at = self.record(model, body, path, required), pointer(*path)
        field = self._fields_of(model).get(EXTERNAL_ID)
        if field is None or not field.virtual or EXTERNAL_ID not in values:
            return Change(values, at, ids)
        name = values.pop(EXTERNAL_ID)
        return Change(values, at, ids, Naming(name, f"{at}/{EXTERNAL_ID}"))

    def record(
        self,
        model: str,
        body: Any,
        path: Path = (),
        required: Iterable[str] = (),
        nested: bool = False,
    ) -> dict[str, Any]:
        """Name → value of what could be read; ``path`` leads to the body.

        :param required: fields that must come
        :param nested: whether the record is one of a relation
        """
        self._check()
        if not isinstance(body, dict):
            self._field_error(ValueInvalid, path, "must be an object")
            return {}
        for name in required:
            if name not in body:
                self._field_error(ValueRequired, (*path, name), "is required")
        fields = self._fields_of(model)
        values: dict[str, Any] = {}
        for name, value in body.items():
            field = fields.get(name)
            if field is None or not field.writable:
                self._refuse(name, fields, (*path, name))
            elif field.virtual and nested:
                self._field_error(ValueInvalid, (*path, name), external_ids.NESTED)
            else:
                self._value(field, value, (*path, name), values)
        for name in [n for n in values if fields[n].link]:
            self._name_model(fields[name], values, (*path, name))
        return values

    def _refuse(self, name: str, fields: Mapping[str, Field], path: Path) -> None:
        # to compare names takes time, and a body may have many
        hinted = len(self.field_errors) < MAX_HINTS
        hint = hints.field(name, fields) if hinted else ""
        self.field_errors += unusable(name, "body", pointer(*path), hint).errors

    def _value(
        self, field: Field, value: Any, path: Path, values: dict[str, Any]
    ) -> None:
        if field.mask and is_masked(field.mask, value):
            self._field_error(ValueInvalid, path, MASKED)
            return
        if value is None and field.required:
            self._field_error(ValueRequired, path, "is required")
            return
        try:
            python = self._read(field, value, path)
        except ValueError as error:
            self._field_error(ValueInvalid, path, str(error))
            return
        if python is None and field.required:
            self._field_error(ValueRequired, path, "is required")
            return
        values[field.name] = python

    def _name_model(self, field: Field, values: dict[str, Any], path: Path) -> None:
        """What is said of the name of a model is written to its many2one."""
        name, link = values.pop(field.name), field.link or ""
        try:
            values[link] = model_names.joined(name, link, values, pointer(*path))
        except ValueError as error:
            self._field_error(ValueInvalid, path, str(error))

    def _read(self, field: Field, value: Any, path: Path) -> Any:
        if field.type == "many2one":
            if field.comodel == model_names.MODEL and isinstance(value, str):
                return model_names.target(value, pointer(*path))
            return to_one(value, path)
        if field.type in ("one2many", "many2many"):
            return self._to_many(field, value, path)
        if field.virtual:
            return external_ids.read(value)
        return read(value, field)

    def _to_many(self, field: Field, value: Any, path: Path) -> Any:
        def nested(body: Any, path: Path) -> Values:
            return self.record(field.comodel or "", body, path, nested=True)

        owned = field.type == "one2many"
        reader = ToManyReader(owned, nested, self.field_errors, self._room)
        return reader.parse(value, path)

    def _field_error(self, cls: type[BodyProblem], path: Path, detail: str) -> None:
        self.field_errors.append(FieldError(cls.code, detail, pointer(*path)))
