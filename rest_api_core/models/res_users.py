"""What a request depends on of its user."""

from odoo import models

from odoo.addons.endpoint_route_handler import cache_epoch

from .rest_cached_mixin import CACHE


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        """Odoo forgets users before it commits; workers that look again too early
        would keep what was."""
        result = super().write(vals)
        if self._get_invalidation_fields() & vals.keys():
            cache_epoch.mark_changed(self.env, CACHE)
        return result
