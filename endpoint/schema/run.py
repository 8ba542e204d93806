"""One validation of a body: its time limit, and what is known about parts of it."""

from __future__ import annotations

import threading
import time
from typing import Any

# A body must not hold a worker for longer. A valid body of many small values needs up
# to two seconds for a MiB.
MAX_SECONDS = 2.0  # for each started MiB
MIB = 1024 * 1024


class TooSlow(Exception):
    """The validation exceeded its time limit."""


class Run:
    """State of one validation, in one thread.

    ``quick``: only the first error matters, and not what it says.
    ``known``: results by (id of schema, id of value); the body keeps the values alive.
    ``explained``: how many failed alternatives were explained so far.
    """

    __slots__ = ("deadline", "explained", "known", "quick", "remembers")

    def __init__(self, deadline: float, remembers: bool = False) -> None:
        self.deadline = deadline
        self.quick = False
        self.known: dict[tuple[int, int], bool] = {}
        self.explained = 0
        self.remembers = remembers

    def check(self) -> None:
        """Raise TooSlow after the deadline."""
        if time.monotonic() > self.deadline:
            raise TooSlow


class _State(threading.local):
    run = Run(float("inf"))


STATE = _State()


class Limited:
    """A validation with a time limit; inside another one, that one's limit stays.

    :param size: of the body, in bytes
    """

    __slots__ = ("outer", "run")

    def __init__(self, size: int, remembers: bool = False) -> None:
        self.outer = STATE.run
        seconds = MAX_SECONDS * (1 + size // MIB)
        deadline = min(self.outer.deadline, time.monotonic() + seconds)
        self.run = Run(deadline, remembers)

    def __enter__(self) -> Run:
        STATE.run = self.run
        return self.run

    def __exit__(self, *_exception: object) -> None:
        STATE.run = self.outer


def current() -> Run:
    """Return the validation of this thread."""
    return STATE.run


def holds(validator: Any, value: Any, schema: Any) -> bool:
    """Return whether a value is valid, once for each part of schema and body.

    Alternatives that refer to each other would otherwise be tried again and again.
    """
    state = STATE.run
    key = (id(schema), id(value))
    result = state.known.get(key)
    if result is None:
        outer, state.quick = state.quick, True
        try:
            result = next(validator.descend(value, schema), None) is None
        finally:
            state.quick = outer
        if state.remembers:
            state.known[key] = result
    return result
