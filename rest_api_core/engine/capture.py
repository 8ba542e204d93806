"""Which models have their changes captured (``capture/``)."""

from odoo import api, models, tools

from odoo.addons.endpoint_route_handler import cache_epoch

from ..capture import surveying, triggers, watching
from ..models.rest_cached_mixin import CACHE

_SCHEMA = "rest_api_core.watch_of_schema"
_COLUMNS = """
    SELECT c.relname, a.attname FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = current_schema::regnamespace
    AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
"""
# the addon may be on its way in or out
_READY = """
    SELECT 1 FROM pg_attribute WHERE NOT attisdropped
    AND (attrelid, attname) IN ((to_regclass('rest_resource'), 'track_changes'),
        (to_regclass('rest_change'), 'xid'))
"""
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
        if not self.env.registry.ready or watching.schema_version(self.env):
            return self._watch_of_schema()
        epoch = self._epoch()
        if self._is_changed():
            return epoch, self._surveyed(self.env.cr)
        return epoch, epoch.get("watch", self._committed)

    def _is_changed(self):
        """Whether this transaction itself may have changed what is watched."""
        return cache_epoch.is_changed(self.env, CACHE)

    def _committed(self):
        with cache_epoch.committed_cursor(self.env) as cr:
            return self._surveyed(cr)

    def _watch_of_schema(self):
        """Addons are being installed or removed, and not all columns of the registry
        exist. Nothing waits for another connection, which would wait for this
        transaction."""
        version = watching.schema_version(self.env)
        key = (len(self.env.registry._init_modules), version)
        known = self.env.cr.postrollback.data
        if _SCHEMA not in known or known[_SCHEMA].key != key:
            found = self._surveyed(self.env.cr, self._existing())
            known[_SCHEMA] = watching.OfSchema(key, cache_epoch.Epoch(), found)
        return known[_SCHEMA].epoch, known[_SCHEMA].watch

    def _existing(self):
        """``{(table, column)}`` of the database."""
        self.env.cr.execute(_COLUMNS)
        return set(self.env.cr.fetchall())

    def _surveyed(self, cr, existing=None):
        if not self._is_ready(cr):
            return watching.NOTHING
        env = api.Environment(cr, self.env.uid, {})
        tracked = env["rest.capture"]._tracked_models()
        if existing is not None:
            return surveying.survey(self.env, tracked, existing)
        return self._survey(tuple(sorted(tracked.items())))

    # not with what is cached per configuration: it depends on the fields of Odoo, and
    # takes tens of milliseconds
    @tools.ormcache("tracked", cache="stable")
    def _survey(self, tracked):
        return surveying.survey(self.env, dict(tracked))

    def _is_ready(self, cr):
        cr.execute(_READY)
        return cr.rowcount == 2

    # --- triggers ------------------------------------------------------------------

    @api.model
    def _sync_triggers(self):
        """Have the tables of the models in trigger mode, and no others, have triggers
        for the columns that they have now."""
        cr, watched = self.env.cr, ()
        tracked = self._tracked_models() if self._is_ready(cr) else {}
        # most databases have none: the survey is not for nothing
        if "trigger" in tracked.values():
            watched = self._surveyed(cr).models.values()
        tables = {self.env[name]._table for name in tracked if name in self.env}
        triggers.sync(self.env, watched, tables)

    def _register_hook(self):
        # the columns of a model may have changed with its addon
        result = super()._register_hook()
        self._sync_triggers()
        return result
