"""Rate limits around their store: what each worker does by itself. No Odoo here.

``Rejecting`` spares the store requests above the limit. ``Fallback`` counts in the
worker while the store is unavailable.

A limit that is too generous for a while does less harm than an API that rejects every
request. So this fails open, to the same limit in each worker.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from .rate import SECOND, Decision, Limit, MemoryStore

PAUSE = 5.0  # seconds without the store after a failure: each try takes a timeout
QUIET = 60.0  # seconds between two warnings

_logger = logging.getLogger(__name__)


class Backend(Protocol):
    """Counts requests."""

    def spend(
        self, key: str, limit: Limit, now: int | None = None
    ) -> tuple[Decision, int]:
        """Count one request: the decision and its time (microseconds since 1970).

        :param now: that time; None for the clock of the backend
        """


class MemoryBackend:
    """Counts for one process, by the clock of this machine."""

    def __init__(self, size: int = 100_000) -> None:
        self._store = MemoryStore(size)

    def spend(
        self, key: str, limit: Limit, now: int | None = None
    ) -> tuple[Decision, int]:
        if now is None:
            now = time.time_ns() // 1000
        return self._store.spend(key, limit, now), now


class Rejecting:
    """``backend``, which is not asked again for callers that must wait anyway.

    Whoever sends many requests above a limit costs no statement for each of them.
    """

    def __init__(
        self,
        backend: Backend,
        size: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._backend, self._size, self._clock = backend, size, clock
        self._rejected: OrderedDict[str, tuple[float, Decision, int]] = OrderedDict()
        self._lock = threading.Lock()

    def spend(
        self, key: str, limit: Limit, now: int | None = None
    ) -> tuple[Decision, int]:
        with self._lock:
            kept = self._rejected.get(key)
        if kept and self._clock() < kept[0]:
            return kept[1:]
        decision, seen = self._backend.spend(key, limit, now)
        self._note(key, decision, seen)
        return decision, seen

    def _note(self, key: str, decision: Decision, seen: int) -> None:
        until = self._clock() + decision.retry_after / SECOND
        with self._lock:
            self._rejected.pop(key, None)
            if decision.allowed:
                return
            self._rejected[key] = (until, decision, seen)
            if len(self._rejected) > self._size:
                self._rejected.popitem(last=False)


class Fallback:
    """``backend``, or ``memory`` while the backend raises one of ``errors``."""

    def __init__(
        self,
        backend: Backend,
        memory: Backend,
        errors: tuple[type[Exception], ...],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._backend, self._memory, self._errors = backend, memory, errors
        self._clock = clock
        self._retry_at = self._warn_at = float("-inf")
        self._lock = threading.Lock()

    def spend(
        self, key: str, limit: Limit, now: int | None = None
    ) -> tuple[Decision, int]:
        if self._clock() >= self._retry_at:
            try:
                return self._backend.spend(key, limit, now)
            except self._errors as error:
                self._failed(error)
        return self._memory.spend(key, limit, now)

    def _failed(self, error: Exception) -> None:
        with self._lock:
            time_now = self._clock()
            self._retry_at = time_now + PAUSE
            is_quiet, name = time_now < self._warn_at, type(self._backend).__name__
            if not is_quiet:
                self._warn_at = time_now + QUIET
        if not is_quiet:
            _logger.warning(
                "Rate limits: %s fails (%s: %s). Each worker counts separately.",
                name,
                type(error).__name__,
                str(error).strip().partition("\n")[0],
            )
