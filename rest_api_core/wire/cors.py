"""Requests from web pages of other origins (CORS, WHATWG Fetch §3.2). No Odoo here.

They can send keys and tokens, but no cookies: ``Access-Control-Allow-Credentials`` is
never sent.
"""

from __future__ import annotations

import functools
import re

from .problem import Header

MAX_AGE = 3600  # seconds; Chromium takes up to 7200
METHODS = ("GET", "HEAD", "QUERY", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
REQUEST_HEADERS = (
    "Access-Token",
    "Authorization",
    "Content-Disposition",
    "Content-Type",
    "If-Match",
    "If-None-Match",
    "If-Range",
    "Idempotency-Key",
    "Prefer",
    "Range",
    "X-Company-Id",
    "X-Request-ID",
    "X-Odoo-Database",
    "traceparent",
    "tracestate",
)
EXPOSED_HEADERS = (
    "ETag",
    "Link",
    "X-Total-Count",
    "Location",
    "Retry-After",
    "RateLimit",
    "RateLimit-Policy",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-Request-ID",
    "traceparent",
    "Deprecation",
    "Sunset",
    "Content-Location",
    "Content-Range",
    "Expires",
    "Accept-Ranges",
    "Content-Disposition",
    "Preference-Applied",
    "Idempotent-Replayed",
    "Server-Timing",
    "WWW-Authenticate",
    "X-Progress",
)
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@\s,<>*\"]+")


@functools.lru_cache(maxsize=64)
def origins(text: str | None) -> frozenset[str]:
    """The allowed origins of a text with one origin per line; ``*`` allows all.

    Raises ValueError with the first line that is not an origin. ``null`` is none: every
    sandboxed page has it.
    """
    lines = {line.strip().rstrip("/").lower() for line in (text or "").splitlines()}
    allowed = frozenset(lines - {""})
    for line in sorted(allowed - {"*"}):
        if not _ORIGIN.fullmatch(line):
            raise ValueError(line)
    return allowed


def allowed_origin(origin: str | None, allowed: frozenset[str]) -> str | None:
    """``Access-Control-Allow-Origin`` for an ``Origin``; None if it is not allowed."""
    if not origin or not allowed:
        return None
    if "*" in allowed:
        return "*"
    return origin if origin.lower() in allowed else None


def is_preflight(method: str, origin: str | None, requested_method: str | None) -> bool:
    """Whether it is the preflight request of a browser."""
    return method == "OPTIONS" and bool(origin) and bool(requested_method)


def preflight_headers(origin: str | None, allowed: frozenset[str]) -> list[Header]:
    """The headers of the 204 response; without permissions for other origins."""
    name = allowed_origin(origin, allowed)
    if name is None:
        return [("Vary", "Origin")]
    return [
        ("Access-Control-Allow-Origin", name),
        ("Access-Control-Allow-Methods", ", ".join(METHODS)),
        ("Access-Control-Allow-Headers", ", ".join(REQUEST_HEADERS)),
        ("Access-Control-Max-Age", str(MAX_AGE)),
        ("Vary", "Origin"),
    ]


def response_headers(origin: str | None, allowed: frozenset[str]) -> list[Header]:
    """The headers of all other responses, whose ``Vary`` always contains Origin."""
    name = allowed_origin(origin, allowed)
    if name is None:
        return []
    return [
        ("Access-Control-Allow-Origin", name),
        ("Access-Control-Expose-Headers", ", ".join(EXPOSED_HEADERS)),
    ]
