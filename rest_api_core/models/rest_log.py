"""One entry per request.

Rows are written by SQL (``log_writer``): nothing may be computed from them or depend
on their being created.
"""

from datetime import timedelta

from psycopg2 import errors

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

BATCH = 10_000  # rows of one deletion: a fraction of a second
ORPHANS_DAYS = 90  # for entries of APIs that are gone


class RestLog(models.Model):
    _name = "rest.log"
    _description = "REST log"
    _order = "id desc"
    _rec_name = "path"
    _log_access = False

    date = fields.Datetime(
        required=True, index=True, default=fields.Datetime.now, readonly=True
    )
    api_id = fields.Many2one(
        "rest.api", string="API", ondelete="set null", readonly=True
    )
    client_id = fields.Many2one(
        "rest.client", index="btree_not_null", ondelete="set null", readonly=True
    )
    credential_id = fields.Many2one(
        "rest.credential",
        string="Key",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    user_id = fields.Many2one(
        "res.users", index="btree_not_null", ondelete="set null", readonly=True
    )
    method = fields.Char(readonly=True)
    path = fields.Char(help="With the query, without secrets.", readonly=True)
    route = fields.Char(
        help="The path below the root, without its values: /<model>/<ids>.",
        readonly=True,
    )
    model = fields.Char(index="btree_not_null", readonly=True)
    status = fields.Integer(index=True, aggregator=None, readonly=True)
    duration_ms = fields.Float(string="Duration (ms)", aggregator="avg", readonly=True)
    ip = fields.Char(string="Address", readonly=True)
    origin = fields.Char(readonly=True)
    user_agent = fields.Char(string="User agent", readonly=True)
    request_id = fields.Char(
        string="Request ID",
        index=True,
        readonly=True,
        help="As in the header X-Request-ID of the answer.",
    )
    traceparent = fields.Char(readonly=True)
    error_code = fields.Char(string="Error code", index="btree_not_null", readonly=True)
    error = fields.Text(readonly=True)
    request_body = fields.Text(string="Request body", readonly=True)
    response_body = fields.Text(string="Answer", readonly=True)

    _api_date_idx = models.Index("(api_id, date)")

    # --- retention ------------------------------------------------------------

    @api.model
    def _delete_expired(self):
        """Delete what its API keeps no longer, in batches, each committed; for a cron.

        It stops when the cron's time is over, and goes on the next time.
        """
        for api_id, before in self._expiries():
            while deleted := self._delete_batch(api_id, before):
                left = self.env["ir.cron"]._commit_progress(deleted)
                if deleted < BATCH:
                    break
                if not left:
                    return

    def _expiries(self):
        """``(id of an API or None, date)``: its entries before then are to go."""
        now = fields.Datetime.now()
        found = [(None, now - timedelta(days=ORPHANS_DAYS))]
        apis = self.env["rest.api"].with_context(active_test=False).search([])
        for record in apis.filtered("log_retention_days"):
            days = timedelta(days=record.log_retention_days)
            found.append((record.id, now - days))
        return found

    def _delete_batch(self, api_id, before):
        """How many were deleted; the oldest go first.

        The ids are an array, so that they are found once: as a set that rows are
        compared with, PostgreSQL may look for them again for each row.
        """
        of_api = SQL("api_id = %s", api_id) if api_id else SQL("api_id IS NULL")
        self.env.cr.execute(
            SQL(
                "DELETE FROM rest_log WHERE id = ANY(ARRAY("
                " SELECT id FROM rest_log WHERE %s AND date < %s"
                " ORDER BY date LIMIT %s FOR UPDATE SKIP LOCKED))",
                of_api,
                before,
                BATCH,
            )
        )
        return self.env.cr.rowcount

    @api.model
    def action_clear(self):
        """Delete all entries.

        At once where nobody reads or writes the log right now; else, for instance
        during a dump of the database, in batches that hold up nobody.
        """
        if not self.env.user.has_group("rest_api_core.group_rest_manager"):
            raise AccessError(self.env._("Only REST API administrators clear the log."))
        self.env.flush_all()
        if not self._truncate():
            self._delete_all()
        self.env.invalidate_all()

    def _truncate(self):
        """Whether the table could be emptied without waiting."""
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute("SET LOCAL lock_timeout = '500ms'")
                self.env.cr.execute("TRUNCATE rest_log")
                self.env.cr.execute("SET LOCAL lock_timeout TO DEFAULT")
        except (errors.LockNotAvailable, errors.FeatureNotSupported):
            # somebody is busy with it, or a table of others refers to it
            return False
        return True

    def _delete_all(self):
        """All that is there now; in transactions of their own, as it may be much."""
        with self.env.registry.cursor() as cr:
            cr.execute("SELECT MAX(id) FROM rest_log")
            (last,) = cr.fetchone()
            deleted = BATCH if last else 0
            while deleted == BATCH:
                cr.execute(
                    "DELETE FROM rest_log WHERE id = ANY(ARRAY(SELECT id FROM rest_log"
                    " WHERE id <= %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED))",
                    [last, BATCH],
                )
                deleted = cr.rowcount
                cr.commit()  # pylint: disable=invalid-commit
