"""The value that a method returns, as JSON. No Odoo here.

dates, times           as in responses (``values.py``)
bytes                  base64
sets, tuples, lists    lists
records                what ``ids_of`` makes of them
anything else          null: nothing inside of objects is shown
values by field        null where the field is masked for the caller, also in a
                       condition of a domain; and the name beside an id, as in the
                       value of a many2one, where names of records are masked
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Any

from ..body.values import write

MAX_DEPTH = 32
MAX_NODES = 500_000
IdsOf = Callable[[Any], "list[int] | None"]


class TooMuch(Exception):
    """The result is larger than a response should be."""


class Results:
    """Turns one result into JSON; ``ids_of`` gives the ids of records, else None.

    :param masked: names of fields: methods return values of records as ``read`` does
    :param unnamed: whether names beside ids are null
    """

    def __init__(
        self, ids_of: IdsOf, masked: Collection[str] = (), unnamed: bool = False
    ) -> None:
        self._ids_of, self._masked, self._unnamed = ids_of, masked, unnamed
        self._nodes = 0

    def plain(self, value: Any, depth: int = 0) -> Any:
        """The value in JSON; raises TooMuch."""
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise TooMuch
        if value is None or isinstance(value, (bool, int)):
            return value
        if isinstance(value, (str, float, bytes, date)):
            return _scalar(value)
        # not Mapping and Set: Odoo's environments and records are these, too
        if isinstance(value, dict):
            return {
                str(name): self.plain(self._shown(name, each), depth + 1)
                for name, each in value.items()
                if isinstance(name, (str, int))
            }
        if isinstance(value, (list, tuple, set, frozenset)):
            if isinstance(value, (list, tuple)):
                value = self._without_masked(value)
            return [self.plain(each, depth + 1) for each in value]
        return self._ids_of(value)

    def _shown(self, name: str | int, value: Any) -> Any:
        return None if name in self._masked else value

    def _without_masked(self, value: Sequence[Any]) -> Sequence[Any]:
        """``(id, name)`` and ``(field, operator, value)`` without what is masked."""
        kinds = tuple(map(type, value)) if len(value) == 2 else ()
        if self._unnamed and kinds == (int, str):
            return (value[0], None)
        is_condition = len(value) == 3 and isinstance(value[0], str)
        if is_condition and value[0].partition(".")[0] in self._masked:
            return (*value[:2], None)
        return value


def _scalar(value: str | float | bytes | date) -> str | float | None:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, date):
        text: str = write(value, "datetime" if isinstance(value, datetime) else "date")
        return text
    return str(value)
