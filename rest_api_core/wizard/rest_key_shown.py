"""Dialog: the value of a new key, once."""

from odoo import fields, models


class RestKeyShown(models.AbstractModel):
    """A form without a table.

    The value travels to the browser in the context of an action, and back as the
    default of a form that is never saved. An abstract model has no table that could
    keep it; Odoo logs arguments of calls at level DEBUG, but not their context; a
    dialog is neither in the address bar nor in the session storage of the browser.
    """

    _name = "rest.key.shown"
    _description = "Value of a REST key"

    # the web client's onchange, which returns the default, asks for it
    id = fields.Id()
    value = fields.Char(string="Key", readonly=True)

    def _action(self, value):
        """The action that opens the dialog."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Your new key"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_value": value},
        }
