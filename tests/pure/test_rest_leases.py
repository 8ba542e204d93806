"""The engine of leases, with a clock of its own and a queue in memory."""

import os
import threading

import pytest

from rest_api_core.leases import engine as engines
from rest_api_core.leases.engine import POLL, TROUBLE, Engine, in_thread
from rest_api_core.leases.policy import Claimed, Outcome, Policy
from rest_api_core.leases.signals import LeaseLost, Signals, Stopped
from rest_api_core.leases.wake import INTERVAL, Debounce, Wake


class DatabaseError(Exception):
    """What a driver of a database would raise."""


class Queue:
    """A leased table in memory; ``lost`` are rows that another worker has."""

    policy = Policy(lease=60.0)

    def __init__(self, *ready):
        self.ready, self.lost, self.failing = list(ready), set(), False
        self.done, self.back, self.calls = [], [], []

    def _called(self, name):
        self.calls.append(name)
        if self.failing:
            raise DatabaseError("gone")

    def claim(self, count, lease_id):
        self._called("claim")
        rows, self.ready = self.ready[:count], self.ready[count:]
        return [Claimed(row, lease_id) for row in rows]

    def beat(self, claimed):
        self._called("beat")
        return {each.id for each in claimed} - self.lost

    def give_back(self, claimed):
        self._called("give_back")
        self.back += [each.id for each in claimed]
        return {each.id for each in claimed}

    def complete(self, outcomes):
        self._called("complete")
        held = [each for each in outcomes if each.claimed.id not in self.lost]
        self.done += [(each.claimed.id, each.state) for each in held]
        return {each.claimed.id for each in held}

    def reap(self):
        self._called("reap")


