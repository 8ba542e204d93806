"""How long changes are kept, and what becomes of them when a database is restored."""

import hashlib
import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL, sql

from .rest_change import GENERATION, OLDEST, Deleted

_logger = logging.getLogger(__name__)

BATCH = 10_000  # rows of one deletion

# In the order of the feed, up to the first row that is kept: only the beginning is
# deleted, so one position describes it. Rows above the horizon are kept.
_DELETION = """
    WITH oldest AS (
        SELECT xid, id, date FROM rest_change
        WHERE xid < pg_snapshot_xmin(pg_current_snapshot())
        ORDER BY xid, id LIMIT %(batch)s
    ), expired AS (
        SELECT xid, id,
            bool_and(date < %(before)s) OVER (ORDER BY xid, id) AS is_expired
        FROM oldest
    ), deleted AS (
        DELETE FROM rest_change c USING expired e
        WHERE e.is_expired AND c.xid = e.xid AND c.id = e.id RETURNING c.xid, c.id
    )
    SELECT xid::text, id, count(*) OVER () FROM deleted
    ORDER BY deleted.xid DESC, deleted.id DESC LIMIT 1
"""
# xids of the future: they come from another cluster
_FOREIGN = "xid >= pg_snapshot_xmax(pg_current_snapshot())"


class RestChange(models.Model):
    _inherit = "rest.change"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _delete_expired(self):
        """Delete changes that are older than the retention, for a cron.

        Each batch is committed, with the position up to which changes are deleted. The
        triggers of tables that no longer need them go as well.
        """
        self.env["rest.capture"]._sync_triggers()
        days = self._retention_days()
        if not days:
            return
        before = fields.Datetime.now() - timedelta(days=days)
        while deleted := self._delete_batch(before):
            left = self.env["ir.cron"]._commit_progress(deleted)
            if deleted < BATCH or not left:
                return

    def _delete_batch(self, before):
        """Delete the oldest changes; return their number."""
        statement = SQL(_DELETION, batch=BATCH, before=before)
        rows = self.env.execute_query(statement)
        if not rows:
            return 0
        ((xid, row, deleted),) = rows
        last = self._deleted().before or before
        deleted_now = Deleted((int(xid), row), max(last, before))
        self._set_parameter(OLDEST, deleted_now.text)
        return deleted

    # --- restored databases --------------------------------------------------------

    def _register_hook(self):
        result = super()._register_hook()
        # the table may not have been upgraded yet
        if sql.column_exists(self.env.cr, "rest_change", "xid"):
            self._begin_generation()
        return result

    @api.model
    def _begin_generation(self):
        """Begin anew where the database is not the one that has told positions so far:
        it was restored or copied. Transactions are numbered by the cluster."""
        identity = self._identity()
        if self._generation() == identity:
            return
        try:
            with self.env.cr.savepoint(flush=False):
                self._set_parameter(GENERATION, identity)
                self._delete_foreign()
        except psycopg2.errors.SerializationFailure:
            _logger.info("Another worker has begun the new generation of changes")

    def _identity(self):
        """A text that another cluster or database has not."""
        self.env.cr.execute(
            "SELECT oid, has_function_privilege('pg_control_system()', 'execute')"
            " FROM pg_database WHERE datname = current_database()"
        )
        oid, may_ask = self.env.cr.fetchone()
        system = 0
        if may_ask:
            self.env.cr.execute("SELECT system_identifier FROM pg_control_system()")
            (system,) = self.env.cr.fetchone()
        return hashlib.sha256(f"{system}/{oid}".encode()).hexdigest()[:16]

    def _delete_foreign(self):
        """Changes that would come after all others until the cluster reaches their
        numbers. Clients start anew in any case, also those that send a time."""
        self.env.cr.execute(SQL("DELETE FROM rest_change WHERE %s", SQL(_FOREIGN)))
        deleted = self.env.cr.rowcount
        if deleted:
            _logger.info("The database was restored: %s changes were deleted", deleted)
        known = self._deleted()
        position, before = known
        question = f"SELECT 1 FROM (SELECT %s::xid8 AS xid) o WHERE {_FOREIGN}"
        self.env.cr.execute(question, [str(position[0])])
        if self.env.cr.rowcount:
            position = (0, 0)
        now = Deleted(position, self.env.cr.now() if deleted else before)
        if now != known:
            self._set_parameter(OLDEST, now.text)
