"""Performs what a queue has, in threads: claim, heartbeat, record, stop. No Odoo here.

    engine = Engine(table, perform, size=2)
    engine.run()            until ``engine.stop()`` is called, from a signal or thread

One thread, that of ``run``, talks to the queue; each row has a thread of its own, so
that a heartbeat comes whatever the work does. ``perform(claimed, signals)`` gives an
``Outcome``, which is stored at once; None where the row is not its own any more. It may
raise Stopped: then the row is given back. Any other exception is a bug, or the end of
the database: the row is left alone until its lease expires, as if the worker had died.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from .policy import Claimed, Outcome, Policy
from .signals import Signals, Stopped
from .wake import Wake

_logger = logging.getLogger(__name__)

POLL = 2.0  # seconds between two looks at an empty queue
TROUBLE = 5.0  # seconds before the next try where the database fails
PATIENCE = 10.0  # seconds that interrupted work has to end


class Leased(Protocol):
    """What the engine asks of a queue; ``table.Table`` is one."""

    policy: Policy

    def claim(self, count: int, lease_id: str, /) -> list[Claimed]: ...

    def beat(self, claimed: Iterable[Claimed], /) -> set[int]: ...

    def give_back(self, claimed: Iterable[Claimed], /) -> set[int]: ...

    def complete(self, outcomes: Sequence[Outcome], /) -> set[int]: ...

    def reap(self) -> object: ...


class Thread(Protocol):
    def join(self, timeout: float | None = None) -> None: ...


@dataclass
class _Task:
    claimed: Claimed
    signals: Signals = field(default_factory=Signals)
    thread: Thread = field(init=False)


def in_thread(work: Callable[[], None]) -> Thread:
    thread = threading.Thread(target=work, daemon=True, name="rest.lease")
    thread.start()
    return thread


class Engine:
    """
    :param size: the number of rows that are worked on at the same time
    :param errors: exceptions of the database, after which the engine tries again
    :param start: runs a function in a thread; :param new_id: makes ids of leases
    :ivar ended: the number of rows whose outcome was stored
    """

    def __init__(
        self,
        table: Leased,
        perform: Callable[[Claimed, Signals], Outcome | None],
        *,
        size: int = 1,
        wake: Wake | None = None,
        errors: tuple[type[Exception], ...] = (),
        clock: Callable[[], float] = time.monotonic,
        start: Callable[[Callable[[], None]], Thread] = in_thread,
        new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
    ) -> None:
        self._table, self._perform, self._size = table, perform, size
        self._wake = wake or Wake()
        self._errors, self._clock = errors, clock
        self._start, self._new_id = start, new_id
        self._tasks: dict[int, _Task] = {}
        self._told: queue.SimpleQueue[tuple[_Task, object]] = queue.SimpleQueue()
        self._outcomes: list[Outcome] = []
        self._given_back: list[Claimed] = []
        self._poll_at = self._reap_at = self._beat_at = 0.0
        self._busy_at = clock()
        self._stop_at: float | None = None
        self.ended = 0

    # --- from other threads ------------------------------------------------------

    def stop(self, grace: float = 0.0) -> None:
        """Claim nothing more, and end: what runs may end by itself for ``grace``
        seconds, and is interrupted and given back then."""
        stop_at = self._clock() + grace
        self._stop_at = (
            stop_at if self._stop_at is None else min(self._stop_at, stop_at)
        )
        self._wake.set()

    # --- the loop ------------------------------------------------------------------

    def run(self, linger: float | None = None) -> None:
        """Work until ``stop``; with ``linger``, also until there has been nothing to do
        for so many seconds."""
        while not self._is_over(linger):
            pause = self.step()
            if linger is not None:
                pause = min(pause, linger)
            if self._wake.wait(pause):
                self._poll_at = 0.0
        for task in self._tasks.values():
            _logger.warning("Row %s did not end when asked to", task.claimed.id)

    def step(self) -> float:
        """Take the steps that are due; seconds until the next one."""
        try:
            self._collect()
            self._store()
            self._keep()
            self._fill()
        except self._errors as error:
            _logger.warning("A queue cannot be reached: %s", error)
            return TROUBLE
        return self._pause()

    def _is_over(self, linger: float | None) -> bool:
        now = self._clock()
        if self._tasks or self._outcomes or self._given_back:
            # work that does not end when asked to is left behind
            return self._stop_at is not None and now >= self._stop_at + PATIENCE
        if self._stop_at is not None:
            return True
        return linger is not None and now >= self._busy_at + linger

    def _pause(self) -> float:
        times = [self._beat_at, self._reap_at]
        if self._stop_at is not None:
            if not self._tasks:
                return 0.0  # it is over: no thread is left that could wake the loop
            times += [self._stop_at, self._stop_at + PATIENCE]
        elif len(self._tasks) < self._size:
            times.append(self._poll_at)
        now = self._clock()
        return max(0.01, min([each for each in times if each > now] or [now]) - now)

    # --- steps -----------------------------------------------------------------------

    def _collect(self) -> None:
        """What threads have told since the last step."""
        while not self._told.empty():
            task, told = self._told.get()
            self._tasks.pop(task.claimed.id, None)
            self._busy_at = self._clock()
            task.thread.join()
            if isinstance(told, Outcome):
                self._outcomes.append(told)
            elif isinstance(told, Stopped):
                self._given_back.append(task.claimed)

    def _store(self) -> None:
        """What cannot be stored now stays for the next step."""
        if self._outcomes:
            stored = self._table.complete(self._outcomes)
            self.ended += len(stored)
            self._outcomes.clear()
        if self._given_back:
            self._table.give_back(self._given_back)
            self._given_back.clear()

    def _keep(self) -> None:
        now, policy = self._clock(), self._table.policy
        if now >= self._reap_at:
            self._reap_at = now + policy.reap
            self._table.reap()
        if now >= self._beat_at:
            self._beat_at = now + policy.beat
            self._renew()
        if self._stop_at is not None and now >= self._stop_at:
            for task in self._tasks.values():
                task.signals.stop()

    def _renew(self) -> None:
        """Renew the leases of what runs, and tell those that have lost theirs."""
        if not self._tasks:
            return
        held = self._table.beat([task.claimed for task in self._tasks.values()])
        for row_id, task in self._tasks.items():
            if row_id not in held:
                task.signals.lose()

    def _fill(self) -> None:
        """Claim as many rows as there are free threads."""
        free, now = self._size - len(self._tasks), self._clock()
        if self._stop_at is not None or free <= 0 or now < self._poll_at:
            return
        claimed = self._table.claim(free, self._new_id())
        # all that was asked for: there may be more, as soon as a thread is free
        self._poll_at = now if len(claimed) == free else now + POLL
        for row in claimed:
            self._busy_at = now
            self._begin(_Task(row))

    def _begin(self, task: _Task) -> None:
        self._tasks[task.claimed.id] = task
        task.thread = self._start(lambda: self._work(task))

    def _work(self, task: _Task) -> None:
        """In a thread of its own."""
        told: object = None
        try:
            told = self._perform(task.claimed, task.signals)
        except Stopped as stopped:
            told = stopped
        except Exception:
            _logger.exception("Row %s was left", task.claimed.id)
        finally:
            self._told.put((task, told))
            self._wake.set()
