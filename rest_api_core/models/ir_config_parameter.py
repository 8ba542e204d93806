"""System parameters of ours that workers keep."""

from odoo import api, models

from odoo.addons.endpoint_route_handler import cache_epoch

from .rest_cached_mixin import CACHE

PREFIXES = ("rest_api_core.", "rest_api.")


class IrConfigParameter(models.Model):
    _inherit = "ir.config_parameter"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._rest_forget()
        return records

    def write(self, vals):
        self._rest_forget()
        result = super().write(vals)
        self._rest_forget()
        return result

    def unlink(self):
        self._rest_forget()
        return super().unlink()

    def _rest_forget(self):
        """Every worker reads them anew, if ours are among these."""
        if any(key.startswith(PREFIXES) for key in self.mapped("key")):
            cache_epoch.mark_changed(self.env, CACHE)
