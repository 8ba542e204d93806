"""The log: one entry for each request.

Rows are inserted by SQL (``log/writer.py``), without the ORM: computed fields and
overrides of ``create`` would never run.
"""

from datetime import timedelta

from psycopg2 import errors

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..wire.auth_problems import REASONS

BATCH = 10_000  # rows of one deletion, which takes a fraction of a second
ORPHANS_DAYS = 90  # retention of entries whose API was deleted


class RestLog(models.Model):
    _name = "rest.log"
    _description = "REST log"
    # date has fractions of a second. Ids do not tell the order: a thread inserts reads
    _order = "date desc, id desc"
    _rec_name = "path"
    # no create_uid, write_date, …: four columns less in each of millions of rows
    _log_access = False

    date = fields.Datetime(
        required=True,
        index=True,
        default=fields.Datetime.now,
        readonly=True,
        help="Time of the response.",
    )
    api_id = fields.Many2one(
        "rest.api",
        string="API",
        ondelete="set null",
        readonly=True,
        help="API that the request called.",
    )
    # indexed for the buttons of the forms, and for the foreign keys: without an index
    # PostgreSQL reads the whole table when a client, key or user is deleted
    client_id = fields.Many2one(
        "rest.client",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        help="Client that sent the request.",
    )
    credential_id = fields.Many2one(
        "rest.credential",
        string="Key",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        help="Key of the request.",
    )
    user_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        help="User whose rights the request had.",
    )
    endpoint_id = fields.Many2one(
        "endpoint.endpoint",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        help="Endpoint that the request called. Requests to APIs have none.",
    )
    method = fields.Char(readonly=True, help="HTTP method of the request.")
    path = fields.Char(
        help="Path and query string of the request, without secrets.", readonly=True
    )
    route = fields.Char(
        help="Pattern of the path below the base path, such as /<model>/<ids>.",
        readonly=True,
    )
    model = fields.Char(
        index="btree_not_null",
        readonly=True,
        help="Technical name of the model in the path.",
    )
    status = fields.Integer(
        index=True, aggregator=None, readonly=True, help="HTTP status of the response."
    )
    # not stored: the rows are inserted by SQL
    status_class = fields.Selection(
        [
            ("2xx", "2xx Success"),
            ("3xx", "3xx Redirection"),
            ("4xx", "4xx Client Error"),
            ("5xx", "5xx Server Error"),
        ],
        compute="_compute_status_class",
        search="_search_status_class",
        help="Kind of the status, from success to an error of the server.",
    )
    duration_ms = fields.Float(
        string="Duration (ms)",
        aggregator="avg",
        readonly=True,
        help="Time from the request to the response, in milliseconds.",
    )
    ip = fields.Char(
        string="IP Address", readonly=True, help="Address that the request came from."
    )
    origin = fields.Char(
        readonly=True, help="Web page that sent the request, from the header Origin."
    )
    user_agent = fields.Char(
        readonly=True, help="Program that sent the request, from the header User-Agent."
    )
    request_id = fields.Char(
        string="Request ID",
        index=True,
        readonly=True,
        help="Value of the header X-Request-ID of the response.",
    )
    traceparent = fields.Char(
        readonly=True,
        help="Trace of the caller, from the header traceparent (W3C Trace Context).",
    )
    error_code = fields.Char(
        index="btree_not_null",
        readonly=True,
        help="Error of the response, for programs.",
    )
    error = fields.Text(readonly=True, help="Error of the response, in words.")
    rejection_reason = fields.Selection(
        list(REASONS.items()),
        string="Reason",
        readonly=True,
        help="Why the credentials are not valid. The response does not say it.",
    )
    request_body = fields.Text(
        readonly=True, help="Body of the request, without secrets."
    )
    response_body = fields.Text(
        readonly=True, help="Body of the response, without secrets."
    )
    requests = fields.Integer(
        default=1,
        readonly=True,
        help="One, or the number of requests without valid credentials that one network"
        " sent in this minute above the limit.",
    )
    is_summary = fields.Boolean(
        string="Summary",
        readonly=True,
        help="Whether the entry stands for all such requests of a minute.",
    )

    # for _delete_batch, which looks for the oldest entries of one API
    _api_date_idx = models.Index("(api_id, date)")
    # for the dashboard
    _rejected_idx = models.Index("(date) WHERE status IN (401, 403, 429)")
    _slowest_idx = models.Index("(duration_ms DESC NULLS LAST)")
    # for log/writer.py: all workers add to one entry
    _summary_idx = models.UniqueIndex(
        "(COALESCE(api_id, 0), COALESCE(endpoint_id, 0), ip, date) WHERE is_summary"
    )

    # --- status class ---------------------------------------------------------

    @api.depends("status")
    def _compute_status_class(self):
        for entry in self:
            known = 200 <= entry.status < 600
            entry.status_class = f"{entry.status // 100}xx" if known else False

    @api.model
    def _search_status_class(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(map(_of_class, value))

    def _field_to_sql(self, alias, field_expr, query=None):
        """The status class as SQL, so that entries can be grouped by it."""
        if field_expr != "status_class":
            return super()._field_to_sql(alias, field_expr, query)
        status = super()._field_to_sql(alias, "status", query)
        return SQL(
            "CASE WHEN %(status)s BETWEEN 200 AND 599"
            " THEN %(status)s / 100 || 'xx' END",
            status=status,
        )

    # --- retention ------------------------------------------------------------

    @api.model
    def _delete_expired(self):
        """Delete entries that are older than the retention of their API, for a cron.

        Each batch is committed. What is left when the time of the cron is over is
        deleted by its next run.
        """
        for api_id, before in self._expiries():
            while deleted := self._delete_batch(api_id, before):
                left = self.env["ir.cron"]._commit_progress(deleted)
                if deleted < BATCH:
                    break
                if not left:
                    return

    def _expiries(self):
        """``[(id of an API or None, date)]``: its entries before then are expired."""
        now = fields.Datetime.now()
        expiries = [(None, now - timedelta(days=ORPHANS_DAYS))]
        apis = self.env["rest.api"].with_context(active_test=False).search([])
        for record in apis.filtered("log_retention_days"):
            days = timedelta(days=record.log_retention_days)
            expiries.append((record.id, now - days))
        return expiries

    def _delete_batch(self, api_id, before):
        """Delete the oldest entries; return their number."""
        # ARRAY: PostgreSQL could run the subquery of "IN (SELECT …)" again for each
        # row. SKIP LOCKED: do not wait for rows that another worker is deleting
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
    def action_clear(self, domain=()):
        """Delete the entries that match a domain.

        All of them are one TRUNCATE while no other transaction uses the log. Otherwise,
        for example during a dump of the database, it deletes batches that block nobody.
        """
        # a public method can be called by RPC, and SQL checks no access rights
        if not self.env.user.has_group("rest_api_core.group_rest_manager"):
            raise AccessError(
                self.env._(
                    "Only members of the group “REST API / Administrator” can clear the"
                    " log."
                )
            )
        self.env.flush_all()
        domain = Domain(domain)
        if not (domain.is_true() and self._truncate()):
            self._delete_all(domain)
        self.env.invalidate_all()

    def _truncate(self):
        """Empty the table if it is not in use; return whether it was."""
        try:
            # the savepoint keeps the transaction usable after an error
            with self.env.cr.savepoint(flush=False):
                # TRUNCATE waits for all other transactions, and new ones wait for it
                self.env.cr.execute("SET LOCAL lock_timeout = '500ms'")
                self.env.cr.execute("TRUNCATE rest_log")
                self.env.cr.execute("SET LOCAL lock_timeout TO DEFAULT")
        except (errors.LockNotAvailable, errors.FeatureNotSupported):
            # in use, or a table of another addon has a foreign key to it
            return False
        return True

    def _delete_all(self, domain):
        """Delete all present entries of a domain in short transactions of their own."""
        with self.env.registry.cursor() as cr:
            log = self.with_env(self.env(cr=cr))
            last = log.search([], order="id desc", limit=1)
            present = domain & Domain("id", "<=", last.id or 0)
            while log._delete_some(present) == BATCH:
                cr.commit()  # pylint: disable=invalid-commit

    def _delete_some(self, domain):
        """Delete a batch of entries; return their number."""
        query = self._search(domain, order="id", limit=BATCH)
        self.env.cr.execute(
            SQL(
                "DELETE FROM rest_log WHERE id = ANY(ARRAY("
                "%s FOR UPDATE OF rest_log SKIP LOCKED))",
                query.select(),
            )
        )
        return self.env.cr.rowcount


def _of_class(name):
    """The domain of a status class; False for entries without one."""
    if not name:
        return Domain("status", "<", 200) | Domain("status", ">=", 600)
    lowest = int(name[0]) * 100
    return Domain("status", ">=", lowest) & Domain("status", "<", lowest + 100)
