"""The body of a batch, with all errors of its form at once. No Odoo here.

    {"mode": "atomic", "operations": [{"op": "create", "model": …, "data": {…}}, …]}

What the operations mean is in ``batch.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..wire.problem import BodyProblem, FieldError, ValueInvalid, ValueRequired, pointer
from .batch import NO_IDS, Batch, Step
from .counting import check_count
from .relations import Path

MODES = ("atomic", "partial")
_RECORDS = ("id", "ids")
# the members of each operation, besides those of all
_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "create": ("data",),
    "update": (*_RECORDS, "data"),
    "delete": _RECORDS,
    "archive": _RECORDS,
    "restore": _RECORDS,
    "upsert": ("key", "data"),
    "call": (*_RECORDS, "method", "data"),
}
_COMMON = ("op", "model", "as", "query", "if_match", "if_none_match")
_TEXTS = ("as", "if_match", "if_none_match", "method")
_REQUIRED = {"create": ("data",), "update": ("data",), "upsert": ("key", "data")}


def parse(body: Any, model: str, most: int) -> Batch:
    """The batch of a body.

    :param model: what the path names, that of all operations; empty for none
    :param most: how many operations there may be
    Raises BodyTooLarge, and BodyProblem with all errors.
    """
    if not isinstance(body, dict) or not isinstance(body.get("operations"), list):
        raise ValueInvalid.at_pointer("#", "must be an object with 'operations'")
    check_count(len(body["operations"]), most)
    errors = list(_errors_of_batch(body))
    seen: set[str] = set()
    for index, each in enumerate(body["operations"]):
        path: Path = ("operations", index)
        errors += _errors(each, model, seen, path)
    if errors:
        raise BodyProblem.of(errors)
    steps = [_step(i, each, model) for i, each in enumerate(body["operations"])]
    return Batch(tuple(steps), body.get("mode") == "partial")


def models(body: Any) -> set[str]:
    """The models that the operations of a body name, whatever else it is."""
    listed = body.get("operations") if isinstance(body, dict) else None
    steps = listed if isinstance(listed, list) else []
    named = (step.get("model") for step in steps if isinstance(step, dict))
    return {model for model in named if isinstance(model, str)}


def _errors_of_batch(body: Mapping[str, Any]) -> Iterator[FieldError]:
    if not body["operations"]:
        yield _invalid(("operations",), "must not be empty")
    if body.get("mode", "atomic") not in MODES:
        yield _invalid(("mode",), f"must be one of {', '.join(MODES)}")
    for name in body.keys() - {"mode", "operations"}:
        yield _invalid((name,), "is not one of mode, operations")


def _errors(step: Any, model: str, seen: set[str], path: Path) -> Iterator[FieldError]:
    """What is wrong with an operation, whatever its values.

    :param seen: the names of those before
    """
    op = step.get("op") if isinstance(step, dict) else None
    if not isinstance(op, str) or op not in _MEMBERS:
        detail = f"must be an object whose op is one of {', '.join(_MEMBERS)}"
        yield _invalid(path, detail)
        return
    for name in step.keys() - {*_COMMON, *_MEMBERS[op]}:
        listed = ", ".join((*_COMMON, *_MEMBERS[op]))
        yield _invalid((*path, name), f"is not one of {listed}")
    for name in _required(op, step):
        yield FieldError(ValueRequired.code, "is required", pointer(*path, name))
    yield from _wrong_texts(step, path)
    yield from _wrong_model(step.get("model", model), model, path)
    if _RECORDS[0] in step and _RECORDS[1] in step:
        yield _invalid((*path, "ids"), "cannot be used together with id")
    if not isinstance(step.get("query", {}), dict):
        yield _invalid((*path, "query"), "must be an object")
    name = step.get("as")
    if isinstance(name, str) and name in seen:
        yield _invalid((*path, "as"), "is the name of another operation")
    elif isinstance(name, str):
        seen.add(name)


def _required(op: str, step: Mapping[str, Any]) -> Iterator[str]:
    yield from (name for name in _REQUIRED.get(op, ()) if name not in step)
    needs_ids = op not in ("create", "upsert", "call")
    if needs_ids and step.keys().isdisjoint(_RECORDS):
        yield "id"
    if op == "call" and "method" not in step:
        yield "method"


def _wrong_texts(step: Mapping[str, Any], path: Path) -> Iterator[FieldError]:
    for name in _TEXTS:
        value = step.get(name, "text")
        if not isinstance(value, str) or not value or (name == "as" and "." in value):
            without = " without dots" if name == "as" else ""
            yield _invalid((*path, name), f"must be a text{without}")


def _wrong_model(value: Any, model: str, path: Path) -> Iterator[FieldError]:
    if not isinstance(value, str) or not value:
        yield FieldError(ValueRequired.code, "is required", pointer(*path, "model"))
    elif model and value != model:
        yield _invalid((*path, "model"), f"must be {model}, as in the path")


def _step(index: int, step: Mapping[str, Any], model: str) -> Step:
    op = step["op"]
    body = step.get("data")
    if op == "upsert":
        body = {"key": step["key"], "data": body}
    return Step(
        index,
        op,
        step.get("model", model),
        step.get("as", ""),
        step.get("method", ""),
        step.get("ids", step.get("id", NO_IDS)),
        "ids" in step,
        body,
        step.get("query", {}),
        step.get("if_match"),
        step.get("if_none_match"),
    )


def _invalid(path: Path, detail: str) -> FieldError:
    return FieldError(ValueInvalid.code, detail, pointer(*path))
