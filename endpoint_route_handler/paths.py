"""Clean, compare and check the paths of routes. This module does not need Odoo.

The *shape* of a path leaves out the trailing slash and the names of variables: they do
not decide which requests a route serves. ``/a/<int:x>/`` and ``/a/<int:y>`` have the
same shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.routing import Map, Rule

WHOLE_PATH = "whole_path"  # the converter that is path, with line feeds
_VARIABLE = re.compile(r"<(?:(?P<converter>[^<>:]+):)?(?P<name>[^<>:]+)>")


def clean(route: str | None, prefix: str = "") -> str:
    """Return ``route`` with a leading slash and ``prefix``; empty becomes ``/``."""
    route = (route or "").strip()
    if not route.startswith("/"):
        route = f"/{route}"
    return route if route.startswith(prefix) else f"{prefix}{route}"


def split_routes(text: str | None) -> list[str]:
    """Split a text by lines and commas into paths, in order and without duplicates."""
    return _unique(re.split(r"[\n,]", text or ""))


def split_methods(text: str | None) -> list[str]:
    """Split a text by commas and white space into upper-case method names."""
    return _unique(re.split(r"[\s,]+", (text or "").upper()))


def _unique(parts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def shape(route: str) -> str:
    """Return the shape of a path (see above); ``/`` stays ``/``."""
    return _VARIABLE.sub(_anonymous, route).rstrip("/") or "/"


def _anonymous(variable: re.Match[str]) -> str:
    converter = variable["converter"] or "default"
    return "<path>" if converter == WHOLE_PATH else f"<{converter}>"


def overlap(one: Iterable[str] | None, other: Iterable[str] | None) -> bool:
    """Return whether two sets share a method; None means all methods.

    GET includes HEAD, as werkzeug routes it.
    """
    return one is None or other is None or bool(_with_head(one) & _with_head(other))


def _with_head(methods: Iterable[str]) -> set[str]:
    return {*methods, "HEAD"} if "GET" in methods else set(methods)


def problem(route: str, converters: Mapping[str, Any]) -> str | None:
    """Return why werkzeug cannot serve ``route``, or None if it can."""
    if "//" in route or any(char.isspace() for char in route) or "?" in route:
        return "a path cannot contain spaces, empty segments or query strings"
    try:
        Map([Rule(route, endpoint="probe")], converters=dict(converters))
    except LookupError as error:
        return f"unknown converter: {error}"
    except (ValueError, TypeError, SyntaxError) as error:
        return str(error)
    return None
