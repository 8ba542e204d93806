"""An endpoint as an OpenAPI 3.1 path item. No Odoo here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypedDict

_VARIABLE = re.compile(r"<(?:(?P<converter>\w+)(?:\([^)]*\))?:)?(?P<name>\w+)>")
_TYPES = {"int": "integer", "float": "number", "model": "integer"}
_SECURITY: dict[str, list[dict[str, list[str]]]] = {
    "public": [],
    "user_endpoint": [{"session": []}],
    "bearer": [{"bearer": []}],
}
_PROBLEMS = {
    "400": "The request or its body is refused",
    "401": "No or unknown credentials",
    "405": "Method not allowed",
    "415": "Content type not supported",
}


class Description(TypedDict):
    """What a path item is made of; ``schema`` is a JSON Schema or None."""

    operation_id: str
    name: str
    help: str
    routes: list[str]
    methods: list[str]
    auth_type: str
    content_type: str
    schema: Any
    tag: str


def path_items(endpoint: Description) -> dict[str, dict[str, Any]]:
    """``{"/path/{x}": {"get": operation, …}, …}``, one path for each route."""
    return {
        _VARIABLE.sub(r"{\g<name>}", route): _path_item(endpoint, route, number)
        for number, route in enumerate(endpoint["routes"])
    }


def _path_item(endpoint: Description, route: str, number: int) -> dict[str, Any]:
    item: dict[str, Any] = {
        method.lower(): _operation(endpoint, method, number)
        for method in endpoint["methods"]
    }
    parameters = list(_parameters(route))
    return {"parameters": parameters, **item} if parameters else item


def _parameters(route: str) -> Iterable[dict[str, Any]]:
    for match in _VARIABLE.finditer(route):
        kind = _TYPES.get(match["converter"] or "", "string")
        yield {
            "name": match["name"],
            "in": "path",
            "required": True,
            "schema": {"type": kind},
        }


def _operation(endpoint: Description, method: str, number: int) -> dict[str, Any]:
    suffix = f"_{number + 1}" if number else ""
    operation: dict[str, Any] = {
        "operationId": f"{endpoint['operation_id']}_{method.lower()}{suffix}",
        "summary": endpoint["name"],
        "responses": _responses(endpoint, method),
        "security": _SECURITY.get(endpoint["auth_type"], [{endpoint["auth_type"]: []}]),
    }
    if endpoint["help"]:
        operation["description"] = endpoint["help"]
    if endpoint["tag"]:
        operation["tags"] = [endpoint["tag"]]
    if endpoint["content_type"] and method in ("POST", "PUT", "PATCH"):
        operation["requestBody"] = _request_body(endpoint)
    return operation


def _request_body(endpoint: Description) -> dict[str, Any]:
    media = {} if endpoint["schema"] is None else {"schema": endpoint["schema"]}
    media_type = endpoint["content_type"].split(";")[0].strip()
    return {"required": True, "content": {media_type: media}}


def _responses(endpoint: Description, method: str) -> dict[str, Any]:
    wanted = {"400", "405"}
    if endpoint["auth_type"] != "public":
        wanted.add("401")
    if endpoint["content_type"]:
        wanted.add("415")
    problems = {c: {"description": _PROBLEMS[c]} for c in sorted(wanted)}
    return {"200": {"description": "What the endpoint answers"}, **problems}