class Clock:
    """Time that passes when somebody waits."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class FakeWake:
    def __init__(self, clock):
        self.clock, self.waits, self.is_set = clock, [], False
        self.then = []

    def set(self):
        self.is_set = True

    def wait(self, seconds):
        if self.then:  # it happens while the loop waits, which that ends
            self.then.pop(0)()
        told, self.is_set = self.is_set, False
        if not told:
            self.waits.append(seconds)
            self.clock.now += seconds
        return told


class Threads:
    """Threads that run when the test says so."""

    def __init__(self, at_once=False):
        self.at_once, self.works = at_once, []

    def __call__(self, work):
        if self.at_once:
            work()
        else:
            self.works.append(work)
        return self

    def join(self, timeout=None):
        """They have ended."""

    def run(self):
        works, self.works = self.works, []
        for work in works:
            work()


class Bench:
    """An engine with all that it depends on."""

    def __init__(self, *ready, perform=None, size=2, at_once=False):
        self.queue, self.clock = Queue(*ready), Clock()
        self.wake, self.threads = FakeWake(self.clock), Threads(at_once)
        self.told = {}
        self.engine = Engine(
            self.queue,
            perform or self.perform,
            size=size,
            wake=self.wake,
            errors=(DatabaseError,),
            clock=self.clock,
            start=self.threads,
        )

    def perform(self, claimed, signals):
        self.told[claimed.id] = signals
        signals.check()
        return Outcome(claimed, "done")


def test_rows_are_performed_and_recorded_until_there_are_none():
    bench = Bench(1, 2, 3, at_once=True)
    bench.engine.run(linger=0.5)
    assert bench.queue.done == [(1, "done"), (2, "done"), (3, "done")]
    assert bench.engine.ended == 3


def test_no_more_rows_are_claimed_than_there_are_threads():
    bench = Bench(1, 2, 3)
    bench.engine.step()
    assert bench.queue.ready == [3]
    bench.engine.step()
    assert bench.queue.calls.count("claim") == 1
    bench.threads.run()
    bench.engine.step()
    assert bench.queue.ready == []


def test_an_empty_queue_is_asked_now_and_then():
    bench = Bench()
    assert bench.engine.step() == POLL
    assert bench.engine.step() == POLL
    assert bench.queue.calls.count("claim") == 1
    bench.clock.now += POLL
    bench.engine.step()
    assert bench.queue.calls.count("claim") == 2


def test_a_wake_up_is_a_reason_to_ask():
    bench = Bench()
    bench.wake.then = [lambda: bench.queue.ready.append(7), bench.threads.run]
    bench.wake.set()
    bench.engine.run(linger=0.5)
    assert bench.queue.done == [(7, "done")]


def test_leases_are_renewed_and_expired_ones_taken_back():
    bench = Bench(1)
    bench.engine.step()
    assert bench.queue.calls == ["reap", "claim"]  # nothing was leased before
    bench.clock.now += Queue.policy.beat
    bench.engine.step()
    assert bench.queue.calls[2:] == ["reap", "beat", "claim"]


def test_work_is_told_that_its_lease_is_lost():
    bench = Bench(1)
    bench.engine.step()
    bench.queue.lost.add(1)
    bench.threads.works, works = [], bench.threads.works
    seen = []
    bench.engine._tasks[1].signals.lose = lambda: seen.append("lost")
    bench.clock.now += Queue.policy.beat
    bench.engine.step()
    assert (seen, len(works)) == (["lost"], 1)


def test_what_has_lost_its_lease_records_nothing():
    bench = Bench(1, 2)
    bench.engine.step()
    bench.queue.lost.add(1)
    bench.threads.run()
    bench.engine.step()
    assert bench.queue.done == [(2, "done")]
    assert bench.engine.ended == 1


def test_a_row_of_another_worker_has_no_outcome():
    bench = Bench(1, perform=lambda _claimed, _signals: None, at_once=True)
    bench.engine.run(linger=0.5)
    assert (bench.queue.done, bench.queue.back) == ([], [])


def test_a_bug_leaves_the_row_to_its_lease(caplog):
    def perform(_claimed, _signals):
        raise ValueError("bug")

    bench = Bench(1, perform=perform, at_once=True)
    bench.engine.run(linger=0.5)
    assert (bench.queue.done, bench.queue.back) == ([], [])
    assert "Row 1 was left" in caplog.text


def test_stopped_work_is_given_back_and_the_rest_not_begun():
    bench = Bench(1, 2, 3)
    bench.engine.step()
    bench.wake.then = [bench.threads.run]
    bench.engine.stop()
    bench.engine.run()
    assert sorted(bench.queue.back) == [1, 2]
    assert (bench.queue.done, bench.queue.ready) == ([], [3])
    assert bench.clock.now == 1000


def test_what_runs_may_end_before_it_is_stopped():
    bench = Bench(1)
    bench.engine.step()
    bench.engine.stop(grace=30)
    bench.engine.stop(grace=60)  # the first who asks decides
    bench.wake.then = [bench.threads.run]
    bench.engine.run()
    assert bench.queue.done == [(1, "done")]
    assert bench.clock.now == 1000  # nothing is waited for once it has ended


def test_an_engine_without_work_ends_at_once_when_stopped():
    bench = Bench()
    bench.engine.stop(grace=30)
    bench.engine.run()
    assert bench.queue.calls == []


def test_what_does_not_end_is_left_behind(caplog):
    bench = Bench(1)
    bench.engine.step()
    bench.engine.stop(grace=5)
    bench.engine.run()
    assert bench.clock.now == 1005 + engines.PATIENCE
    assert "Row 1 did not end" in caplog.text


def test_outcomes_are_recorded_when_the_database_is_there_again(caplog):
    bench = Bench(1)
    bench.engine.step()
    bench.threads.run()
    bench.queue.failing = True
    assert bench.engine.step() == TROUBLE
    assert bench.queue.done == []
    bench.queue.failing = False
    bench.engine.step()
    assert bench.queue.done == [(1, "done")]
    assert "cannot be reached" in caplog.text


def test_work_has_a_thread_of_its_own():
    seen = []
    in_thread(lambda: seen.append(threading.current_thread())).join()
    assert seen[0] is not threading.current_thread()
    assert seen[0].daemon


def test_an_engine_makes_ids_and_a_wake_of_its_own():
    queue, seen = Queue(1), []

    def perform(claimed, _signals):
        seen.append(claimed.lease_id)
        return Outcome(claimed, "done")

    engine = Engine(queue, perform)
    engine.run(linger=0.1)
    assert queue.done == [(1, "done")]
    assert len(seen[0]) == 36


# --- signals ---------------------------------------------------------------------


def test_signals_say_the_first_that_was_told():
    signals = Signals()
    signals.check()
    assert signals.told is None
    signals.lose()
    signals.stop()
    assert isinstance(signals.told, LeaseLost)
    with pytest.raises(LeaseLost):
        signals.check()


def test_waiting_ends_with_a_signal():
    signals = Signals()
    signals.wait(0)
    signals.stop()
    with pytest.raises(Stopped):
        signals.wait(60)


def test_a_signal_interrupts_what_is_waited_for():
    signals, seen = Signals(), []
    with signals.interrupting(lambda: seen.append(1)):
        signals.lose()
    signals.stop()  # nothing is waited for
    assert seen == [1]
    with pytest.raises(LeaseLost), signals.interrupting(lambda: seen.append(2)):
        raise AssertionError("not reached")
    assert seen == [1]


# --- wake ------------------------------------------------------------------------


class Notified:
    """A pipe in place of a connection."""

    def __init__(self, is_for_us=True):
        self.reader, self.writer = os.pipe()
        self.is_for_us, self.is_closed = is_for_us, False

    def fileno(self):
        return self.reader

    def heard(self):
        os.read(self.reader, 1)
        if self.is_for_us is None:
            raise DatabaseError("gone")
        return self.is_for_us

    def close(self):
        self.is_closed = True
        os.close(self.reader)


def test_a_wake_up_ends_the_waiting():
    wake = Wake()
    assert not wake.wait(0)
    for _number in range(100_000):  # more than a pipe takes
        wake.set()
    assert wake.wait(60)
    while wake.wait(0):
        """Read the rest."""
    assert not wake.wait(0)
    wake.close()


@pytest.mark.parametrize("is_for_us", [True, False])
def test_notifications_wake_if_they_are_for_this_queue(is_for_us):
    notified = Notified(is_for_us)
    wake = Wake(lambda: notified)
    assert not wake.wait(0)
    os.write(notified.writer, b".")
    assert wake.wait(60) is is_for_us
    wake.set()
    os.write(notified.writer, b".")
    assert wake.wait(60)  # by its own thread
    wake.close()
    assert notified.is_closed


def test_a_connection_that_fails_is_made_anew():
    broken, whole = Notified(None), Notified()
    made = [broken, whole]
    wake = Wake(lambda: made.pop(0), (DatabaseError,))
    os.write(broken.writer, b".")
    assert not wake.wait(0) or broken.is_closed
    assert wake.wait(0) is False
    assert made == []
    wake.close()


def test_without_a_connection_there_still_are_wake_ups():
    def fail():
        raise DatabaseError("no server")

    wake = Wake(fail, (DatabaseError,))
    wake.set()
    assert wake.wait(60)
    wake.close()


def test_a_wake_that_is_forgotten_leaves_nothing_open():
    wake = Wake()
    descriptors = wake._reader, wake._writer
    del wake
    for each in descriptors:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(each)


def test_one_of_several_wake_ups_gets_through():
    clock = Clock()
    debounce = Debounce(clock=clock)
    assert [debounce.allows() for _time in range(3)] == [True, False, False]
    clock.now += INTERVAL
    assert debounce.allows()


# --- policy ----------------------------------------------------------------------


def test_two_heartbeats_may_fail():
    policy = Policy(lease=90.0)
    assert policy.beat == 30.0
    assert policy.reap < policy.lease
