"""The history of a run: writes with their outcomes, and what readers have seen."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

# unknown: it may have been committed, or not; a response that never came, for one
Outcome = Literal["ok", "failed", "unknown"]


class Change(NamedTuple):
    """What a write changes of one record. ``record`` is any name of it."""

    record: str
    operation: str


class Seen(NamedTuple):
    """What a reader was told: a change, by the id of its write."""

    write: str
    record: str
    operation: str


@dataclass
class Write:
    """One transaction: all its changes, or none.

    :param changes: each record once; those of a create are added when its id is known
    :param began: and ``ended``, by one clock: a write that ended before another began
        comes before it
    """

    id: str
    changes: list[Change] = field(default_factory=list)
    outcome: Outcome = "unknown"
    began: float = 0.0
    ended: float = float("inf")


class Log:
    """Writes of several threads."""

    def __init__(self) -> None:
        self.writes: list[Write] = []
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def write(self, name: str, changes: Iterable[Change] = ()) -> Iterator[Write]:
        """A write that is under way in the block; unknown unless the block says more,
        also where it raises."""
        write = Write(name, list(changes), began=time.monotonic())
        with self._lock:
            self.writes.append(write)
        try:
            yield write
        finally:
            write.ended = time.monotonic()
