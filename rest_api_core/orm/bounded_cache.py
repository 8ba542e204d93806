"""A place to keep values under keys that come from outside. No Odoo here."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

ABSENT = object()  # None may be a value


class BoundedCache:
    """Keeps up to ``most`` values; with one more it begins anew.

    Threads may share it: who has got a value keeps it, whatever others do.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[Hashable, Any] = {}

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """The value of ``key``, made by ``make()`` where it is not kept."""
        value = self._values.get(key, ABSENT)
        return self._keep(key, make()) if value is ABSENT else value

    def _keep(self, key: Hashable, value: Any) -> Any:
        if len(self._values) >= self._most:
            self._values.clear()
        self._values[key] = value
        return value
