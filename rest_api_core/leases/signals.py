"""What a worker is told of its row while it works. No Odoo here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class LeaseLost(Exception):
    """Another worker has the row by now, or it was cancelled: nothing may be kept."""


class Stopped(Exception):
    """The host ends: the row is given back."""


class Signals:
    """Set by the engine, looked at by the work."""

    def __init__(self) -> None:
        self._told = threading.Event()
        self._error: Exception | None = None
        self._lock = threading.Lock()
        self._interrupt: Callable[[], None] | None = None

    def lose(self) -> None:
        """The lease is lost."""
        self._tell(LeaseLost())

    def stop(self) -> None:
        """The host ends."""
        self._tell(Stopped())

    def _tell(self, error: Exception) -> None:
        with self._lock:
            self._error = self._error or error
            self._told.set()
            if self._interrupt is not None:
                self._interrupt()

    @property
    def told(self) -> Exception | None:
        """LeaseLost or Stopped; None as long as nothing was told."""
        return self._error

    def check(self) -> None:
        """Raise what was told."""
        if self._error is not None:
            raise self._error

    def wait(self, seconds: float) -> None:
        """Wait, and raise as soon as there is a reason."""
        self._told.wait(seconds)
        self.check()

    @contextmanager
    def interrupting(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """Herein ``interrupt``, called from another thread, ends what the work waits
        for, such as a statement."""
        with self._lock:
            self._interrupt = interrupt
        try:
            self.check()
            yield
        finally:
            with self._lock:
                self._interrupt = None
