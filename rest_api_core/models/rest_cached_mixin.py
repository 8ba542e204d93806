"""Models whose records workers cache as frozen values (``rest.configuration``)."""

from odoo import api, models

from odoo.addons.endpoint_route_handler import cache_epoch

from ..access.policy import RIGHTS
from ..capture import watching

# Odoo's own cache: access rights, record rules and users clear it too
CACHE = "default"


class RestCachedMixin(models.AbstractModel):
    """Every change reaches all workers before their next request."""

    _name = "rest.cached.mixin"
    _description = "REST cached configuration"

    # Fields that change with each request and are not cached
    _rest_uncached_fields = frozenset()
    # Fields that say which changes of other records are captured
    _rest_capture_fields = frozenset()
    # Fields that never grant access, and those that grant none when switched off
    _rest_harmless_fields = frozenset()
    _rest_switches = frozenset(("active", *(f"can_{right}" for right in RIGHTS)))

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        # after super(): the check reads the fields of the records
        records._check_may_grant()
        cache_epoch.mark_changed(self.env, CACHE)
        if self._rest_capture_fields:
            self._rest_capture_changed()
        return records

    def write(self, vals):
        grants = not all(self._rest_is_harmless(name, vals[name]) for name in vals)
        # before and after: the old and the new values can both forbid the change
        if grants:
            self._check_may_grant()
        result = super().write(vals)
        if grants:
            self._check_may_grant()
        if not self._rest_uncached_fields.issuperset(vals):
            cache_epoch.mark_changed(self.env, CACHE)
        if not self._rest_capture_fields.isdisjoint(vals):
            self.flush_recordset(self._rest_capture_fields)
            self._rest_capture_changed()
        return result

    def _rest_is_harmless(self, name, value):
        return name in self._rest_harmless_fields or (
            name in self._rest_switches and not value
        )

    def _check_may_grant(self):
        """Raise UserError unless the current user may grant this access to others.

        To override. It is not a constraint, because Odoo runs those as superuser.
        """

    def _rest_is_trusted(self):
        """Whether the current user has all rights anyway."""
        return self.env.su or self.env.user._is_system()

    def unlink(self):
        result = super().unlink()
        cache_epoch.mark_changed(self.env, CACHE)
        if self._rest_capture_fields:
            self._rest_capture_changed()
        return result

    def _rest_capture_changed(self):
        """Watch the models that are tracked from now on."""
        watching.forget(self.env)
        if self.env.registry.ready:
            self.env["rest.capture"]._sync_triggers()
