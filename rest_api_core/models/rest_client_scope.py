"""The rights of a client on one resource. They narrow the resource's own rights."""

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
        "rest.client",
        required=True,
        index=True,
        ondelete="cascade",
        help="Client that gets these rights.",
    )
    resource_id = fields.Many2one(
        "rest.resource",
        required=True,
        index=True,
        ondelete="cascade",
        help="Resource that the rights are for.",
    )
    # the widget of the domain needs the name of a model in a field of the form
    model = fields.Char(related="resource_id.model")
    model_id = fields.Many2one(related="resource_id.model_id")
    api_id = fields.Many2one(related="resource_id.api_id", help="API of the resource.")
    field_rule_ids = fields.One2many(
        "rest.field.rule",
        "scope_id",
        string="Field Rules",
        copy=True,
        help="Fields that the client can read or write.",
    )
    method_ids = fields.Many2many(
        "rest.resource.method",
        string="Methods",
        domain="[('resource_id', '=', resource_id)]",
        help="Methods of the resource that the client can call.",
    )

    def _rest_model_name(self):
        return self.resource_id.model

    @api.constrains("method_ids", "resource_id")
    def _check_methods(self):
        for scope in self:
            if scope.method_ids.resource_id - scope.resource_id:
                raise ValidationError(
                    self.env._(
                        "The methods of a scope must belong to its resource %s.",
                        scope.resource_id.display_name,
                    )
                )

    def action_configure(self):
        """Open the form, which has more settings than the line of a client."""
        self.ensure_one()
        return self.get_formview_action()

    def _check_may_grant(self):
        self.client_id._check_may_grant()

    def unlink(self):
        # a client with "All Resources" can do more without its scope
        self._check_may_grant()
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
