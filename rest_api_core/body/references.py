"""References of a batch to what its operations before gave. No Odoo here.

    {"op": "create", "model": "res.partner", "data": {…}, "as": "buyer"}
    {"op": "create", "model": "sale.order", "data": {"partner_id": {"$ref": "buyer"}}}

A name alone is the id of the record, or the list of ids of several. Behind the name,
words and positions lead into what the response shows of it: ``order.order_line.0``,
``buyer.country_id.id``. A reference may stand wherever a value may.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..wire.problem import FieldError, LookupFailed, pointer
from ..wire.result import Result
from .relations import Path

REFERENCE = "$ref"


class View(NamedTuple):
    """What can be referred to.

    :param alone: for the name alone; :param data: for what follows the name
    """

    alone: Any
    data: Any


def view(result: Result) -> View:
    """That of the result of an operation; ids are there even if nothing is shown."""
    if not result.ids:
        return View(result.data, result.data)
    data = result.data
    if result.many:
        shown = data or [{"id": each} for each in result.ids]
        return View(list(result.ids), shown)
    if result.level is None and data is not None:
        return View(data, data)  # what a method returned
    return View(result.ids[0], {"id": result.ids[0], **(data or {})})


def names(value: Any) -> Iterator[str]:
    """The names of the operations that a value refers to."""
    if isinstance(value, dict):
        if (reference := _reference(value)) is not None:
            yield reference.partition(".")[0]
        else:
            for each in value.values():
                yield from names(each)
    elif isinstance(value, list):
        for each in value:
            yield from names(each)


def resolved(
    value: Any, views: Mapping[str, View], path: Path, errors: list[FieldError]
) -> Any:
    """The value with what its references stand for.

    :param path: leads to the value; what cannot be found is added to ``errors``
    """
    if isinstance(value, list):
        return [resolved(v, views, (*path, i), errors) for i, v in enumerate(value)]
    if not isinstance(value, dict):
        return value
    reference = _reference(value)
    if reference is None:
        return {n: resolved(v, views, (*path, n), errors) for n, v in value.items()}
    try:
        return _found(reference, views)
    except (LookupError, ValueError, TypeError):
        detail = f"'{reference[:100]}' refers to nothing that an operation before shows"
        errors.append(FieldError(LookupFailed.code, detail, pointer(*path)))
        return None


def _reference(value: dict[str, Any]) -> str | None:
    """The text of a reference, None for other objects."""
    text = value.get(REFERENCE) if len(value) == 1 else None
    return text if isinstance(text, str) else None


def _found(reference: str, views: Mapping[str, View]) -> Any:
    name, *rest = reference.split(".")
    if not rest:
        return views[name].alone
    found = views[name].data
    for segment in rest:
        found = found[int(segment)] if isinstance(found, list) else found[segment]
    return found
