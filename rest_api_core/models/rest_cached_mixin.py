"""Models whose records workers keep as frozen values (``rest.configuration``)."""

from odoo import api, models

from odoo.addons.endpoint_route_handler import cache_epoch

from ..access.policy import RIGHTS

CACHE = "default"  # Odoo's own; it is cleared with access rights, rules and users too


class RestCachedMixin(models.AbstractModel):
    """Every change reaches all workers before their next request."""

    _name = "rest.cached.mixin"
    _description = "REST configuration that workers keep"

    # Fields that change with use and are not kept
    _rest_uncached_fields = frozenset()
    # Fields that open nothing, and those that open nothing if they are switched off
    _rest_harmless_fields = frozenset()
    _rest_switches = frozenset(("active", *(f"can_{right}" for right in RIGHTS)))

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_may_open()
        cache_epoch.mark_changed(self.env, CACHE)
        return records

    def write(self, vals):
        opens = not all(self._rest_is_harmless(name, vals[name]) for name in vals)
        if opens:
            self._check_may_open()
        result = super().write(vals)
        if opens:
            self._check_may_open()
        if not self._rest_uncached_fields.issuperset(vals):
            cache_epoch.mark_changed(self.env, CACHE)
        return result

    def _rest_is_harmless(self, name, value):
        return name in self._rest_harmless_fields or (
            name in self._rest_switches and not value
        )

    def _check_may_open(self):
        """Raise UserError where whoever writes may not decide what is open to others.

        To override; no constraint, because constraints run as superuser.
        """

    def _rest_is_trusted(self):
        """Whether who writes may do anything anyway."""
        return self.env.su or self.env.user._is_system()

    def unlink(self):
        result = super().unlink()
        cache_epoch.mark_changed(self.env, CACHE)
        return result
