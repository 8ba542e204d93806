"""What the screen of changes shows beside the stored values."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class RestChange(models.Model):
    _inherit = "rest.change"  # pylint: disable=consider-merging-classes-inherited

    model_name = fields.Char(compute="_compute_model_name", help="Name of the model.")
    origin_client_id = fields.Many2one(
        "rest.client",
        string="Client",
        compute="_compute_made_by",
        search="_search_origin_client",
        help="Client that made the change. It is empty if the client was deleted.",
    )
    origin_user_id = fields.Many2one(
        "res.users",
        string="User",
        compute="_compute_made_by",
        search="_search_origin_user",
        help="User who made the change. It is empty if the user was deleted.",
    )
    field_names = fields.Char(
        string="Fields",
        compute="_compute_field_names",
        help="Names of the changed fields. Creations and deletions concern all fields.",
    )

    @api.depends("model", "res_id")
    def _compute_display_name(self):
        for record in self:
            record.display_name = f"{record.model},{record.res_id}"

    @api.depends("model")
    def _compute_model_name(self):
        names = {
            name: self.env["ir.model"].sudo()._get(name).name
            for name in set(self.mapped("model"))
        }
        for record in self:
            record.model_name = names.get(record.model) or record.model

    @api.depends("client_id", "user_id")
    def _compute_made_by(self):
        existing = {
            model: set(self.env[model].browse(ids).exists().ids)
            for model, ids in (
                ("rest.client", [i for i in self.mapped("client_id") if i]),
                ("res.users", [i for i in self.mapped("user_id") if i]),
            )
        }
        for record in self:
            client, user = record.client_id, record.user_id
            known = client in existing["rest.client"]
            record.origin_client_id = client if known else False
            record.origin_user_id = user if user in existing["res.users"] else False

    @api.model
    def _search_origin_client(self, operator, value):
        return self._search_maker("client_id", "rest.client", operator, value)

    @api.model
    def _search_origin_user(self, operator, value):
        return self._search_maker("user_id", "res.users", operator, value)

    def _search_maker(self, name, model, operator, value):
        """By ids, or by a domain that Odoo makes of a text."""
        if operator == "in":
            return Domain(name, "in", [each or 0 for each in value])
        if operator not in ("any", "any!"):
            return NotImplemented
        found = self.env[model].with_context(active_test=False)
        return Domain(name, "in", found._search(value))

    @api.depends("fields")
    def _compute_field_names(self):
        for record in self:
            record.field_names = ", ".join(record.fields or ())

    def action_open_record(self):
        """Open the form of the record, as far as the user may see it."""
        self.ensure_one()
        model = self.env.get(self.model)
        record = None if model is None else model.browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("The record does not exist any more."))
        record.check_access("read")
        return record.get_formview_action()
