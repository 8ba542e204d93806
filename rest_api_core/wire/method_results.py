"""The value that a method returns, as JSON. No Odoo here.

dates, times           as in responses (``values.py``)
bytes                  base64
sets, tuples, lists    lists
records                what ``ids_of`` makes of them
anything else          null: nothing inside of objects is shown
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from ..body.values import write

MAX_DEPTH = 32
MAX_NODES = 500_000
IdsOf = Callable[[Any], "list[int] | None"]


class TooMuch(Exception):
    """The result is larger than a response should be."""


class Results:
    """Turns one result into JSON; ``ids_of`` gives the ids of records, else None."""

    def __init__(self, ids_of: IdsOf) -> None:
        self._ids_of = ids_of
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
                str(name): self.plain(each, depth + 1)
                for name, each in value.items()
                if isinstance(name, (str, int))
            }
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self.plain(each, depth + 1) for each in value]
        return self._ids_of(value)


def _scalar(value: str | float | bytes | date) -> str | float | None:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, date):
        text: str = write(value, "datetime" if isinstance(value, datetime) else "date")
        return text
    return str(value)
