"""Definitions of properties that workers keep."""

from odoo import models

from odoo.addons.endpoint_route_handler import cache_epoch

from .rest_cached_mixin import CACHE


class PropertiesBaseDefinition(models.Model):
    _inherit = "properties.base.definition"

    def write(self, vals):
        result = super().write(vals)
        cache_epoch.mark_changed(self.env, CACHE)
        return result
