"""Changes of users that requests depend on."""

from odoo import models

from odoo.addons.endpoint_route_handler import cache_epoch

from .rest_cached_mixin import CACHE


class ResUsers(models.Model):
    _inherit = "res.users"

    def _set_password(self):
        """Odoo ends the sessions of a user whose password changes; tokens end, too."""
        result = super()._set_password()
        self.env["rest.tokens"]._revoke_of(self.ids)
        return result

    def write(self, vals):
        # Odoo clears its cache before it commits: another worker could fill it again
        # with the old values until mark_changed clears it after the commit
        result = super().write(vals)
        if self._get_invalidation_fields() & vals.keys():
            cache_epoch.mark_changed(self.env, CACHE)
        return result
