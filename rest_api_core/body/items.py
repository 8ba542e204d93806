"""The records that the body of a write is about. No Odoo here.

POST  /<model>       {…} or [{…}, {…}]
PATCH /<model>/1,2   {…}
PATCH /<model>       {"ids": [1, 2], "data": {…}} or [{"id": 1, …}, {"id": 2, …}]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..wire.problem import (
    BodyMalformed,
    BodyProblem,
    FieldError,
    ValueInvalid,
    pointer,
)
from .counting import check_count
from .inputs import record_id
from .relations import Path


@dataclass(frozen=True)
class Item:
    """Values as they came, for the records of ``ids``; without ids for a new one."""

    body: Any
    path: Path = ()
    ids: tuple[int, ...] = ()

    @property
    def pointer(self) -> str:
        return pointer(*self.path)


@dataclass(frozen=True)
class Items:
    """``many`` says that the response is a list, whatever its length."""

    items: tuple[Item, ...]
    many: bool = False

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(each for item in self.items for each in item.ids)


def of_new(body: Any, most: int) -> Items:
    """The records to create, at most so many; raises BodyProblem."""
    if not isinstance(body, list):
        return Items((Item(required(body)),))
    check_length(body, most)
    return Items(tuple(Item(b, (i,)) for i, b in enumerate(body)), many=True)


def of_copies(body: Any, ids: tuple[int, ...]) -> Items:
    """The values that copies of these records get; there may be no body."""
    return Items((Item({} if body is None else body),), many=len(ids) > 1)


def of_known(body: Any, ids: tuple[int, ...], most: int) -> Items:
    """The records to change: those of the path, else those that the body names."""
    required(body)
    if ids:
        check_count(len(ids), most)
        return Items((Item(body, (), ids),), many=len(ids) > 1)
    if isinstance(body, list):
        return _listed(body, most)
    if not isinstance(body, dict) or body.keys() != {"ids", "data"}:
        detail = "must be an object of ids and data, or a list of objects with an id"
        raise ValueInvalid.at_pointer("#", detail)
    check_length(body["ids"], most, "#/ids")
    named = [(each, ("ids", index)) for index, each in enumerate(body["ids"])]
    return Items((Item(body["data"], ("data",), _ids(named)),), many=True)


def of_values(body: Any) -> Items:
    """What has values in a body that names its records wrongly, to find more errors."""
    rows: list[tuple[Any, Path]] = []
    if isinstance(body, list):
        rows = [(each, (index,)) for index, each in enumerate(body)]
    elif isinstance(body, dict):
        rows = [(body.get("data"), ("data",))]
    return Items(tuple(_valued(*row) for row in rows if isinstance(row[0], dict)))


def _valued(row: dict[str, Any], path: Path, ids: tuple[int, ...] = ()) -> Item:
    """The values of a row, without its id."""
    return Item({n: v for n, v in row.items() if n != "id"}, path, ids)


def required(body: Any) -> Any:
    """The body; raises BodyMalformed if there is none."""
    if body is None:
        raise BodyMalformed("The request needs a body.")
    return body


def check_empty(body: Any) -> None:
    """DELETE and the like are told what to do by path and query alone."""
    if body not in (None, {}):
        raise ValueInvalid.at_pointer(
            "#", "must be empty: this operation takes no body"
        )


def _listed(body: list[Any], most: int) -> Items:
    check_length(body, most)
    named: list[tuple[Any, Path]] = []
    field_errors = []
    for index, each in enumerate(body):
        if isinstance(each, dict):
            named.append((each.get("id"), (index, "id")))
        else:
            detail = "must be an object"
            field_errors.append(FieldError(ValueInvalid.code, detail, pointer(index)))
    ids = _ids(named, field_errors)
    items = [
        _valued(each, (index,), (record,))
        for index, (each, record) in enumerate(zip(body, ids, strict=True))
    ]
    return Items(tuple(items), many=True)


def check_length(value: Any, most: int, at: str = "#") -> None:
    """Raise BodyProblem unless it is a list of so many values, and not empty.

    :param at: the pointer of the list
    """
    if not isinstance(value, list) or not value:
        raise ValueInvalid.at_pointer(at, "must be a list that is not empty")
    check_count(len(value), most)


def _ids(
    named: Sequence[tuple[Any, Path]], found: Iterable[FieldError] = ()
) -> tuple[int, ...]:
    """The ids, each of them once; raises BodyProblem for all that are wrong.

    :param found: errors that are raised with those of the ids
    """
    seen: set[int] = set()
    field_errors = list(found)
    for value, path in named:
        try:
            if record_id(value) in seen:
                raise ValueError("is named twice")
            seen.add(value)
        except ValueError as error:
            field_errors.append(
                FieldError(ValueInvalid.code, str(error), pointer(*path))
            )
    if field_errors:
        raise BodyProblem.of(field_errors)
    return tuple(value for value, _path in named)
