"""The values of whole bodies, with all their field_errors at once. No Odoo here.

    reading = Reading(fields_of)
    values = [reading.record("res.partner", item, (i,)) for i, item in enumerate(items)]
    reading.check()

``fields_of(model)`` gives the fields that the caller may see. What is not among them is
refused in the same words as what is but cannot be written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..wire.problem import (
    BodyFieldRefused,
    BodyProblem,
    FieldError,
    ValueInvalid,
    ValueRequired,
    pointer,
)
from .inputs import read
from .relations import Place, ToManyReader, Values, to_one
from .values import Field, FieldsOf

_CLASSES = {cls.code: cls for cls in (BodyFieldRefused, ValueInvalid, ValueRequired)}


class Reading:
    """Reads the records of one body, nested ones too, and collects their field_errors."""

    def __init__(self, fields_of: FieldsOf) -> None:
        self._fields_of = fields_of
        self.field_errors: list[FieldError] = []

    def record(
        self,
        model: str,
        body: Any,
        place: Place = (),
        required: Iterable[str] = (),
    ) -> dict[str, Any]:
        """Name → value of what could be read; ``place`` is the body's own place.

        :param required: fields that must come
        """
        if not isinstance(body, dict):
            self._field_error(ValueInvalid, place, "must be an object")
            return {}
        for name in required:
            if name not in body:
                self._field_error(ValueRequired, (*place, name), "is required")
        fields = self._fields_of(model)
        values: dict[str, Any] = {}
        for name, value in body.items():
            self._value(fields.get(name), value, (*place, name), values)
        return values

    def check(self) -> None:
        """Raise for the field_errors so far: their own problem if they are of one kind."""
        if not self.field_errors:
            return
        codes = {fault.code for fault in self.field_errors}
        kind = _CLASSES[codes.pop()] if len(codes) == 1 else BodyProblem
        first = self.field_errors[0]
        detail = f"{first.pointer}: {first.detail}"
        if len(self.field_errors) > 1:
            detail += f" (and {len(self.field_errors) - 1} more)"
        raise kind(detail, errors=self.field_errors)

    def _value(
        self, field: Field | None, value: Any, place: Place, values: dict[str, Any]
    ) -> None:
        if field is None or not field.writable:
            self._field_error(BodyFieldRefused, place, "cannot be written")
            return
        if value is None and field.required:
            self._field_error(ValueRequired, place, "is required")
            return
        try:
            values[field.name] = self._read(field, value, place)
        except ValueError as error:
            self._field_error(ValueInvalid, place, str(error))

    def _read(self, field: Field, value: Any, place: Place) -> Any:
        if field.type == "many2one":
            return to_one(value, place)
        if field.type in ("one2many", "many2many"):
            return self._to_many(field, value, place)
        return read(value, field)

    def _to_many(self, field: Field, value: Any, place: Place) -> Any:
        def nested(body: Any, at: Place) -> Values:
            return self.record(field.comodel or "", body, at)

        reader = ToManyReader(field.type == "one2many", nested, self.field_errors)
        return reader.parse(value, place)

    def _field_error(self, kind: type[BodyProblem], place: Place, detail: str) -> None:
        self.field_errors.append(FieldError(kind.code, detail, pointer(*place)))
