"""The log entry of a request, without secrets. No Odoo here.

It is made during the request, so that no secret waits in the queue of the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, NamedTuple

from ..wire import negotiation
from ..wire.call import Caller
from ..wire.problem import Problem
from .redaction import clean, dumps, redact_body, redact_query, redact_text

MAX_MODEL = 100  # characters
# parameters of a change of password (rest-v1.md §6); elsewhere these are plain words
_PASSWORDS = frozenset(("old", "new"))
_PASSWORD_PATH = "/auth/"


@dataclass(frozen=True)
class Entry:
    """A row of ``rest.log``; the fields have the names of its columns.

    ``date`` has fractions of a second, by which entries are sorted.
    """

    date: datetime
    api_id: int | None
    client_id: int | None
    credential_id: int | None
    user_id: int | None
    method: str
    path: str
    route: str | None
    model: str | None
    status: int
    duration_ms: float
    ip: str | None
    origin: str | None
    user_agent: str | None
    request_id: str | None
    traceparent: str | None
    error_code: str | None = None
    error: str | None = None
    rejection_reason: str | None = None
    request_body: str | None = None
    response_body: str | None = None
    endpoint_id: int | None = None
    requests: int = 1


COLUMNS = tuple(field.name for field in fields(Entry))


class Sizes(NamedTuple):
    """How many characters of a request an entry keeps."""

    path: int = 20_000
    header: int = 500
    error: int = 20_000


FULL = Sizes()
# anybody can send requests without valid credentials
SMALL = Sizes(path=200, header=100, error=200)


class LoggedRequest(NamedTuple):
    """The HTTP request. ``path`` is the full path, ``query`` comes without its ``?``.

    ``headers`` are case-insensitive.
    """

    method: str
    path: str
    query: str
    ip: str
    headers: Mapping[str, str]


def is_logged(mode: str, status: int) -> bool:
    """Whether an API with this ``log_mode`` logs a response with this status."""
    return mode == "all" or mode == ("errors" if status >= 400 else "success")


def secret_names(path: str, blocked: frozenset[str]) -> frozenset[str]:
    """The names whose values are secret in a request to this path."""
    return blocked | _PASSWORDS if _PASSWORD_PATH in path else blocked


def entry(
    received: LoggedRequest,
    caller: Caller,
    failure: Problem | None,
    blocked: frozenset[str],
    sizes: Sizes = FULL,
    **values: Any,
) -> Entry:
    """The entry of a request.

    :param caller: also one who was rejected, if it is known
    :param blocked: names whose values are redacted, in addition to secret names
    :param values: the other fields; bodies are redacted text
    """
    header = received.headers.get
    return Entry(
        client_id=caller.client_id,
        credential_id=caller.credential_id,
        user_id=caller.user_id,
        method=clean(redact_text(received.method), 20),
        path=clean(_path(received, blocked), sizes.path),
        ip=clean(received.ip, 50) or None,
        origin=_header(header("Origin"), sizes),
        user_agent=_header(header("User-Agent"), sizes),
        traceparent=_trace(header("traceparent")),
        error_code=failure.code if failure else None,
        error=clean(_error(failure, blocked), sizes.error) if failure else None,
        **values,
    )


def model(name: str) -> str | None:
    """The model in a path, which can be anything; None for none."""
    return clean(redact_text(name), MAX_MODEL) or None


def _path(received: LoggedRequest, blocked: frozenset[str]) -> str:
    path = redact_text(received.path, blocked)
    if not received.query:
        return path
    return f"{path}?{redact_query(received.query, blocked)}"


def _header(value: str | None, sizes: Sizes) -> str | None:
    # redacted before it is cut: a part of a secret is hard to tell
    return clean(redact_text(value), sizes.header) if value else None


def _error(failure: Problem, blocked: frozenset[str]) -> str:
    """The detail of the response, its field errors, and which key was rejected."""
    text = redact_text(failure.detail, blocked)
    rejection = getattr(failure, "rejection", None)
    if rejection and rejection.key:
        text = f"{text} Key: {rejection.key}_…"
    errors = [asdict(error) for error in failure.errors]
    return f"{text} {dumps(errors, blocked)}" if errors else text


def _trace(header: str | None) -> str | None:
    """The trace of the caller; None for an invalid one (W3C Trace Context §3.2.2)."""
    trace = negotiation.traceparent(header)
    return str(trace) if trace else None


def body(content: bytes, blocked: frozenset[str]) -> str | None:
    """The redacted text of a body, None for an empty one."""
    return redact_body(content, blocked) if content else None
