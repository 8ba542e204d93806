"""Removes secrets from the access log of the web server. No Odoo here.

The API rejects keys in URLs, and accepts passwords there only if it is configured to,
but the web server logs the URL of every request.
"""

from __future__ import annotations

import logging

from .redaction import hide_in_urls


class SecretsHidden(logging.Filter):
    """Keeps every record and redacts the secrets in its arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(map(_redacted, record.args))
        return True


def _redacted(value: object) -> object:
    return hide_in_urls(value) if isinstance(value, str) else value


def install() -> None:
    """Add the filter to the logger of the web server, once in a process."""
    logger = logging.getLogger("werkzeug")
    if not any(isinstance(known, SecretsHidden) for known in logger.filters):
        logger.addFilter(SecretsHidden())
