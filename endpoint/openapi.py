"""Describe endpoints as OpenAPI 3.1 path items. This module does not need Odoo."""

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
_ERRORS = {
    "400": "The request or its body is invalid",
    "401": "The credentials are missing or invalid",
    "405": "Method not allowed",
    "415": "Content type not supported",
}


class Description(TypedDict):
    """The input of a path item. ``content``: ``{media type: JSON Schema or None}``."""

    operation_id: str
    name: str
    help: str
    routes: list[str]
    methods: list[str]
    auth_type: str
    content: dict[str, Any]
    tag: str


def path_items(endpoint: Description) -> dict[str, dict[str, Any]]:
    """Return ``{"/path/{x}": {"get": operation, …}, …}``, one path per route."""
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
        json_type = _TYPES.get(match["converter"] or "", "string")
        yield {
            "name": match["name"],
            "in": "path",
            "required": True,
            "schema": {"type": json_type},
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
    if endpoint["content"] and method in ("POST", "PUT", "PATCH"):
        operation["requestBody"] = _request_body(endpoint)
    return operation


def _request_body(endpoint: Description) -> dict[str, Any]:
    content = {
        media_type: {} if schema is None else {"schema": schema}
        for media_type, schema in endpoint["content"].items()
    }
    # the schema does not apply to other types, which can come without a body
    return {"required": len(content) == 1, "content": content}


def _responses(endpoint: Description, method: str) -> dict[str, Any]:
    statuses = {"400", "405"}
    if endpoint["auth_type"] != "public":
        statuses.add("401")
    if endpoint["content"]:
        statuses.add("415")
    errors = {status: {"description": _ERRORS[status]} for status in sorted(statuses)}
    return {"200": {"description": "Response of the endpoint"}, **errors}
