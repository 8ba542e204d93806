from odoo import models

from .. import schema
from ..registry import EndpointRegistry


class IrModel(models.Model):
    _inherit = "ir.model"

    def unlink(self):
        """Drop the routes of deleted models, for example of an uninstalled addon."""
        # before super(): the names are read from the records
        names = self.mapped("model")
        result = super().unlink()
        # the table is missing if this addon is the one being uninstalled
        if schema.exists(self.env.cr):
            registry = EndpointRegistry.registry_for(self.env.cr)
            for name in names:
                registry.drop_rules_of_model(name)
            self.env["ir.http"]._endpoint_routes_changed()
        return result
