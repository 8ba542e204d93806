"""Waking who waits for a queue. No Odoo here.

A wake-up is a hint, and polling the guarantee: one that is lost costs seconds.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any, Protocol

INTERVAL = 0.05  # seconds between two wake-ups of one process


class Notified(Protocol):
    """What tells of work that others have for this process."""

    def fileno(self) -> int: ...

    def heard(self) -> bool:
        """Whether it was about this queue."""

    def close(self) -> None: ...


class Wake:
    """What the loop of an engine waits on; ``set`` is called from threads and signals.

    :param listen: begins to listen for notifications, and again where that has failed
    :param errors: exceptions of a connection that has failed
    """

    def __init__(
        self,
        listen: Callable[[], Notified] | None = None,
        errors: tuple[type[Exception], ...] = (OSError,),
    ) -> None:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)
        # threads that were left behind may still set it: it ends with the last of them
        self._end = weakref.finalize(self, _close, self._reader, self._writer)
        self._listen, self._errors = listen, errors
        self._heard: Notified | None = None

    def set(self) -> None:
        with contextlib.suppress(BlockingIOError):  # it is full of wake-ups
            os.write(self._writer, b".")

    def wait(self, seconds: float) -> bool:
        """Whether there was a wake-up before so many seconds were over."""
        connection = self._connected()
        sources: list[Any] = [self._reader, *([connection] if connection else [])]
        ready, _out, _failed = select.select(sources, [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            os.read(self._reader, 4096)
        told = self._reader in ready
        if connection is not None and connection in ready:
            told = self._is_for_us(connection) or told
        return told

    def _connected(self) -> Notified | None:
        if self._heard is None and self._listen is not None:
            with contextlib.suppress(*self._errors):
                self._heard = self._listen()
        return self._heard

    def _is_for_us(self, connection: Notified) -> bool:
        try:
            return connection.heard()
        except self._errors:
            self._heard = None
            connection.close()
            return True

    def close(self) -> None:
        """End it before it is collected; it may not be used any more."""
        self._end()
        if self._heard is not None:
            self._heard.close()


def _close(*descriptors: int) -> None:
    for each in descriptors:
        os.close(each)


class Debounce:
    """Lets one of several wake-ups through that follow each other at once.

    A host goes on for longer than this after the queue is empty, so it finds what the
    others were about.
    """

    def __init__(
        self,
        interval: float = INTERVAL,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._interval, self._clock = interval, clock
        self._lock = threading.Lock()
        self._next = 0.0

    def allows(self) -> bool:
        now = self._clock()
        with self._lock:
            if now < self._next:
                return False
            self._next = now + self._interval
            return True
