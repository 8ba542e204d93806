"""Compare media types (RFC 9110 §8.3.1). This module does not need Odoo.

Parameters are ignored. A listed type can be ``*/*`` or ``text/*``.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable

ANY = "*/*"
JSON, XML = "application/json", "application/xml"
_NAME = r"[a-z0-9!#$&^_.+-]+"
_LISTED = re.compile(rf"\*/\*|{_NAME}/(\*|{_NAME})")


def media_type(content_type: str | None) -> str:
    """Return ``application/json`` for ``Application/JSON; charset=utf-8``."""
    return (content_type or "").partition(";")[0].strip().lower()


def split(text: str | None) -> list[str]:
    """Split a text by commas and lines into media types, each once."""
    types = map(media_type, re.split(r"[,\n]", text or ""))
    return list(dict.fromkeys(filter(None, types)))


def invalid(text: str | None) -> str | None:
    """Return the first part of a text that is not a media type, or None."""
    return next((part for part in split(text) if not _LISTED.fullmatch(part)), None)


def standard(content_type: str | None) -> str:
    """Return the type that defines the syntax: ``application/xml`` for SOAP."""
    name = media_type(content_type)
    if name.endswith("+json"):
        return JSON
    return XML if name.endswith("+xml") or name == "text/xml" else name


def accepts(listed: Iterable[str], content_type: str | None) -> bool:
    """Return whether a received type is one of ``listed``.

    JSON and XML include all types that are written in them: ``application/xml`` accepts
    ``application/soap+xml``, but not the other way round.
    """
    received = media_type(content_type)
    return any(
        name == ANY
        or fnmatch.fnmatchcase(received, name)
        or (name in (JSON, XML, "text/xml") and standard(received) == standard(name))
        for name in listed
    )
