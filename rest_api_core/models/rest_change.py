"""A committed change of a record: one row for each record and transaction.

The table is the outbox of the change feed and of webhooks. ``capture/`` fills it with
SQL in the transaction of the change. Rows are ordered by (xid, id). A reader may only
show rows below ``_horizon()``: those of older transactions that are still running
would come before them.
"""

from datetime import datetime
from typing import NamedTuple

from odoo import api, models
from odoo import fields as odoo_fields
from odoo.tools import SQL, sql

from ..capture.names import OPERATIONS, ORIGINS

GENERATION = "rest_api_core.change_generation"
OLDEST = "rest_api_core.change_oldest_position"
RETENTION = "rest_api_core.change_retention_days"
DEFAULT_DAYS = 30

# Odoo has no field of the type xid8, and makes an int4 of the id
COLUMNS = """
ALTER TABLE rest_change ALTER COLUMN id TYPE bigint;
ALTER SEQUENCE rest_change_id_seq AS bigint;
ALTER TABLE rest_change
    ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
"""
INDEXES = """
-- one row for each record and transaction; also the past of a record
CREATE UNIQUE INDEX IF NOT EXISTS rest_change_record
    ON rest_change (model, res_id, xid);
CREATE UNIQUE INDEX IF NOT EXISTS rest_change_position ON rest_change (xid, id);
CREATE INDEX IF NOT EXISTS rest_change_model_position
    ON rest_change (model, xid, id);
CREATE INDEX IF NOT EXISTS rest_change_date ON rest_change (date);
ALTER TABLE rest_change ALTER COLUMN xid SET NOT NULL;
"""


# The first transaction that may still write rows. Those of other databases of the
# cluster cannot. They are known by what PostgreSQL tells of its connections; one that
# has ended since is not, and counts
HORIZON = """COALESCE((
    SELECT min(running::text::bigint)
      FROM pg_snapshot_xip(pg_current_snapshot()) AS running
     WHERE NOT EXISTS (
        SELECT FROM pg_stat_activity
         WHERE datname <> current_database()
           AND backend_xid::text::bigint = running::text::bigint %% 4294967296)
), pg_snapshot_xmax(pg_current_snapshot())::text::bigint)"""


class Deleted(NamedTuple):
    """Which changes are not there any more; the parameter ``OLDEST`` holds it as text.

    :param position: the highest (xid, id) that was deleted
    :param before: changes from before this time may be missing (UTC), None for none
    """

    position: tuple = (0, 0)
    before: datetime | None = None

    @classmethod
    def parse(cls, text):
        if not text:
            return cls()
        # versions before have stored no time
        xid, row, *before = text.split(",")
        time = datetime.fromisoformat(before[0]) if before and before[0] else None
        return cls((int(xid), int(row)), time)

    @property
    def text(self):
        xid, row = self.position
        return f"{xid},{row},{self.before.isoformat() if self.before else ''}"


class RestChange(models.Model):
    _name = "rest.change"
    _description = "REST change"
    _order = "id desc"
    _log_access = False

    model = odoo_fields.Char(
        required=True, readonly=True, help="Technical name of the model."
    )
    res_id = odoo_fields.Integer(
        string="Record Id",
        required=True,
        readonly=True,
        help="Id of the record that was changed.",
    )
    operation = odoo_fields.Selection(
        OPERATIONS, required=True, readonly=True, help="Effect of the transaction."
    )
    fields = odoo_fields.Json(
        string="Changed Fields",
        readonly=True,
        help="Names of the fields that were changed. Creations and deletions name"
        " none: they concern all fields.",
    )
    old_values = odoo_fields.Json(
        readonly=True,
        groups="base.group_system",
        help="Values of the changed columns before the transaction. Of a deleted"
        " record, the values of all columns. Secrets, files and large values are"
        " left out.",
    )
    origin_type = odoo_fields.Selection(
        ORIGINS, string="Origin", readonly=True, help="Cause of the change."
    )
    # no foreign keys: the rows outlive clients and users
    client_id = odoo_fields.Integer(
        string="Client Id", readonly=True, help="Id of the client that made the change."
    )
    user_id = odoo_fields.Integer(
        string="User Id", readonly=True, help="Id of the user who made the change."
    )
    request_id = odoo_fields.Char(
        readonly=True, help="Value of X-Request-ID of the request, if any."
    )
    traceparent = odoo_fields.Char(
        readonly=True, help="Value of the header traceparent of the request, if any."
    )
    date = odoo_fields.Datetime(
        required=True, readonly=True, help="Time of the change, shortly before commit."
    )

    def init(self):
        """Add what Odoo's fields cannot express."""
        if not sql.column_exists(self.env.cr, "rest_change", "xid"):
            self.env.cr.execute(COLUMNS)
        self.env.cr.execute(INDEXES)

    # --- the order of changes --------------------------------------------------

    @api.model
    def _horizon(self):
        """The xid (int) below which all transactions of this database have ended: rows
        with ``xid < horizon`` are complete and in their final order."""
        return self.env.execute_query(SQL("SELECT %s", SQL(HORIZON)))[0][0]

    @api.model
    def _generation(self):
        """A text that changes when the database was restored or copied: positions of
        other generations mean nothing."""
        return self._parameter(GENERATION) or ""

    @api.model
    def _oldest_position(self):
        """The highest position (xid, id) that was deleted, (0, 0) if there is none.
        Changes after it are all there; a reader at a lower one has missed some."""
        return self._deleted().position

    @api.model
    def _deleted(self):
        return Deleted.parse(self._parameter(OLDEST))

    @api.model
    def _retention_days(self):
        """0 for changes that are kept for ever."""
        return days_of(self._parameter(RETENTION))

    def _parameter(self, key):
        """As this transaction sees it: what Odoo caches does not fit the rows."""
        self.env["ir.config_parameter"].flush_model(["key", "value"])
        statement = SQL("SELECT value FROM ir_config_parameter WHERE key = %s", key)
        found = self.env.execute_query(statement)
        return found and found[0][0]

    def _set_parameter(self, key, value):
        # not by the ORM, which would have all workers forget what they have cached
        self.env.cr.execute(
            SQL(
                "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)"
                " ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
                key,
                value,
            )
        )


def days_of(text):
    """The days of the parameter ``RETENTION``."""
    try:
        return max(0.0, float(text or DEFAULT_DAYS))
    except ValueError:
        return DEFAULT_DAYS
