"""A queue of work that requests leave to a thread of their process. No Odoo here.

``put`` never waits and never fails: above ``size`` items, new ones are dropped and
counted. One thread, started by the first item, passes the items of each lane to
``write`` in batches. A lane that fails is retried with growing pauses, while the others
continue, and loses its items after the last retry.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

BATCH = 500  # items in one call of ``write``
LINGER = 0.25  # seconds to wait for more items, which then need only one write
PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)  # seconds between tries
LAST_SECONDS = 5.0  # for the items that are left when the process ends

_logger = logging.getLogger(__name__)

Write = Callable[[Any, list[Any]], None]


class GiveUp(Exception):
    """Raised by ``write`` when no retry can succeed; it is logged as information."""


@dataclass
class _Lane:
    delay: float
    due: float
    items: list[Any] = field(default_factory=list)
    tries: int = 0


class Queue:
    """One for each process. ``write(lane, items)`` raises an error if it fails."""

    def __init__(self, write: Write, size: int = 5_000) -> None:
        self._write, self._size = write, size
        self.forget()
        os.register_at_fork(after_in_child=self.forget)

    def forget(self) -> None:
        """Empty the queue: after a fork, its items belong to the parent process."""
        self._lanes: dict[Hashable, _Lane] = {}
        self._count = self._dropped = 0
        self._changed = threading.Condition(threading.Lock())
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None
        self._ends = False

    @property
    def is_closed(self) -> bool:
        return self._ends

    def __len__(self) -> int:
        return self._count

    def put(self, lane: Hashable, item: Any, delay: float = 0.0) -> bool:
        """Add an item; return False if the queue is full.

        :param delay: seconds from the first item of a lane to its writing
        """
        with self._changed:
            if self._count >= self._size:
                self._dropped += 1
                return False
            known = self._lanes.get(lane)
            if known is None:
                known = self._lanes[lane] = _Lane(delay, time.monotonic() + delay)
                self._wake()
            known.items.append(item)
            self._count += 1
        return True

    def _wake(self) -> None:
        if self._thread is None and not self._ends:
            self._thread = threading.Thread(
                target=self._run, name="rest.log", daemon=True
            )
            self._thread.start()
        self._changed.notify_all()

    # --- the thread -----------------------------------------------------------

    def _run(self) -> None:
        while not self._ends:
            self._wait()
            self.write_due(time.monotonic())

    def _wait(self) -> None:
        """Wait until a lane is due, and ``LINGER`` for more items."""
        with self._changed:
            while not self._ends and (pause := self._pause()) != 0:
                self._changed.wait(pause)
            if not self._ends:
                self._changed.wait(LINGER)

    def _pause(self) -> float | None:
        """Seconds until a lane is due; None if all are empty."""
        due = [lane.due for lane in self._lanes.values()]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def write_due(self, now: float) -> None:
        """Write the lanes that are due, each until it is empty or fails."""
        self._warn_of_dropped()
        for name in list(self._lanes):
            while self._write_some(name, now):
                pass

    def _warn_of_dropped(self) -> None:
        with self._changed:
            dropped, self._dropped = self._dropped, 0
        if dropped:
            _logger.warning("The log queue is full: %s entries were dropped.", dropped)

    def _write_some(self, name: Hashable, now: float, early: bool = False) -> bool:
        """Write one batch; return whether there can be another one to write now."""
        with self._writing:
            lane = self._lanes.get(name)
            if lane is None or (lane.due > now and not early):
                return False
            batch = lane.items[:BATCH]
            try:
                self._write(name, batch)
            except Exception as error:
                # any error: the thread must go on, and other lanes can succeed
                self._failed(name, lane, error, now)
                return False
            lane.tries, lane.due = 0, now + lane.delay
            self._take(name, lane, len(batch))
            return True

    def _take(self, name: Hashable, lane: _Lane, number: int) -> None:
        with self._changed:
            del lane.items[:number]
            self._count -= number
            if not lane.items:
                del self._lanes[name]

    def _failed(
        self, name: Hashable, lane: _Lane, error: Exception, now: float
    ) -> None:
        silent = isinstance(error, GiveUp)
        if lane.tries < len(PAUSES) and not silent:
            lane.due = now + PAUSES[lane.tries]
            lane.tries += 1
            return
        dropped = len(lane.items)
        self._take(name, lane, dropped)
        level = logging.INFO if silent else logging.WARNING
        _logger.log(
            level, "%s log entries of %s were dropped: %s", dropped, name, error
        )

    # --- the end --------------------------------------------------------------

    def flush(self) -> None:
        """Write all items, in the calling thread."""
        deadline = time.monotonic() + LAST_SECONDS
        for name in list(self._lanes):
            while (now := time.monotonic()) < deadline:
                if not self._write_some(name, now, early=True):
                    break

    def close(self) -> None:
        """End the thread and write all items, at the end of the process."""
        with self._changed:
            self._ends = True
            self._changed.notify_all()
        self.flush()
