"""JSON from the wire: RFC 8259 to the letter, and not too deep. No Odoo here."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

MAX_DEPTH = 32  # nested objects and lists


def loads(text: str | bytes, max_depth: int = MAX_DEPTH) -> Any:
    """The value; ValueError for what is no JSON, NaN, infinite, a key twice, too deep.

    The size of ``text`` is the caller's to limit.
    """
    try:
        value = json.loads(
            # Python would guess the encoding, others would read something else
            text if isinstance(text, str) else text.decode("utf-8-sig"),
            parse_constant=_refuse_constant,
            parse_float=_float,
            object_pairs_hook=_object,
        )
    except RecursionError:
        raise ValueError(f"is nested deeper than {max_depth} levels") from None
    except ValueError as error:
        raise ValueError(f"is not JSON: {error}") from None
    check_depth(value, max_depth)
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _float(digits: str) -> float:
    """Python reads ``1e400`` as infinity, which JSON cannot say back."""
    if math.isinf(value := float(digits)):
        raise ValueError("a number is too large")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """RFC 8259 §4 leaves it open which of two equal keys counts: so neither."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a key comes more than once in an object")
    return members


def check_depth(value: Any, max_depth: int = MAX_DEPTH) -> None:
    """ValueError for more nested lists and objects than that; level by level."""
    nodes, level = [value], 0
    while nodes := [node for node in nodes if isinstance(node, dict | list)]:
        level += 1
        if level > max_depth:
            raise ValueError(f"is nested deeper than {max_depth} levels")
        nodes = [child for node in nodes for child in _children(node)]


def _children(node: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return node.values() if isinstance(node, dict) else node
