"""What a snippet leaves in ``result`` as the parts of an HTTP answer. No Odoo here."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

Default = Callable[[Any], Any]


class JsonResponse(NamedTuple):
    """Body, status and headers of a JSON answer."""

    body: str
    status: int
    headers: list[tuple[str, str]]


def from_result(result: Mapping[str, Any], json_default: Default) -> JsonResponse:
    """The answer for ``payload`` (default ``""``), ``status_code`` (200), ``headers``.

    :param json_default: for what JSON does not know; the result's own comes first
    Raises TypeError for a payload that cannot be JSON.
    """
    default = result.get("json_default") or tolerant(json_default)
    body = json.dumps(result.get("payload", ""), default=default)
    headers = result.get("headers") or {}
    return JsonResponse(body, result.get("status_code") or 200, json_headers(headers))


def json_headers(
    headers: Mapping[str, Any] | Iterable[tuple[str, Any]],
) -> list[tuple[str, str]]:
    """``headers`` (mapping or pairs) with the one content type that is true."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    kept = [(name, str(v)) for name, v in pairs if name.lower() != "content-type"]
    return [*kept, ("Content-Type", "application/json")]


def check_headers(headers: Iterable[tuple[str, str]]) -> None:
    """Raise ValueError for a header that would make another one (RFC 9110 §5.5).

    Not every version of werkzeug refuses line breaks in headers given as pairs.
    """
    for name, value in headers:
        if any(char in name or char in value for char in "\r\n\0"):
            raise ValueError(f"Header {name!r} has a line break in it")


def tolerant(json_default: Default) -> Default:
    """``json_default``, plus bytes that are no text."""

    def default(value: Any) -> Any:
        return text(value) if isinstance(value, bytes) else json_default(value)

    return default


def text(value: bytes) -> str:
    """UTF-8 where the bytes are that, else base64."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return base64.b64encode(value).decode()
