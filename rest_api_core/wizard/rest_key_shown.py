"""Dialog that shows the value of a new key, once."""

from odoo import fields, models


class RestKeyShown(models.AbstractModel):
    """A form without a table.

    The value reaches the browser in the context of an action, and comes back as the
    default value of a form that is never saved. No part of Odoo stores or logs it: an
    abstract model has no table; Odoo logs the arguments of calls at level DEBUG, but
    not their context; the browser keeps no dialog in its address bar or session
    storage.
    """

    _name = "rest.key.shown"
    _description = "Value of a REST key"

    # the web client requests it in the onchange that returns the default value
    id = fields.Id()
    value = fields.Char(string="Key", readonly=True)

    def _action(self, value):
        """The action that opens the dialog."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Key"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_value": value},
        }
