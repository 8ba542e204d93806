"""Quotas of a client, and its use of them."""

from dataclasses import replace

from odoo import api, fields, models
from odoo.fields import Domain

from ..limits import quota_store
from ..limits.quota import Quotas, Used

# PostgreSQL's integers end there
QUOTA_RANGES = dict.fromkeys(("quota_day", "quota_month"), (0, 2_000_000_000))
_ABOVE = """
SELECT client.id FROM rest_client AS client
JOIN rest_quota AS used ON used.client_id = client.id
WHERE used.day >= date_trunc('month', %(day)s::timestamp) AND used.day <= %(day)s
GROUP BY client.id
HAVING (client.quota_day > 0 AND client.quota_day
    <= SUM(used.requests) FILTER (WHERE used.day = %(day)s))
OR (client.quota_month > 0 AND client.quota_month <= SUM(used.requests))
"""


class RestClient(models.Model):
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "rest.client"

    quota_day = fields.Integer(
        string="Daily Quota",
        help="Requests that the client can send in a day (UTC). More of them get an"
        " error (429), and the user of the client gets a message at 80 and 100 percent."
        " 0 means no quota.",
    )
    quota_month = fields.Integer(
        string="Monthly Quota",
        help="Requests that the client can send in a calendar month (UTC). More of them"
        " get an error (429), and the user of the client gets a message at 80 and 100"
        " percent. 0 means no quota.",
    )
    requests_today = fields.Integer(
        compute="_compute_requests",
        help="Requests of the client on this day (UTC) that count for its quotas.",
    )
    requests_this_month = fields.Integer(
        compute="_compute_requests",
        help="Requests of the client in this month (UTC) that count for its quotas.",
    )
    is_above_quota = fields.Boolean(
        string="Above Quota",
        compute="_compute_is_above_quota",
        search="_search_is_above_quota",
        help="The client has used up one of its quotas and gets errors (429).",
    )

    @property
    def _rest_ranges(self):
        return {**super()._rest_ranges, **QUOTA_RANGES}

    @property
    def _rest_harmless_fields(self):
        return super()._rest_harmless_fields | QUOTA_RANGES.keys()

    def _compute_requests(self):
        # sudo: who sees a client may see how much it has sent
        used = quota_store.read_on(
            self.sudo().env.cr, self._origin.ids, quota_store.today()
        )
        for client in self:
            found = used.get(client._origin.id, Used())
            client.requests_today = found.day
            client.requests_this_month = found.month

    @api.depends("quota_day", "quota_month")
    def _compute_is_above_quota(self):
        for client in self:
            pairs = (
                (client.quota_day, client.requests_today),
                (client.quota_month, client.requests_this_month),
            )
            client.is_above_quota = any(0 < limit <= used for limit, used in pairs)

    @api.model
    def _search_is_above_quota(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.flush_model(["quota_day", "quota_month"])
        self.env.cr.execute(_ABOVE, {"day": quota_store.today()})
        return Domain("id", "in", [row[0] for row in self.env.cr.fetchall()])

    def _with_quotas(self):
        """All clients that have a quota."""
        domain = Domain("quota_day", ">", 0) | Domain("quota_month", ">", 0)
        return self.search(domain)

    def _frozen(self):
        quotas = Quotas(self.quota_day, self.quota_month)
        return replace(super()._frozen(), quotas=quotas)

    def _quota_message(self, period, number, limit, percent):
        """``(subject, body)`` in the language of the context."""
        values = {"client": self.name, "used": number, "limit": limit}
        if period == "day":
            subject = self.env._("%s: daily quota of requests", self.name)
            used = self.env._(
                "The client “%(client)s” has sent %(used)s of %(limit)s requests of"
                " this day (UTC).",
                **values,
            )
        else:
            subject = self.env._("%s: monthly quota of requests", self.name)
            used = self.env._(
                "The client “%(client)s” has sent %(used)s of %(limit)s requests of"
                " this month (UTC).",
                **values,
            )
        if percent < 100:
            return subject, used
        told = self.env._(
            "Further requests get an error (429) until the next period begins."
        )
        return subject, f"{used} {told}"
