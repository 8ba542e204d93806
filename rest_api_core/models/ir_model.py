"""Models: their resources, and how the fields of resources offer them."""

from odoo import api, fields, models
from odoo.tools import sql

from ..capture import changes, watching

# Context key: models with technical names, dialogs last
PICKER = "rest_model_picker"


class IrModel(models.Model):
    _inherit = "ir.model"

    rest_resource_ids = fields.One2many(
        "rest.resource",
        "model_id",
        string="REST Resources",
        # archived ones too: the unique constraint rejects a second resource
        context={"active_test": False},
        groups="rest_api_core.group_rest_manager",
        help="APIs that expose this model.",
    )

    @api.depends_context(PICKER)
    def _compute_display_name(self):
        result = super()._compute_display_name()
        if self.env.context.get(PICKER):
            for record in self:
                record.display_name = f"{record.name} ({record.model})"
        return result

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        if self.env.context.get(PICKER):
            order = order or "transient, name, model"
        return super().search_fetch(domain, field_names, offset, limit, order)

    def _drop_table(self):
        watching.schema_changed(self.env)
        for name in self.mapped("model"):
            changes.of(self.env.cr).models.pop(name, None)
        return super()._drop_table()

    def unlink(self):
        # the database would delete endpoints without their routes; Odoo deletes models
        # after their fields where this addon is being uninstalled
        if not sql.column_exists(self.env.cr, "rest_endpoint", "model_id"):
            return super().unlink()
        endpoints = self.env["rest.endpoint"].sudo().with_context(active_test=False)
        endpoints.search([("model_id", "in", self.ids)]).unlink()
        return super().unlink()


class IrModelFields(models.Model):
    _inherit = "ir.model.fields"

    def _drop_column(self):
        watching.schema_changed(self.env)
        for field in self:
            changes.of(self.env.cr).of(field.model).forget(field.name)
        return super()._drop_column()
