from odoo import models

from odoo.addons.endpoint_route_handler import cache_epoch


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        """Endpoints run as users: an archived one stops them at the next request."""
        result = super().write(vals)
        if "active" in vals:
            cache_epoch.mark_changed(self.env, "default")
        return result

    def unlink(self):
        result = super().unlink()
        cache_epoch.mark_changed(self.env, "default")
        return result
