"""Messages to the users of clients that have used up most of a quota, or all of it."""

import logging

from odoo import api, fields, models
from odoo.tools import SQL, email_normalize

from ..limits import quota, quota_store
from ..limits.quota import PERIODS, WARNINGS, Used

_logger = logging.getLogger(__name__)
DAYS = 60  # that they are kept: longer than a month, so that none is sent twice


class RestQuotaMessage(models.Model):
    """One for each period and percentage, whatever the number of workers."""

    _name = "rest.quota.message"
    _description = "REST quota message"
    _order = "id desc"
    _rec_name = "period"

    client_id = fields.Many2one(
        "rest.client",
        required=True,
        ondelete="cascade",
        readonly=True,
        help="Client that has used the quota.",
    )
    period = fields.Selection(
        [("day", "Day"), ("month", "Month")],
        required=True,
        readonly=True,
        help="Period of the quota.",
    )
    begin = fields.Date(
        required=True, readonly=True, help="First day of the period, by UTC."
    )
    percent = fields.Integer(
        required=True, readonly=True, help="Part of the quota that was used."
    )

    _once = models.UniqueIndex("(client_id, period, begin, percent)")

    @api.autovacuum
    def _delete_old(self):
        statement = SQL(
            "DELETE FROM rest_quota_message WHERE begin < CURRENT_DATE - %s", DAYS
        )
        self.env.cr.execute(statement)

    @api.model
    def _warn(self):
        """Send the messages that are due."""
        day = quota_store.today()
        clients = self.env["rest.client"]._with_quotas()
        used = quota_store.read_on(self.env.cr, clients.ids, day)
        for client in clients:
            for period in PERIODS:
                self._warn_of(client, period, used.get(client.id, Used()), day)

    def _warn_of(self, client, period, used, day):
        limit, number = client[f"quota_{period}"], getattr(used, period)
        percent = quota.warning(limit, number)
        due = [each for each in WARNINGS if each <= percent]
        # the highest alone is sent, if it was not yet
        if percent in self._noted(client, period, quota.begin(period, day), due):
            self._send(client, period, number, limit, percent)

    def _noted(self, client, period, begin, due):
        """Those percentages that were not noted before."""
        if not due:
            return ()
        rows = [
            SQL("(%s, %s, %s::date, %s)", client.id, period, begin, percent)
            for percent in due
        ]
        statement = SQL(
            "INSERT INTO rest_quota_message (client_id, period, begin, percent)"
            " VALUES %s ON CONFLICT DO NOTHING RETURNING percent",
            SQL(", ").join(rows),
        )
        return {row[0] for row in self.env.execute_query(statement)}

    # --- the message -----------------------------------------------------------

    def _send(self, client, period, number, limit, percent):
        user = client.user_id
        translated = client.with_context(lang=user.lang)
        subject, body = translated._quota_message(period, number, limit, percent)
        if "mail.thread" in self.env:
            # the user decides between Odoo's inbox and emails
            self.env["mail.thread"].message_notify(
                partner_ids=user.partner_id.ids,
                subject=subject,
                body=body,
                model=client._name,
                res_id=client.id,
            )
        elif user.email:
            self._send_email(user, subject, body)

    def _send_email(self, user, subject, body):
        """Without the addon mail, by Odoo's own server of outgoing emails."""
        servers = self.env["ir.mail_server"]
        try:
            sender = servers._get_default_from_address() or user.email
            to = [email_normalize(user.email) or user.email]
            message = servers._build_email__(sender, to, subject, body)
            servers.send_email(message)
        except Exception as error:
            # the next message is as important; this one stands on the screen, too
            _logger.warning("No email about a quota was sent: %s", error)
