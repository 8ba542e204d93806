"""Plain conditions on the lists of administrators. No Odoo here.

?client=3&state=valid&limit=20 · ?status=4xx&since=2026-01-31T12:00:00Z

Each parameter is a condition, and all of them must hold. An operation has these
parameters where its row has one of ``LISTS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..wire import times
from ..wire.problem import ParameterInvalid
from . import query
from .expansion import Limits
from .field_types import MAX_ID
from .query import Query

Criteria = Mapping[str, Any]

PAGE = query.LOCALE | {"limit", "offset", "page"}
CLIENTS = PAGE | {"active", "name", "user"}
KEYS = PAGE | {"client", "state", "type"}
TOKENS = PAGE | {"client", "state", "type", "user"}
LOGS = PAGE | {
    *("client", "error_code", "ip", "key", "method", "model", "path", "request_id"),
    *("route", "since", "status", "until", "user"),
}
LISTS = (CLIENTS, KEYS, TOKENS, LOGS)
STATES = ("valid", "expired", "revoked")
MAX_TEXT = 500  # characters


def parse(
    pairs: Sequence[tuple[str, str]], limits: Limits, parameters: frozenset[str]
) -> tuple[Query, Criteria]:
    """The page, and the conditions by their names. Raises QueryProblem."""
    sent = query.collect(pairs, parameters)
    own = parameters - PAGE
    texts = {name: sent.parameters.pop(name) for name in own & sent.parameters.keys()}
    values = {name: _read(name, each.value) for name, each in texts.items()}
    return query.read(sent, limits), values


def _read(name: str, text: str) -> Any:
    try:
        return _READERS.get(name, _text)(text)
    except ValueError as error:
        raise ParameterInvalid.at_parameter(name, str(error)) from error


def _text(text: str) -> str:
    if not text or len(text) > MAX_TEXT or "\0" in text:
        raise ValueError(f"must be text of 1 to {MAX_TEXT} characters")
    return text


def _id(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) < 20
    if not is_number or not 1 <= int(text) <= MAX_ID:
        raise ValueError("must be an id")
    return int(text)


def _flag(text: str) -> bool:
    flags = {"true": True, "1": True, "false": False, "0": False}
    if text not in flags:
        raise ValueError("must be true or false")
    return flags[text]


def _state(text: str) -> str:
    if text not in STATES:
        raise ValueError(f"must be one of {', '.join(STATES)}")
    return text


def _statuses(text: str) -> tuple[int, int]:
    """``404`` or ``4xx`` → the least status and the one above the last."""
    if len(text) == 3 and text[0] in "12345":
        if text[1:] == "xx":
            return int(text[0]) * 100, int(text[0]) * 100 + 100
        if text.isascii() and text.isdecimal():
            return int(text), int(text) + 1
    raise ValueError("must be a status such as 404, or 4xx")


_READERS: dict[str, Callable[[str], Any]] = {
    "active": _flag,
    "client": _id,
    "key": _id,
    "since": times.parse_time,
    "state": _state,
    "status": _statuses,
    "until": times.parse_time,
    "user": _id,
}
