"""Paths of routes: cleaning, comparing, checking. No Odoo here.

A *shape* is a path without what does not decide which request it serves: trailing slash
and names of variables (``/a/<int:x>/`` and ``/a/<int:y>`` are one shape).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.routing import Map, Rule

_VARIABLE = re.compile(r"<(?:(?P<converter>[^<>:]+):)?(?P<name>[^<>:]+)>")
METHOD = re.compile(r"^[A-Z]+$")


def clean(route: str | None, prefix: str = "") -> str:
    """``route`` with a leading slash and ``prefix``; nothing becomes ``/``."""
    route = (route or "").strip()
    if not route.startswith("/"):
        route = f"/{route}"
    return route if route.startswith(prefix) else f"{prefix}{route}"


def split_routes(text: str | None) -> list[str]:
    """Paths of a text with one per line or comma, in order, each once."""
    return _unique(re.split(r"[\n,]", text or ""))


def split_methods(text: str | None) -> list[str]:
    """Upper-case method names of a text separated by commas or white space."""
    return _unique(re.split(r"[\s,]+", (text or "").upper()))


def _unique(parts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def shape(route: str) -> str:
    """See the module's docstring; ``/`` stays ``/``."""
    anonymous = _VARIABLE.sub(lambda m: f"<{m['converter'] or 'default'}>", route)
    return anonymous.rstrip("/") or "/"


def overlap(one: Iterable[str] | None, other: Iterable[str] | None) -> bool:
    """Whether two sets of methods meet; None stands for all methods."""
    return one is None or other is None or bool(set(one) & set(other))


def problem(route: str, converters: Mapping[str, Any]) -> str | None:
    """Why werkzeug cannot serve ``route``, None when it can."""
    if "//" in route or any(char.isspace() for char in route) or "?" in route:
        return "spaces, empty segments and query strings cannot be part of a path"
    try:
        Map([Rule(route, endpoint="probe")], converters=dict(converters))
    except LookupError as error:
        return f"unknown converter: {error}"
    except (ValueError, TypeError, SyntaxError) as error:
        return str(error)
    return None
