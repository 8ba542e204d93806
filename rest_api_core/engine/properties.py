"""Properties of records: their types stand in the record that defines them.

Odoo stores whatever it gets. So the values of a body are checked as soon as it is known
which record defines the properties: after the write, which an error undoes.
"""

from collections.abc import Iterable
from typing import Any

from odoo import models

from ..body import properties
from ..body.places import unknown_record
from ..body.relations import Values
from ..body.values import Properties
from ..orm.context import Context
from ..wire.problem import BodyProblem, FieldError, ValueInvalid, pointer

SHARED = "properties.base.definition"  # of the records of a model, without a container


class RestProperties(models.AbstractModel):
    """Check and store the properties that a body has values for."""

    _name = "rest.properties"
    _description = "REST properties"

    def _know_definition(self, records: Any, field: Any) -> None:
        """Put the definition that all records of a model share into Odoo's cache.

        Odoo reads it once in each request; workers keep it until it changes.
        """
        model, name = records._name, field.name
        shared = records.env[SHARED]
        if records._fields[field.definition_record].comodel_name != SHARED:
            return  # each container has its own
        record = shared._get_definition_for_property_field(model, name).sudo()

        def fill(env):
            # Odoo makes it, empty, when it is first asked for: perhaps just now
            known = env[SHARED].browse(record.id).exists()
            return definition.convert_to_cache(known[definition.name], known)

        definition = shared._fields[field.definition_record_field]
        kept = self.env["rest.configuration"]._kept(("properties", model, name), fill)
        definition._insert_cache(record, [kept])

    def _stored(
        self, model_name: str, name: str, record_id: int | None
    ) -> dict[str, Any]:
        """``{name: value}`` of all properties that a record has; None is a new one."""
        record = self.env[model_name].sudo().browse(record_id or ())
        field = record._fields[name]
        return field.convert_to_export(record[name], record) or {}

    def _settle(
        self, context: Context, written: Iterable[tuple[str, int, Values, str]]
    ) -> None:
        """Check values, and store them in the form of Odoo.

        :param written: ``(model, id, values of a body, their pointer)`` of records
        Raises ValueInvalid and LookupFailed, or BodyProblem for both.
        """
        field_errors = []
        for model, record_id, values, at in written:
            for name, value in values.items():
                if isinstance(value, Properties):
                    record = context.env[model].browse(record_id)
                    field_errors += self._set(
                        context, record, name, value.values, f"{at}/{name}"
                    )
        if field_errors:
            raise BodyProblem.of(field_errors)

    def _set(self, context, record, name, values, at):
        """``FieldError`` of all values that do not fit; ``at`` is their pointer."""
        field = record._fields[name]
        definitions = field._get_properties_definition(record.sudo()) or ()
        known = {one["name"]: one for one in definitions}
        checked, field_errors = {}, []
        for key, value in values.items():
            here = f"{at}/{pointer(key)[2:]}"
            try:
                checked[key] = self._checked(value, known.get(key))
            except ValueError as error:
                field_errors.append(FieldError(ValueInvalid.code, str(error), here))
                continue
            if not self._is_there(context, checked[key], known[key]):
                field_errors.append(unknown_record(here))
        stored = self._stored(record._name, name, record.id)
        if not field_errors and {**stored, **checked} != stored:
            record[name] = {**stored, **checked}
        return field_errors

    def _checked(self, value, definition):
        if definition is None:
            raise ValueError("is not a property of this record")
        return properties.checked(value, definition)

    def _is_there(self, context, value, definition):
        """Whether all records that a value names are within reach."""
        if definition["type"] not in ("many2one", "many2many") or not value:
            return True
        ids = value if isinstance(value, list) else [value]
        reach = self.env["rest.pointing"]._within_reach
        return not set(ids) - reach(context, definition["comodel"], ids)
