"""The records that the body of a write is about. No Odoo here.

POST  /<model>       {…} or [{…}, {…}]
PATCH /<model>/1,2   {…}
PATCH /<model>       {"ids": [1, 2], "data": {…}} or [{"id": 1, …}, {"id": 2, …}]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..wire.problem import (
    BodyMalformed,
    BodyTooLarge,
    FieldError,
    ValueInvalid,
    pointer,
)
from .inputs import record_id
from .relations import Place


@dataclass(frozen=True)
class Item:
    """Values as they came, for the records of ``ids``; without ids for a new one."""

    body: Any
    place: Place = ()
    ids: tuple[int, ...] = ()

    @property
    def pointer(self) -> str:
        return pointer(*self.place)


@dataclass(frozen=True)
class Items:
    """``many`` says that the answer is a list, whatever its length."""

    items: tuple[Item, ...]
    many: bool = False

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(number for item in self.items for number in item.ids)


def of_new(body: Any, most: int) -> Items:
    """The records to create, at most so many; raises BodyProblem."""
    if not isinstance(body, list):
        return Items((Item(given(body)),))
    _check_length(body, most)
    return Items(tuple(Item(b, (i,)) for i, b in enumerate(body)), many=True)


def of_known(body: Any, ids: tuple[int, ...], most: int) -> Items:
    """The records to change: those of the path, else those that the body names."""
    given(body)
    if ids:
        check_number(len(ids), most)
        return Items((Item(body, (), ids),), many=len(ids) > 1)
    if isinstance(body, list):
        return _listed(body, most)
    if not isinstance(body, dict) or body.keys() != {"ids", "data"}:
        detail = "must be an object of ids and data, or a list of objects with an id"
        raise ValueInvalid.at_pointer("#", detail)
    _check_length(body["ids"], most, "#/ids")
    named = [(number, ("ids", index)) for index, number in enumerate(body["ids"])]
    return Items((Item(body["data"], ("data",), _ids(named)),), many=True)


def given(body: Any) -> Any:
    """The body, if there is one."""
    if body is None:
        raise BodyMalformed("The request needs a body.")
    return body


def check_empty(body: Any) -> None:
    """DELETE and the like take their wishes from the path and the query alone."""
    if body not in (None, {}):
        raise ValueInvalid.at_pointer("#", "is not looked at here: must be empty")


def check_number(number: int, most: int) -> None:
    if number > most:
        raise BodyTooLarge(f"A request is about at most {most} records.")


def _listed(body: list[Any], most: int) -> Items:
    _check_length(body, most)
    named = []
    for index, each in enumerate(body):
        if not isinstance(each, dict):
            raise ValueInvalid.at_pointer(pointer(index), "must be an object")
        named.append((each.get("id"), (index, "id")))
    items = [
        Item({n: v for n, v in each.items() if n != "id"}, (index,), (number,))
        for index, (each, number) in enumerate(zip(body, _ids(named), strict=True))
    ]
    return Items(tuple(items), many=True)


def _check_length(value: Any, most: int, place: str = "#") -> None:
    if not isinstance(value, list) or not value:
        raise ValueInvalid.at_pointer(place, "must be a list that is not empty")
    check_number(len(value), most)


def _ids(named: Sequence[tuple[Any, Place]]) -> tuple[int, ...]:
    """The ids, each of them once; raises ValueInvalid for all that are wrong."""
    seen: set[int] = set()
    field_errors = []
    for number, place in named:
        try:
            if record_id(number) in seen:
                raise ValueError("is named twice")
            seen.add(number)
        except ValueError as error:
            field_errors.append(
                FieldError(ValueInvalid.code, str(error), pointer(*place))
            )
    if field_errors:
        detail = f"{field_errors[0].pointer}: {field_errors[0].detail}"
        raise ValueInvalid(detail, errors=field_errors)
    return tuple(number for number, _place in named)
