"""What a worker keeps between requests, by key. No Odoo here.

    cache.get(key, make)    the value of the key; ``make()`` where it is not kept

``get`` is also the one method of ``endpoint_route_handler``'s ``Epoch``, which holds
these caches: they are forgotten with it, and in no other way.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable
from typing import Any

_ABSENT = object()  # None may be a value
_NUMBERS = itertools.count()


def _one(_value: Any) -> int:
    return 1


class Cache:
    """Values by key. Threads may share it: two may make a value, and both are right.

    A limited cache has two generations of values. When the younger one has half of the
    limit, it becomes the older one, and what nobody has asked for since then is dropped
    with the next: a caller with ever new keys does not displace what others use.

    :param limit: the weight of all values at most, from 2 on. For keys that come from
        outside; None for keys that are few by themselves
    """

    def __init__(self, limit: int | None = None) -> None:
        self._half = None if limit is None else limit // 2
        self._young: dict[Hashable, Any] = {}
        self._old: dict[Hashable, Any] = {}
        self._weight = 0  # of the younger generation
        self.number = next(_NUMBERS)  # in keys, stands for this cache

    def __len__(self) -> int:
        return len(self._young.keys() | self._old.keys())

    def get(
        self,
        key: Hashable,
        make: Callable[[], Any],
        weigh: Callable[[Any], int] = _one,
    ) -> Any:
        """:param weigh: gives the weight of the value, compared with the limit"""
        value = self._young.get(key, _ABSENT)
        if value is _ABSENT:
            value = self._old.get(key, _ABSENT)
            value = make() if value is _ABSENT else value
            self._add(key, value, weigh)
        return value

    def _add(self, key: Hashable, value: Any, weigh: Callable[[Any], int]) -> None:
        if self._half is None:
            self._young[key] = value
            return
        weight = weigh(value)
        if weight > self._half:
            return
        if self._weight + weight > self._half:
            self._old, self._young, self._weight = self._young, {}, 0
        self._weight += weight
        self._young[key] = value
