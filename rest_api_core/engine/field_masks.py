"""The values in responses of masked fields, and of fields that depend on them.

Which fields these are says the catalog (``orm/field_masks.py``), and where they cannot
be named the path resolver. Here they get their masks, in all rows of all operations.
"""

from odoo import models
from odoo.exceptions import AccessError

from ..access import masking
from ..body.values import NULL
from ..wire.problem import Forbidden


class RestFieldMasks(models.AbstractModel):
    _name = "rest.field.masks"
    _description = "REST field masks"

    def _add(self, context, level, model, rows, fields):
        """Add the values of masked fields to the rows.

        :param fields: ``values.Field``. Those that are null are not even read
        """
        for field in fields:
            for row in rows:
                row[field.name] = None
        read = [field for field in fields if field.mask != "null"]
        if not read:
            return
        self.env["rest.cells"]._add_through_orm(context, level, model, rows, read)
        for field in read:
            for row in rows:
                row[field.name] = self._shown(
                    context, model, field.name, field.mask, row[field.name]
                )

    def _shown(self, context, model, name, mask, value):
        field = model._fields[name]
        # of a parent (``_inherits``) it is the same value, with the same hash
        origin = field.base_field
        told = f"{origin.model_name}.{origin.name}"
        return masking.masked(mask, value, field.type, self._secret(context), told)

    def _secret(self, context):
        pepper = self.env["rest.configuration"]._pepper()
        return masking.secret(pepper, context.caller.client_id, context.env.uid)

    def _names(self, context, model_name, ids, mask):
        """``{id: its display name or a mask}`` of the records that the caller
        may see; ``NULL`` is a name that is null."""
        names, model = self.env["rest.names"], context.env[model_name]
        try:
            visible = self.env["rest.search"]._visible(context, model_name, ids)
        except (AccessError, Forbidden):
            return {}
        if mask == "null":
            return dict.fromkeys(visible, NULL)
        known = dict(names._computed_names(context, model, visible))
        return {
            record_id: self._shown(context, model, "display_name", mask, name) or NULL
            for record_id, name in known.items()
        }
