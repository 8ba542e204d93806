"""Which models have their changes captured (``capture/``)."""

from odoo import api, models, tools
from odoo.tools import sql

from odoo.addons.endpoint_route_handler import cache_epoch

from ..capture import surveying, watching
from ..models.rest_cached_mixin import CACHE

_LOADING = "rest_api_core.watch_loading"
_TRACKED = """
    SELECT m.model, max(r.track_changes) FROM rest_resource r
    JOIN rest_api a ON a.id = r.api_id JOIN ir_model m ON m.id = r.model_id
    WHERE r.active AND a.active AND r.track_changes <> 'none'
    GROUP BY m.model
"""


class RestCapture(models.AbstractModel):
    _name = "rest.capture"
    _description = "REST change capture"

    @tools.ormcache(cache=CACHE)
    def _epoch(self):
        return cache_epoch.Epoch()

    @api.model
    def _tracked_models(self):
        """``{model: "orm" or "trigger"}`` of the models whose changes are captured.

        An addon that needs the changes of other models adds them by ``super()``, and
        calls ``cache_epoch.mark_changed(env, CACHE)`` when they change.
        """
        # by SQL: Odoo calls it also before all columns of resources exist
        self.env.cr.execute(_TRACKED)
        return dict(self.env.cr.fetchall())

    def _watch(self):
        """``(epoch, Watch)``: the watch is valid as long as the epoch lives."""
        if not self.env.registry.ready:
            return self._watch_while_loading()
        epoch = self._epoch()
        if cache_epoch.is_changed(self.env, CACHE):
            return epoch, self._surveyed(self.env.cr)
        return epoch, epoch.get("watch", self._committed)

    def _committed(self):
        with cache_epoch.committed_cursor(self.env) as cr:
            return self._surveyed(cr)

    def _watch_while_loading(self):
        """Addons are being installed: there are more models with each, and perhaps no
        table of ours yet. Nothing waits for another connection, which would wait for
        this transaction."""
        key, known = len(self.env.registry._init_modules), self.env.cr.cache
        if _LOADING not in known or known[_LOADING][0] != key:
            known[_LOADING] = (key, cache_epoch.Epoch(), self._surveyed(self.env.cr))
        return known[_LOADING][1:]

    def _surveyed(self, cr):
        if not sql.column_exists(cr, "rest_resource", "track_changes"):
            return watching.NOTHING
        env = api.Environment(cr, self.env.uid, {})
        return surveying.survey(self.env, env["rest.capture"]._tracked_models())
