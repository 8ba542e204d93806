"""The resources of a model, on its form among Odoo's technical settings."""

from odoo import fields, models


class IrModel(models.Model):
    _inherit = "ir.model"

    rest_resource_ids = fields.One2many(
        "rest.resource",
        "model_id",
        string="REST Resources",
        context={"active_test": False},
        groups="rest_api_core.group_rest_manager",
    )
