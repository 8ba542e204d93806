"""Mails to reset passwords that anonymous callers have asked for."""

import logging

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)
PAUSE = "10 minutes"  # between two mails for one login


class RestPasswordReset(models.Model):
    """One for each login that was asked for, whether there is such a user or not."""

    _name = "rest.password.reset"
    _description = "REST password reset"
    _rec_name = "login"

    login = fields.Char(required=True, readonly=True)
    is_sent = fields.Boolean(readonly=True)

    @api.model
    def _is_available(self):
        """Whether Odoo lets users reset their passwords; ``auth_signup`` does it."""
        if not hasattr(self.env["res.users"], "reset_password"):
            return False
        parameters = self.env["ir.config_parameter"].sudo()
        return parameters.get_param("auth_signup.reset_password") == "True"

    @api.model
    def _request(self, login):
        """Send a mail soon, unless one was sent a moment ago."""
        recent = SQL(
            "SELECT 1 FROM rest_password_reset WHERE login = %s"
            " AND create_date > NOW() AT TIME ZONE 'UTC' - %s::interval",
            login,
            PAUSE,
        )
        if not self.env.execute_query(recent):
            self.create({"login": login})
            self.env.ref("rest_api_core.cron_reset_passwords")._trigger()

    @api.model
    def _send(self):
        """Send the mails that are due, for a cron."""
        for reset in self.search([("is_sent", "=", False)], order="id"):
            reset.is_sent = True
            reset._send_one()
            self.env["ir.cron"]._commit_progress(1)
        self._delete_old()

    def _send_one(self):
        try:
            with self.env.cr.savepoint():
                self.env["res.users"].sudo().reset_password(self.login)
        except Exception as error:  # noqa: BLE001 - Odoo raises a bare one
            _logger.info("No password reset for %r: %s", self.login, error)

    @api.autovacuum
    def _delete_old(self):
        self.env.cr.execute(
            "DELETE FROM rest_password_reset WHERE is_sent"
            " AND create_date < NOW() AT TIME ZONE 'UTC' - %s::interval",
            [PAUSE],
        )
