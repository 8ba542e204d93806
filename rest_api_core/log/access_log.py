"""Keys that somebody has put into an URL, in the server's own log. No Odoo here.

We refuse them there, but the web server logs the URL of every request.
"""

from __future__ import annotations

import logging

from .redaction import hide_keys


class KeysHidden(logging.Filter):
    """Lets every record pass, without keys in its arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(map(_hidden, record.args))
        return True


def _hidden(value: object) -> object:
    return hide_keys(value) if isinstance(value, str) else value


def install() -> None:
    """Put the filter on the logger of the web server, once in a process."""
    logger = logging.getLogger("werkzeug")
    if not any(isinstance(known, KeysHidden) for known in logger.filters):
        logger.addFilter(KeysHidden())
