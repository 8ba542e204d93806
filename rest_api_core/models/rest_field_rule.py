"""Which fields of a resource may be read or written, by everybody or by one client."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..access.policy import FieldRule


class RestFieldRule(models.Model):
    _name = "rest.field.rule"
    _inherit = "rest.cached.mixin"
    _description = "REST field rule"
    _order = "id"

    resource_id = fields.Many2one("rest.resource", index=True, ondelete="cascade")
    scope_id = fields.Many2one("rest.client.scope", index=True, ondelete="cascade")
    model_id = fields.Many2one("ir.model", compute="_compute_model_id")
    mode = fields.Selection(
        [("allow", "Allow only"), ("block", "Block")],
        required=True,
        default="block",
        help="Several rules that allow add up; a rule that blocks wins over them.",
    )
    access = fields.Selection(
        [("read", "Reading"), ("write", "Writing"), ("both", "Both")],
        required=True,
        default="both",
    )
    field_ids = fields.Many2many(
        "ir.model.fields", string="Fields", domain="[('model_id', '=', model_id)]"
    )

    _one_party = models.Constraint(
        "CHECK ((resource_id IS NULL) != (scope_id IS NULL))",
        "A field rule belongs to a resource or to a scope.",
    )

    @api.depends("resource_id", "scope_id")
    def _compute_model_id(self):
        for rule in self:
            resource = rule.resource_id or rule.scope_id.resource_id
            rule.model_id = resource.model_id

    @api.constrains("field_ids", "resource_id", "scope_id")
    def _check_fields(self):
        for rule in self:
            if rule.field_ids.model_id - rule.model_id:
                raise ValidationError(
                    self.env._("The fields must be those of %s.", rule.model_id.model)
                )

    def _check_may_open(self):
        self.resource_id._check_may_open()
        self.scope_id._check_may_open()

    def unlink(self):
        """Without it more fields are open."""
        self._check_may_open()
        return super().unlink()

    def _frozen(self):
        """These rules as ``policy.FieldRule``."""
        return tuple(
            FieldRule(rule.mode, rule.access, frozenset(rule.field_ids.mapped("name")))
            for rule in self
        )
