"""Models whose records workers keep as frozen values (``rest.configuration``)."""

from odoo import api, models

from odoo.addons.endpoint_route_handler import fresh

CACHE = "default"  # Odoo's own; it is cleared with access rights, rules and users too


class RestCachedMixin(models.AbstractModel):
    """Every change reaches all workers before their next request."""

    _name = "rest.cached.mixin"
    _description = "REST configuration that workers keep"

    # Fields that change with use and are not kept
    _rest_uncached_fields = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        fresh.mark_changed(self.env, CACHE)
        return records

    def write(self, vals):
        result = super().write(vals)
        if not self._rest_uncached_fields.issuperset(vals):
            fresh.mark_changed(self.env, CACHE)
        return result

    def unlink(self):
        result = super().unlink()
        fresh.mark_changed(self.env, CACHE)
        return result
