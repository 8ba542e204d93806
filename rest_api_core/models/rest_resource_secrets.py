"""Fields of a resource whose values are rights: hidden, unless they are listed."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..orm.sensitive import secret_names


class RestResource(models.Model):
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "rest.resource"

    secret_field_ids = fields.Many2many(
        "ir.model.fields",
        "rest_resource_secret_field_rel",
        string="Exposed Secrets",
        domain="[('id', 'in', known_secret_ids)]",
        help="Tokens, passwords and keys, such as the access token of a quotation, give"
        " rights to everybody who reads them. Requests can read and write only those"
        " that are listed here.",
    )
    known_secret_ids = fields.Many2many(
        "ir.model.fields", compute="_compute_known_secret_ids"
    )

    @api.depends("model_id")
    def _compute_known_secret_ids(self):
        known = self.env["ir.model.fields"].sudo()
        for record in self:
            name = record.model_id.model
            model = self.env.get(name)
            names = () if model is None else sorted(secret_names(model))
            domain = [("model", "=", name), ("name", "in", names)]
            record.known_secret_ids = known.search(domain) if names else known

    def _check_may_grant(self):
        result = super()._check_may_grant()
        exposing = self.filtered("secret_field_ids")
        if exposing and not self._rest_is_trusted():
            raise UserError(
                self.env._(
                    "Only administrators of Odoo can change the resource %s, which"
                    " exposes secrets.",
                    exposing[0].model,
                )
            )
        return result
