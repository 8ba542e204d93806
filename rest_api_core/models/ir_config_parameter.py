"""System parameters of this addon, which workers cache."""

from odoo import api, models

from odoo.addons.endpoint_route_handler import cache_epoch

from .rest_cached_mixin import CACHE

PREFIXES = ("rest_api_core.", "rest_api.", "web.base.url")


class IrConfigParameter(models.Model):
    _inherit = "ir.config_parameter"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._rest_clear_cache()
        return records

    def write(self, vals):
        # before and after: a write can change the key from or to one of ours
        self._rest_clear_cache()
        result = super().write(vals)
        self._rest_clear_cache()
        return result

    def unlink(self):
        self._rest_clear_cache()
        return super().unlink()

    def _rest_clear_cache(self):
        """Clear the cache of all workers if a parameter that we use is among these."""
        if any(key.startswith(PREFIXES) for key in self.mapped("key")):
            cache_epoch.mark_changed(self.env, CACHE)
