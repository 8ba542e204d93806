"""The requests of the suite ``endpoint``, and the time of the validators alone."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable

from environment.cache import REPOSITORY
from lxml import etree

from .addon_file import ADDONS, load, load_pure
from .case import Case, Request, posted

LINES = [{"product": f"P{n}", "qty": n, "price": 9.5 * n} for n in range(1, 6)]
VALID = json.dumps({"customer": "Azure Interior", "lines": LINES})
INVALID = json.dumps({"customer": "", "lines": [*LINES[:4], {"product": 5, "qty": 0}]})
GREETING = "<greeting>Hello, World!</greeting>"
REPEATS = 200


def _case(
    name: str, request: Request, path: str, goal: float, bare: str = "", checked=False
) -> Case:
    """``checked``: there is a bare controller with the validator as well."""
    paths = {
        "bare": f"/bench/bare/{bare or path}",
        "endpoint": f"/bench/endpoint/{path}",
    }
    if checked:
        paths["checked"] = f"/bench/checked/{path}"
    return Case(name, request, paths, goal)


JSON, XML = "application/json", "application/xml"
VALID_ORDER, INVALID_ORDER = posted(VALID, JSON, 201), posted(INVALID, JSON, 400)
CASES = [
    _case("hello", Request(), "hello", 1.15),
    _case("JSON schema, valid", VALID_ORDER, "order", 1.3, checked=True),
    _case("JSON schema, invalid", INVALID_ORDER, "order", 1.3, "refusal", checked=True),
    _case("XSD", posted(GREETING, XML), "xml", 1.3, checked=True),
    _case("80 partners", Request(), "partners", 1.05),
]


def _timed(function: Callable[[], object]) -> float:
    """Return the median milliseconds of many calls."""
    found = []
    for _number in range(REPEATS):
        started = time.perf_counter()
        function()
        found.append(1000 * (time.perf_counter() - started))
    return statistics.median(found)


def _validator(media_type: str, schema: str, body: str) -> Callable[[], float]:
    """The time that validating adds to parsing, which the bare side does as well."""
    compiled = BODY_SCHEMA.compiled(media_type, schema)
    data = body.encode()
    parse = json.loads if media_type == JSON else etree.fromstring
    return lambda: _timed(lambda: compiled.errors(data)) - _timed(lambda: parse(data))


BODY_SCHEMA = load_pure(REPOSITORY / "endpoint", "body_schema")
ENDPOINTS = load("endpoints", ADDONS / "bench_endpoint" / "endpoints.py")
VALIDATORS = {
    "JSON schema, valid": _validator(JSON, ENDPOINTS.ORDER_SCHEMA, VALID),
    "JSON schema, invalid": _validator(JSON, ENDPOINTS.ORDER_SCHEMA, INVALID),
    "XSD": _validator(XML, ENDPOINTS.XSD, GREETING),
}
