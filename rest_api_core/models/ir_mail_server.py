"""Nothing is sent by a request that shall change nothing."""

import threading

from odoo import models


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    @classmethod
    def _disable_send(cls):
        return super()._disable_send() or _is_dry_run()


def _is_dry_run():
    """Whether this thread serves a dry run: until the end of its cursor."""
    cursor = getattr(threading.current_thread(), "rest_dry_run", None)
    return cursor is not None and not cursor._closed
