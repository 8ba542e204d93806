"""What keeps nothing sends no mail: dry runs, reads, methods that only read."""

from odoo import api, models

from ..orm import dry_run


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    def _connect__(self, *args, **kwargs):
        # None, as Odoo does in tests: callers expect it when no mail is sent
        if dry_run.keeps_nothing():
            return None
        return super()._connect__(*args, **kwargs)

    @api.model
    def send_email(self, message, *args, **kwargs):
        # not in _disable_send: a class method does not know the transaction
        if dry_run.keeps_nothing():
            return message["Message-Id"]
        return super().send_email(message, *args, **kwargs)
