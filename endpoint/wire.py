"""Check whether a server can send a response. This module does not need Odoo.

A response that cannot be sent must fail before the transaction commits. Otherwise the
caller gets an error, repeats the request, and the changes are made twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from wsgiref.util import is_hop_by_hop

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 §5.6.2
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
FIRST_STATUS, LAST_STATUS = 200, 599


class UnsendableResponse(ValueError):
    """The response would break the connection or the HTTP protocol."""


def check_status(status: int) -> None:
    """Raise UnsendableResponse unless the status is that of a final response."""
    if not FIRST_STATUS <= status <= LAST_STATUS:
        raise UnsendableResponse(
            f"Status {status} is not between {FIRST_STATUS} and {LAST_STATUS}"
        )


def check_start(line: str, headers: Iterable[tuple[str, str]]) -> None:
    """Check what a WSGI application passes to ``start_response``.

    :param line: status line, such as ``200 OK``
    """
    check_status(int(line.split(" ", 1)[0]))
    _check_value("The status", line)
    check_headers(headers)


def check_headers(headers: Iterable[tuple[str, str]]) -> None:
    """Raise UnsendableResponse for a header that cannot be sent."""
    for name, value in headers:
        if not _TOKEN.fullmatch(name):
            raise UnsendableResponse(f"{name!r} is not the name of a header")
        if is_hop_by_hop(name):
            raise UnsendableResponse(f"Header {name!r} is set by the server only")
        _check_value(f"Header {name!r}", value)


def _check_value(subject: str, value: str) -> None:
    if _CONTROL.search(value):
        # a line break would inject another header
        raise UnsendableResponse(f"{subject} contains a line break or another control")
    try:
        value.encode("latin-1")
    except UnicodeEncodeError as error:
        character = value[error.start]
        raise UnsendableResponse(
            f"{subject} contains {character!r}, which is not in latin-1"
        ) from error


def check_length(headers: Iterable[tuple[str, str]], length: int) -> None:
    """Raise UnsendableResponse if a Content-Length is not that of the body."""
    for name, value in headers:
        if name.lower() == "content-length" and value != str(length):
            raise UnsendableResponse(
                f"The header Content-Length is {value!r}, the body has {length} bytes"
            )
