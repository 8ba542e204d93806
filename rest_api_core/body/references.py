"""References of a batch to what its operations before gave. No Odoo here.

    {"op": "create", "model": "res.partner", "data": {…}, "as": "buyer"}
    {"op": "create", "model": "sale.order", "data": {"partner_id": {"$ref": "buyer"}}}

A name alone is the id of the record, or the list of ids of several. Behind the name,
words and positions lead into what the response shows of it: ``order.order_line.0``,
``buyer.country_id.id``. A reference may stand wherever a value may.

A few bytes can stand for a long text or list, many times over. Together the values may
be as large as a body without references.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..query.volume import size_of
from ..wire.problem import BodyTooLarge, FieldError, LookupFailed, pointer
from ..wire.result import Result
from .relations import Path

REFERENCE = "$ref"


class View(NamedTuple):
    """What can be referred to.

    :param alone: for the name alone; :param data: for what follows the name
    """

    alone: Any
    data: Any


class Views(dict[str, View]):
    """Those of the operations so far, by name.

    :param most: bytes that all references together may stand for
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most, self._spent = most, 0

    def value(self, reference: str) -> Any:
        """What a reference stands for. Raises BodyTooLarge; LookupError, ValueError or
        TypeError if it leads nowhere."""
        name, *rest = reference.split(".")
        found = self[name].data if rest else self[name].alone
        for segment in rest:
            found = found[int(segment)] if isinstance(found, list) else found[segment]
        self._spent += size_of(found)
        if self._spent > self._most:
            raise BodyTooLarge("The references stand for too much.")
        return found


def view(result: Result, of_method: bool = False) -> View:
    """That of the result of an operation; ids are there even if nothing is shown.

    :param of_method: whether the data is what a method returned, not of records
    """
    data = result.data
    if not result.ids or (of_method and data is not None):
        return View(data, data)
    if result.many:
        shown = data or [{"id": each} for each in result.ids]
        return View(list(result.ids), shown)
    return View(result.ids[0], {"id": result.ids[0], **(data or {})})


def is_reference(value: Any) -> bool:
    """Whether the value as a whole is what an operation before gave."""
    return isinstance(value, dict) and _reference(value) is not None


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


def resolved(value: Any, views: Views, path: Path, errors: list[FieldError]) -> Any:
    """The value with what its references stand for; raises BodyTooLarge.

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
        return views.value(reference)
    except (LookupError, ValueError, TypeError):
        detail = _missing(reference, views)
        errors.append(FieldError(LookupFailed.code, detail, pointer(*path)))
        return None


def _missing(reference: str, views: Views) -> str:
    """What is wrong with a reference that cannot be found."""
    name, shown = reference.partition(".")[0], f"'{reference[:100]}'"
    if name in views:
        return f"{shown} is not in the response of '{name[:100]}'"
    return f"{shown}: no earlier operation that succeeded has this name in 'as'"


def _reference(value: dict[str, Any]) -> str | None:
    """The text of a reference, None for other objects."""
    text = value.get(REFERENCE) if len(value) == 1 else None
    return text if isinstance(text, str) else None
