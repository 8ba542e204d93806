"""A method that may be called through the API; none is unless it is listed."""

import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..access.policy import MethodRule

# It shows fields of whatever record a many2one is said to name
NEVER = frozenset(("onchange",))
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class RestResourceMethod(models.Model):
    _name = "rest.resource.method"
    _inherit = "rest.cached.mixin"
    _description = "REST method"
    _order = "resource_id, name"

    resource_id = fields.Many2one(
        "rest.resource", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(required=True, help="Name of a public method of the model.")
    readonly = fields.Boolean(
        string="Only reads",
        help="It runs on a read-only cursor, so that clients that can only read may"
        " call it too.",
    )
    on_records = fields.Boolean(
        string="On records",
        default=True,
        help="POST /<model>/<ids>/call/<method>; otherwise"
        " POST /<model>/call/<method>.",
    )

    _name_unique = models.Constraint(
        "unique(resource_id, name)", "The resource has this method already."
    )

    @api.constrains("name", "resource_id")
    def _check_name(self):
        for record in self:
            model = self.env.get(record.resource_id.model)
            if model is not None and not record._is_callable(model):
                raise ValidationError(
                    self.env._(
                        "%(model)s has no public method %(name)s.",
                        model=model._name,
                        name=record.name,
                    )
                )

    def _is_callable(self, model):
        """Whether it is a method that Odoo's own external API would call too."""
        if self.name in NEVER:
            return False
        method = getattr(type(model), self.name, None)
        private = getattr(method, "_api_private", False)
        return bool(_NAME.fullmatch(self.name)) and callable(method) and not private

    def _check_may_open(self):
        self.resource_id._check_may_open()

    def _frozen(self):
        """These methods as ``policy.MethodRule``."""
        return tuple(
            MethodRule(method.name, method.readonly, method.on_records)
            for method in self
        )
