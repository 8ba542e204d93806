"""The fields of a resource that all clients, or one client, can read or write."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..access.field_rules import FieldRule


class RestFieldRule(models.Model):
    _name = "rest.field.rule"
    _inherit = "rest.cached.mixin"
    _description = "REST field rule"
    _order = "id"

    resource_id = fields.Many2one("rest.resource", index=True, ondelete="cascade")
    scope_id = fields.Many2one("rest.client.scope", index=True, ondelete="cascade")
    # the view's domain on the fields cannot follow two alternative relations
    model_id = fields.Many2one("ir.model", compute="_compute_model_id")
    mode = fields.Selection(
        [("allow", "Allow Only"), ("block", "Block"), ("mask", "Mask")],
        required=True,
        default="block",
        help="The fields of several “Allow Only” rules add up. A “Block” rule always"
        " takes precedence. With “Mask”, responses contain the field, but not its"
        " value, and so do fields that Odoo computes from it.",
    )
    mask_as = fields.Selection(
        [("hash", "Hash"), ("partial", "Partial"), ("null", "Null")],
        default="null",
        help="What responses show of a masked field. A hash is the same for the same"
        " value, but different for each client. “Partial” shows the first and last"
        " character, and the domain of an email. Fields of other types are null.",
    )
    access = fields.Selection(
        [("read", "Read"), ("write", "Write"), ("both", "Read and Write")],
        required=True,
        default="both",
        help="The access that the rule restricts. A field that cannot be read, or is"
        " masked, cannot be used in filters and sorting either. A field that is masked"
        " for reading alone can be written.",
    )
    field_ids = fields.Many2many(
        "ir.model.fields",
        string="Fields",
        domain="[('model_id', '=', model_id)]",
        help="Fields of the model that the rule is for.",
    )

    _one_party = models.Constraint(
        "CHECK ((resource_id IS NULL) != (scope_id IS NULL))",
        "A field rule must belong to either a resource or a scope.",
    )

    _mask_has_form = models.Constraint(
        "CHECK (mode != 'mask' OR (mask_as IS NOT NULL AND access != 'write'))",
        "A rule that masks fields must have a value in Mask As, and restrict reading.",
    )

    @api.depends("resource_id", "scope_id")
    def _compute_model_id(self):
        for rule in self:
            resource = rule.resource_id or rule.scope_id.resource_id
            rule.model_id = resource.model_id

    @api.constrains("field_ids", "resource_id", "scope_id", "mode")
    def _check_fields(self):
        for rule in self:
            if rule.mode == "mask" and "id" in rule.field_ids.mapped("name"):
                raise ValidationError(
                    self.env._("The id of a record cannot be masked. Remove it.")
                )
            if rule.field_ids.model_id - rule.model_id:
                raise ValidationError(
                    self.env._(
                        "The fields of a field rule must belong to %s.",
                        rule.model_id.model,
                    )
                )

    @api.constrains("mode", "resource_id", "scope_id")
    def _check_searches(self):
        masking = self.filtered(lambda rule: rule.mode == "mask")
        resources = masking.resource_id | masking.scope_id.resource_id
        self.env["rest.resource.method"]._check_searches_of(resources.api_id)

    @api.model
    def _masking(self, rest_api):
        """The rules of an API that mask fields, for all clients or for one."""
        return self.search(
            [
                ("mode", "=", "mask"),
                "|",
                ("resource_id.api_id", "=", rest_api.id),
                ("scope_id.resource_id.api_id", "=", rest_api.id),
            ]
        )

    def _check_may_grant(self):
        self.resource_id._check_may_grant()
        self.scope_id._check_may_grant()

    def unlink(self):
        # without the rule, clients can use more fields
        self._check_may_grant()
        return super().unlink()

    def _frozen(self):
        """These rules as ``policy.FieldRule``."""
        return tuple(
            FieldRule(
                rule.mode,
                rule.access,
                frozenset(rule.field_ids.mapped("name")),
                rule.mask_as or "null",
            )
            for rule in self
        )
