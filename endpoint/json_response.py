"""Turn the result of a snippet into a JSON response. This module does not need Odoo."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from . import disposition, wire

Default = Callable[[Any], Any]

KEYS = ("response", "payload", "status_code", "headers", "json_default")


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
    :raises TypeError: if a value has the wrong type
    :raises ValueError: if the response cannot be sent, or has NaN or Infinity in JSON
    """
    default = result.get("json_default") or tolerant(json_default)
    # NaN and Infinity are not JSON (RFC 8259): clients cannot parse them
    body = json.dumps(result.get("payload", ""), default=default, allow_nan=False)
    headers = json_headers(result.get("headers") or {})
    wire.check_headers(headers)
    return JsonResponse(body, status_of(result.get("status_code")), headers)


def check_keys(result: Mapping[str, Any]) -> None:
    """Raise ValueError for keys that have no effect."""
    unknown = [key for key in result if key not in KEYS]
    if unknown:
        raise ValueError(
            f"Unknown key {', '.join(map(repr, unknown))} in 'result'."
            f" Allowed: {', '.join(KEYS)}"
        )


def status_of(value: Any) -> int:
    """Return a status code; raises TypeError or ValueError."""
    if value is None or value is False:
        return 200
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if not isinstance(value, int) or value is True:
        raise TypeError(f"status_code is {value!r}, not a number")
    wire.check_status(value)
    return int(value)


def json_headers(
    headers: Mapping[str, Any] | Iterable[tuple[str, Any]],
) -> list[tuple[str, str]]:
    """Return ``headers`` (mapping or pairs) with the content type of JSON."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    own = ("content-type", "content-length")  # those of the JSON are right
    kept = [header(name, v) for name, v in pairs if str(name).lower() not in own]
    return [*kept, ("Content-Type", "application/json")]


def header(name: Any, value: Any) -> tuple[str, str]:
    """Return a header as text, with an encoded file name; raises TypeError."""
    if not isinstance(name, str) or not isinstance(value, str | int | float):
        raise TypeError(f"The header {name!r}: {value!r} is not text")
    text = str(value)
    return name, disposition.encoded(text) if is_disposition(name) else text


def is_disposition(name: str) -> bool:
    return name.lower() == "content-disposition"


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
