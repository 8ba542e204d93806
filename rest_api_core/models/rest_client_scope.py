"""What a client may do with one resource; it narrows, never widens."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..access.policy import ScopePolicy


class RestClientScope(models.Model):
    _name = "rest.client.scope"
    _inherit = ["rest.cached.mixin", "rest.rights.mixin"]
    _description = "REST scope"
    _order = "client_id, resource_id, id"
    _rec_name = "resource_id"

    client_id = fields.Many2one(
        "rest.client", required=True, index=True, ondelete="cascade"
    )
    resource_id = fields.Many2one(
        "rest.resource", required=True, index=True, ondelete="cascade"
    )
    model = fields.Char(related="resource_id.model")
    model_id = fields.Many2one(related="resource_id.model_id")
    api_id = fields.Many2one(related="resource_id.api_id")
    field_rule_ids = fields.One2many(
        "rest.field.rule", "scope_id", string="Field rules", copy=True
    )
    method_ids = fields.Many2many(
        "rest.resource.method",
        string="Methods",
        domain="[('resource_id', '=', resource_id)]",
        help="Of the methods of the resource, those that the client may call.",
    )

    def _rest_model_name(self):
        return self.resource_id.model

    @api.constrains("method_ids", "resource_id")
    def _check_methods(self):
        for scope in self:
            if scope.method_ids.resource_id - scope.resource_id:
                raise ValidationError(
                    self.env._("The methods must be those of the resource.")
                )

    def _check_may_open(self):
        self.client_id._check_may_open()

    def unlink(self):
        """Without it a client may do more, or all."""
        self._check_may_open()
        return super().unlink()

    def _frozen(self):
        """This scope as ``policy.ScopePolicy``."""
        self.ensure_one()
        return ScopePolicy(
            rights=self._rights(),
            domain=self._frozen_domain(),
            rules=self.field_rule_ids._frozen(),
            methods=frozenset(self.method_ids.mapped("name")),
        )
