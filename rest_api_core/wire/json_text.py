"""Strict JSON of requests: RFC 8259, with a limit for nesting. No Odoo here."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

MAX_DEPTH = 32  # nested objects and lists
_TOO_LARGE = "a number is too large"


class _Refused(ValueError):
    """What Python would accept."""


def loads(text: str | bytes, max_depth: int = MAX_DEPTH) -> Any:
    """The value of a JSON text.

    Raises ValueError for text that is not JSON, NaN, infinite numbers, a repeated key
    or too many levels. The caller limits the size of ``text``.
    """
    try:
        value = json.loads(
            # Python would guess the encoding of bytes and accept UTF-16
            text if isinstance(text, str) else text.decode("utf-8-sig"),
            parse_constant=_reject_constant,
            parse_float=_float,
            object_pairs_hook=_object,
        )
    except RecursionError:
        raise ValueError(f"is nested deeper than {max_depth} levels") from None
    except ValueError as error:
        raise ValueError(f"is not JSON: {_reason(error)}") from None
    check_depth(value, max_depth)
    return value


def _reason(error: ValueError) -> str:
    """The error, without words about Python."""
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} is not UTF-8"
    if isinstance(error, json.JSONDecodeError):
        return _syntax(error)
    if isinstance(error, _Refused):
        return str(error)
    return _TOO_LARGE  # an integer of more than 4,300 digits


def _syntax(error: json.JSONDecodeError) -> str:
    if not error.doc.strip():
        return "it is empty"
    where = f"line {error.lineno}, column {error.colno}"
    if error.msg.startswith("Unterminated"):
        return f"the text that begins at {where} is not closed"
    if error.pos >= len(error.doc):
        return f"it ends too early, at {where}"
    return f"unexpected {error.doc[error.pos]!r} at {where}"


def _reject_constant(name: str) -> None:
    raise _Refused(f"{name} is not a number of JSON")


def _float(digits: str) -> float:
    """Python parses ``1e400`` as infinity, which JSON cannot express."""
    if math.isinf(value := float(digits)):
        raise _Refused(_TOO_LARGE)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """RFC 8259 §4 leaves open which of two equal keys is used: this is an error."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _Refused("an object has a key more than once")
    return members


def check_depth(value: Any, max_depth: int = MAX_DEPTH) -> None:
    """Raise ValueError for more levels of lists and objects than ``max_depth``."""
    nodes, level = [value], 0
    while nodes := [node for node in nodes if isinstance(node, dict | list)]:
        level += 1
        if level > max_depth:
            raise ValueError(f"is nested deeper than {max_depth} levels")
        nodes = [child for node in nodes for child in _children(node)]


def _children(node: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return node.values() if isinstance(node, dict) else node
