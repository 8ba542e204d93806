"""Turn the result of a snippet into a JSON response. This module does not need Odoo."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

Default = Callable[[Any], Any]


class JsonResponse(NamedTuple):
    """Body, status and headers of a JSON response."""

    body: str
    status: int
    headers: list[tuple[str, str]]


def from_result(result: Mapping[str, Any], json_default: Default) -> JsonResponse:
    """Return the response for a result dict.

    :param result: ``payload`` (default ``""``), ``status_code`` (default 200),
        ``headers`` and ``json_default``, all optional
    :param json_default: encodes values that JSON does not have, unless the result has
        its own function
    :raises TypeError: if the payload cannot be encoded
    """
    default = result.get("json_default") or tolerant(json_default)
    body = json.dumps(result.get("payload", ""), default=default)
    headers = result.get("headers") or {}
    return JsonResponse(body, result.get("status_code") or 200, json_headers(headers))


def json_headers(
    headers: Mapping[str, Any] | Iterable[tuple[str, Any]],
) -> list[tuple[str, str]]:
    """Return ``headers`` (mapping or pairs) with the content type of JSON."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    kept = [(name, str(v)) for name, v in pairs if name.lower() != "content-type"]
    return [*kept, ("Content-Type", "application/json")]


def check_headers(headers: Iterable[tuple[str, str]]) -> None:
    """Raise ValueError for a header with a line break (RFC 9110 §5.5).

    A line break would inject another header, and some versions of werkzeug accept it in
    headers given as pairs.
    """
    for name, value in headers:
        if any(char in name or char in value for char in "\r\n\0"):
            raise ValueError(f"Header {name!r} contains a line break")


def tolerant(json_default: Default) -> Default:
    """Return ``json_default``, extended to bytes."""

    def default(value: Any) -> Any:
        return text(value) if isinstance(value, bytes) else json_default(value)

    return default


def text(value: bytes) -> str:
    """Decode bytes as UTF-8, or encode them as base64 if they are not UTF-8."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return base64.b64encode(value).decode()
