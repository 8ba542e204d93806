"""Results as the JSON of v1. No Odoo here."""

from __future__ import annotations

from typing import Any

from .problem import Problem, brief
from .result import Part, Result

_STATUSES = {"created": 201, "empty": 204}


def envelope(result: Result) -> dict[str, Any]:
    """``{"data": …}``, of a list with ``meta``."""
    if result.meta is None:
        return {"data": result.data}
    return {"data": result.data, "meta": dict(result.meta)}


def of_batch(parts: tuple[Part, ...]) -> dict[str, Any]:
    """An entry for each operation, in their order, and how many there are."""
    failed = sum(isinstance(part.outcome, Problem) for part in parts)
    meta = {"count": len(parts), "failed": failed}
    return {"data": [_entry(part) for part in parts], "meta": meta}


def _entry(part: Part) -> dict[str, Any]:
    """The status that the operation alone would have, its name, and what is shown."""
    outcome = part.outcome
    members: dict[str, Any] = {"op": part.operation, "model": part.model}
    if part.name:
        members["as"] = part.name
    if isinstance(outcome, Problem):
        return {"status": outcome.status, **members, "error": brief(outcome)}
    if outcome.many or len(outcome.ids) > 1:
        members["ids"] = list(outcome.ids)
    elif outcome.ids:
        members["id"] = outcome.ids[0]
    members = {"status": _STATUSES.get(outcome.outcome, 200), **members}
    is_of_records = outcome.level or outcome.outcome == "created"
    if outcome.outcome == "empty" or (outcome.data is None and is_of_records):
        return members
    return {**members, **envelope(outcome)}
