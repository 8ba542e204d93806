"""Requests that may be sent again: the ``Idempotency-Key`` header. No Odoo here.

draft-ietf-httpapi-idempotency-key-header-07: a client that got no response sends the
same request with the same key, and gets the response of the first one.
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

from ..log.redaction import hide_in_urls
from .operation import Operation
from .problem import HeaderInvalid, PolicyProblem
from .received import Received

NAME = "Idempotency-Key"
REPLAYED = ("Idempotent-Replayed", "true")
MAX_KEY = 255  # characters
_SAFE = ("GET", "HEAD")
# a string of RFC 9651, or the bare text, as most clients send it
_KEY = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"|([!#-~][!-~]*)')
# what a response depends on beside the method, the URL and the body
_HEADERS = (
    *("Accept", "Accept-Language", "Content-Disposition", "Content-Type", "If-Match"),
    *("If-None-Match", "Prefer", "X-Company-Id"),
)


class KeyReused(PolicyProblem):
    status, code = 422, "policy.idempotency"
    detail = (
        "This Idempotency-Key was sent with another request before. Send a new key with"
        " a new request."
    )


class StillRunning(PolicyProblem):
    status, code, wait = 409, "policy.running", 1
    detail = (
        "The first request with this Idempotency-Key has not ended yet. Send it again"
        " later."
    )


class Idempotency(NamedTuple):
    """The key of a request, and a digest of all that it asks for."""

    key: str
    fingerprint: str


def of(
    received: Received, operation: Operation, strict: bool = False
) -> Idempotency | None:
    """That of a request; None without a key, and where it has no effect: a GET can be
    repeated anyhow, also one that may write. One that starts a job cannot. Responses
    with secrets are not stored.

    :param strict: whether a key without effect is an error (``handling=strict``)
    Raises HeaderInvalid, and what reading the body raises.
    """
    header = received.headers.get(NAME)
    if header is None:
        return None
    is_read = received.method in _SAFE and not operation.deferred
    if not operation.readonly and not operation.secret and not is_read:
        return Idempotency(parse(header), _fingerprint(received))
    if strict:
        what = "where secrets are sent" if operation.secret else "on reads"
        raise HeaderInvalid.at_header(NAME, f"has no effect {what}")
    return None


def parse(header: str) -> str:
    """The key in a header; raises HeaderInvalid."""
    match = _KEY.fullmatch(header.strip())
    quoted, bare = match.groups() if match else (None, None)
    key = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare
    if not key or len(key) > MAX_KEY:
        detail = f"must have 1 to {MAX_KEY} visible characters of ASCII"
        raise HeaderInvalid.at_header(NAME, detail)
    if hide_in_urls(key) != key:
        # it is stored, and shown to administrators
        raise HeaderInvalid.at_header(NAME, "must not contain an API key or token")
    return key


def _fingerprint(received: Received) -> str:
    found = hashlib.sha256()
    texts = [received.method, received.path, received.query_string]
    texts += [received.headers.get(name) or "" for name in _HEADERS]
    for part in (*map(_bytes, texts), received.read()):
        found.update(b"%d:" % len(part) + part)
    return found.hexdigest()


def _bytes(text: str) -> bytes:
    # paths and headers may have what UTF-8 cannot encode
    return text.encode("utf-8", "backslashreplace")
