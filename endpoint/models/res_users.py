from odoo import models

from odoo.addons.endpoint_route_handler import cache_epoch


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        """Clear the cached users: endpoints cannot run as an archived user."""
        result = super().write(vals)
        if "active" in vals:
            cache_epoch.mark_changed(self.env, "default")
        return result

    def unlink(self):
        result = super().unlink()
        # PostgreSQL sets exec_as_user_id to NULL without a write() on the endpoints
        cache_epoch.mark_changed(self.env, "default")
        return result
