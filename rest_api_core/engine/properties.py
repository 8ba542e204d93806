"""Properties of records: their types stand in the record that defines them.

Odoo stores whatever it gets. So what the body says is checked as soon as it is known
which record defines the properties: after the write, which this undoes if need be.
"""

from odoo import models

from ..body import properties
from ..body.values import Properties
from ..wire.problem import FieldError, LookupFailed, ValueInvalid, pointer


class RestProperties(models.AbstractModel):
    _name = "rest.properties"
    _description = "REST properties"

    def _stored(self, model_name, name, number):
        """``{name: value}`` of all properties that a record has."""
        record = self.env[model_name].sudo().browse(number or ())
        field = record._fields[name]
        return field.convert_to_export(record[name], record) or {}

    def _settle(self, scope, written):
        """Check values, and store them in the form of Odoo.

        :param written: ``(model, id, values of a body, their pointer)`` of records
        Raises ValueInvalid and LookupFailed.
        """
        field_errors = []
        for model, number, values, place in written:
            for name, value in values.items():
                if isinstance(value, Properties):
                    record, at = scope.env[model].browse(number), f"{place}/{name}"
                    field_errors += self._set(scope, record, name, value.values, at)
        if field_errors:
            detail = f"{field_errors[0].pointer}: {field_errors[0].detail}"
            kinds = {fault.code for fault in field_errors}
            kind = LookupFailed if kinds == {LookupFailed.code} else ValueInvalid
            raise kind(detail, errors=field_errors)

    def _set(self, scope, record, name, values, place):
        """``FieldError`` of all that does not fit."""
        field = record._fields[name]
        definitions = field._get_properties_definition(record.sudo()) or ()
        known = {one["name"]: one for one in definitions}
        found, field_errors = {}, []
        for key, value in values.items():
            at = f"{place}/{pointer(key)[2:]}"
            if key not in known:
                field_errors.append(
                    FieldError(ValueInvalid.code, "is no property of it", at)
                )
                continue
            try:
                found[key] = properties.checked(value, known[key])
            except ValueError as error:
                field_errors.append(FieldError(ValueInvalid.code, str(error), at))
                continue
            if not self._is_there(scope, found[key], known[key]):
                field_errors.append(FieldError(LookupFailed.code, "is no record", at))
        stored = self._stored(record._name, name, record.id)
        if not field_errors and {**stored, **found} != stored:
            record[name] = {**stored, **found}
        return field_errors

    def _is_there(self, scope, value, definition):
        """Whether all records that a value names are within reach."""
        if definition["type"] not in ("many2one", "many2many") or not value:
            return True
        ids = value if isinstance(value, list) else [value]
        reach = self.env["rest.write.guard"]._within_reach
        return not set(ids) - reach(scope, definition["comodel"], ids)
