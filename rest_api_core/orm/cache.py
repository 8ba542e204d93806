"""What a worker keeps between requests, by key. No Odoo here.

    cache.get(key, make)    the value of the key; ``make()`` where it is not kept

``get`` is also the one method of ``endpoint_route_handler``'s ``Epoch``, which holds
these caches: they are forgotten with it, and in no other way.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

_ABSENT = object()  # None may be a value


class Cache:
    """Values by key. Threads may share it: two may make a value, and both are right.

    :param limit: how many values there are at most; one more, and the cache begins
        anew. For keys that come from outside; None for keys that are few by themselves
    """

    def __init__(self, limit: int | None = None) -> None:
        self._limit = limit
        self._values: dict[Hashable, Any] = {}

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        value = self._values.get(key, _ABSENT)
        return self._add(key, make()) if value is _ABSENT else value

    def _add(self, key: Hashable, value: Any) -> Any:
        if self._limit is not None and len(self._values) >= self._limit:
            self._values.clear()
        self._values[key] = value
        return value
