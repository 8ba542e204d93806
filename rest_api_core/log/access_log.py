"""Secrets that somebody has put into a URL, in the server's own log. No Odoo here.

Keys are refused there, and a login takes passwords there only if an API says so; but
the web server logs the URL of every request.
"""

from __future__ import annotations

import logging

from .redaction import hide_in_urls


class SecretsHidden(logging.Filter):
    """Lets every record pass, without secrets in the URLs of its arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(map(_hidden, record.args))
        return True


def _hidden(value: object) -> object:
    return hide_in_urls(value) if isinstance(value, str) else value


def install() -> None:
    """Put the filter on the logger of the web server, once in a process."""
    logger = logging.getLogger("werkzeug")
    if not any(isinstance(known, SecretsHidden) for known in logger.filters):
        logger.addFilter(SecretsHidden())
