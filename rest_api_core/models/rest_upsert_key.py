"""Where requests that create the same record at the same time meet."""

from odoo import api, fields, models
from odoo.tools import SQL

BATCH = 10_000  # rows of one deletion
KEPT = "1 day"


class RestUpsertKey(models.Model):
    """A digest of each key that an upsert has created a record for.

    It is written in the transaction of the request: one that did not see the record of
    another, because both ran at once, fails here and is run again (``rest.upserting``).
    Nothing needs it afterwards.
    """

    _name = "rest.upsert.key"
    _description = "REST upsert key"
    _log_access = False
    _rec_name = "digest"

    digest = fields.Char(
        required=True, readonly=True, help="Digest of the model and the key."
    )
    date = fields.Datetime(
        required=True,
        readonly=True,
        index=True,
        help="Time of the last request that has created a record for the key.",
    )

    _digest = models.UniqueIndex("(digest)", "Each key has one row.")

    @api.autovacuum
    def _delete_old(self):
        """Whether there may be more is returned as Odoo wants it."""
        statement = SQL(
            "DELETE FROM rest_upsert_key WHERE id IN (SELECT id FROM rest_upsert_key"
            " WHERE date < NOW() AT TIME ZONE 'UTC' - %s::interval LIMIT %s)",
            KEPT,
            BATCH,
        )
        self.env.cr.execute(statement)
        return self.env.cr.rowcount, self.env.cr.rowcount == BATCH
