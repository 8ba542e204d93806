"""The keys of Odoo's context that requests can set, mostly for dialogs."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..access import context_keys


class RestResource(models.Model):
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "rest.resource"

    context_keys = fields.Char(
        help="Keys of Odoo's context that requests can send when they create records,"
        " separated by spaces, such as active_model active_ids. Dialogs read from them"
        " what they are about. A key with a model, such as"
        " button_validate_picking_ids:stock.picking, contains ids of records that the"
        " caller must be able to read.",
    )

    @api.constrains("context_keys")
    def _check_context_keys(self):
        for record in self:
            record._check_keys(record.context_keys)

    @api.model
    def _check_keys(self, text):
        """Raise ValidationError unless the text lists keys of the context."""
        try:
            keys = context_keys.parse(text or "")
        except ValueError as error:
            raise ValidationError(self.env._("Context Keys: %s", error)) from error
        for key in keys:
            if key.model and key.model not in self.env:
                raise ValidationError(
                    self.env._(
                        "Context Keys: %(key)s: model %(model)s does not exist.",
                        key=key.name,
                        model=key.model,
                    )
                )
