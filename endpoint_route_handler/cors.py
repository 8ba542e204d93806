"""Requests from web pages of other origins (CORS, WHATWG Fetch §3.2). No Odoo here.

A route has one value, ``*`` or an origin, or a list of origins. One value is sent with
each response. Of a list, the origin of the request is sent if the list contains it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

# Odoo allows these headers for all routes
USUAL_HEADERS = (
    "Origin",
    "X-Requested-With",
    "Content-Type",
    "Accept",
    "Authorization",
)
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@\s,<>*\"]+", re.IGNORECASE)
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def split(text: str | None) -> list[str]:
    """Split a text by commas and white space, each part once."""
    parts = re.split(r"[\s,]+", text or "")
    return list(dict.fromkeys(part for part in parts if part))


def invalid_origin(text: str | None) -> str | None:
    """Return the first part that is not an origin, or None.

    ``*`` must stand alone: no response can allow both all origins and one of them.
    """
    origins = split(text)
    if origins == ["*"]:
        return None
    return next((part for part in origins if not _ORIGIN.fullmatch(part)), None)


def invalid_header(text: str | None) -> str | None:
    """Return the first part that is not the name of a header, or None."""
    return next((part for part in split(text) if not _HEADER.fullmatch(part)), None)


def allowed_origin(text: str | None, origin: str | None) -> str | None:
    """Return ``Access-Control-Allow-Origin`` for the ``Origin`` of a request."""
    origins = split(text)
    if len(origins) < 2:
        return origins[0] if origins else None
    lowered = (origin or "").lower()
    return origin if lowered in map(str.lower, origins) else None


def is_preflight(headers: Mapping[str, str]) -> bool:
    """Return whether the headers of an OPTIONS request are those of a preflight."""
    return "Origin" in headers and "Access-Control-Request-Method" in headers


def set_headers(
    response: MutableMapping[str, str],
    routing: Mapping[str, Any],
    received: Mapping[str, str],
) -> None:
    """Set the CORS headers of a response that can have those of Odoo already.

    :param routing: ``cors``, and ``cors_headers`` with more allowed headers
    """
    value = routing.get("cors") or None
    if value is None:
        return
    origin = allowed_origin(value, received.get("Origin"))
    response.pop("Access-Control-Allow-Origin", None)
    if origin:
        response["Access-Control-Allow-Origin"] = origin
    if len(split(value)) > 1:
        # a cache must not give one origin the response to another
        response["Vary"] = _with_origin(response.get("Vary"))
    if "Access-Control-Allow-Headers" in response and routing.get("cors_headers"):
        allowed = (*USUAL_HEADERS, *split(routing["cors_headers"]))
        response["Access-Control-Allow-Headers"] = ", ".join(allowed)


def _with_origin(vary: str | None) -> str:
    return f"{vary}, Origin" if vary else "Origin"
