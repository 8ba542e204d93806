"""The resources of a model, for the tab "REST API" of its form."""

from odoo import fields, models


class IrModel(models.Model):
    _inherit = "ir.model"

    rest_resource_ids = fields.One2many(
        "rest.resource",
        "model_id",
        string="REST Resources",
        # archived ones too: the unique constraint rejects a second resource
        context={"active_test": False},
        groups="rest_api_core.group_rest_manager",
    )
