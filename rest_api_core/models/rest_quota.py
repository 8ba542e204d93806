"""How many requests each client has sent on each day."""

from odoo import api, fields, models
from odoo.tools import SQL

DAYS = 400  # that are kept: a year, to compare with


class RestQuota(models.Model):
    """``limits/quota_store.py`` writes it by SQL, in the batches of the log."""

    _name = "rest.quota"
    _description = "REST usage"
    _order = "day desc, client_id"
    _rec_name = "day"
    _log_access = False

    client_id = fields.Many2one(
        "rest.client",
        required=True,
        ondelete="cascade",
        readonly=True,
        help="Client that sent the requests.",
    )
    day = fields.Date(
        required=True,
        readonly=True,
        index=True,
        help="Day of the requests. Days begin at midnight UTC.",
    )
    requests = fields.Integer(
        required=True,
        readonly=True,
        help="Requests that count for the quotas of the client: those with valid"
        " credentials within its limits, except for /limits and /health.",
    )

    _client_day = models.UniqueIndex("(client_id, day)")

    @api.autovacuum
    def _delete_old(self):
        statement = SQL("DELETE FROM rest_quota WHERE day < CURRENT_DATE - %s", DAYS)
        self.env.cr.execute(statement)
