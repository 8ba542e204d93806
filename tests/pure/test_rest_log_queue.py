import logging
import os
import threading

import pytest

from rest_api_core.log import queue as log_queue
from rest_api_core.log.queue import BATCH, PAUSES, GiveUp, Queue

LONG = 30  # seconds; nothing here takes a fraction of it


class Writer:
    """Keeps what it is given, and fails with ``error`` while there is one."""

    def __init__(self):
        self.batches, self.error = [], None
        self.called = threading.Event()

    def __call__(self, lane, items):
        self.called.set()
        if self.error:
            raise self.error
        self.batches.append((lane, list(items)))


@pytest.fixture
def write():
    return Writer()


@pytest.fixture
def queue(write, monkeypatch):
    """A queue whose thread is not started."""
    monkeypatch.setattr(Queue, "_wake", lambda self: None)
    return Queue(write, size=1_000)


@pytest.fixture
def live(write, monkeypatch):
    """A queue with its thread, that does not linger."""
    monkeypatch.setattr(log_queue, "LINGER", 0.0)
    queue = Queue(write)
    yield queue
    queue.close()
    if queue._thread:
        queue._thread.join(LONG)
        assert not queue._thread.is_alive()


def test_items_of_a_lane_are_written_together_and_in_order(queue, write):
    for number in range(3):
        queue.put("a", number)
    queue.flush()
    assert write.batches == [("a", [0, 1, 2])]
    assert len(queue) == 0


def test_each_lane_is_written_apart(queue, write):
    for lane, item in (("a", 1), ("b", 2), ("a", 3)):
        queue.put(lane, item)
    queue.flush()
    assert write.batches == [("a", [1, 3]), ("b", [2])]


def test_batches_are_bounded(queue, write):
    for number in range(BATCH + 1):
        queue.put("a", number)
    queue.flush()
    assert [len(items) for _lane, items in write.batches] == [BATCH, 1]


def test_a_full_queue_drops_and_says_how_many(queue, write, caplog):
    found = [queue.put("a", number) for number in range(1_003)]
    assert found == [True] * 1_000 + [False] * 3
    with caplog.at_level(logging.WARNING):
        queue.write_due(float("inf"))
        queue.write_due(float("inf"))
    assert sum(len(items) for _lane, items in write.batches) == 1_000
    messages = [record.getMessage() for record in caplog.records]
    assert messages == ["The log queue is full: 3 entries were dropped."]


def test_an_item_with_a_delay_waits_for_others(queue, write):
    queue.put("a", 1, delay=1_000)
    queue.put("a", 2, delay=1_000)
    queue.write_due(0.0)
    assert write.batches == []
    queue.write_due(float("inf"))
    assert write.batches == [("a", [1, 2])]


def test_items_that_come_during_a_delayed_writing_wait_again(write, monkeypatch):
    def write_and_put(lane, items):
        write(lane, items)
        if len(write.batches) == 1:
            queue.put("a", 2, delay=10)

    monkeypatch.setattr(Queue, "_wake", lambda self: None)
    queue = Queue(write_and_put)
    queue.put("a", 1, delay=10)
    queue._lanes["a"].due = 100
    queue.write_due(100)
    queue.write_due(109)
    assert write.batches == [("a", [1])]
    queue.write_due(110)
    assert write.batches == [("a", [1]), ("a", [2])]


def test_what_fails_is_tried_again_later(queue, write):
    queue.put("a", 1)
    queue._lanes["a"].due, write.error = 0, OSError()
    queue.write_due(0)
    write.error = None
    queue.write_due(PAUSES[0] - 0.1)
    assert write.batches == []
    queue.write_due(PAUSES[0])
    assert write.batches == [("a", [1])]


def test_a_lane_that_fails_holds_up_no_other(write, monkeypatch):
    def write_good(lane, items):
        if lane == "bad":
            raise OSError()
        write(lane, items)

    monkeypatch.setattr(Queue, "_wake", lambda self: None)
    queue = Queue(write_good)
    queue.put("bad", 1)
    queue.put("good", 2)
    queue.write_due(float("inf"))
    assert write.batches == [("good", [2])]


def test_what_keeps_failing_is_given_up_with_a_warning(queue, write, caplog):
    queue.put("a", 1)
    queue.put("a", 2)
    write.error = OSError("no disk")
    with caplog.at_level(logging.WARNING):
        for _ in range(len(PAUSES) + 1):
            assert len(queue) == 2
            queue.write_due(float("inf"))
    assert len(queue) == 0
    messages = [record.getMessage() for record in caplog.records]
    assert messages == ["2 log entries of a were dropped: no disk"]


def test_what_has_no_place_any_more_is_given_up_silently(queue, write, caplog):
    queue.put("a", 1)
    write.error = GiveUp("no table")
    with caplog.at_level(logging.WARNING):
        queue.write_due(float("inf"))
    assert len(queue) == 0
    assert not caplog.records


def test_a_success_begins_the_count_of_failures_anew(queue, write):
    queue.put("a", 0)
    for _ in range(len(PAUSES) + 1):
        write.error = OSError()
        queue.write_due(float("inf"))
        write.error = None
        queue.write_due(float("inf"))
        queue.put("a", 1)
    assert len(write.batches) == len(PAUSES) + 1


def test_the_end_does_not_take_longer_than_allowed(queue, write, monkeypatch):
    monkeypatch.setattr(log_queue, "LAST_SECONDS", -1.0)
    queue.put("a", 1)
    queue.flush()
    assert write.batches == []


def test_the_thread_writes_by_itself(live, write):
    live.put("a", 1)
    assert write.called.wait(LONG)
    live.close()
    assert write.batches == [("a", [1])]


def test_one_thread_serves_all_items(live, write):
    live.put("a", 1)
    thread = live._thread
    assert write.called.wait(LONG)
    write.called.clear()
    live.put("b", 2)
    assert write.called.wait(LONG)
    assert live._thread is thread


def test_the_thread_waits_for_what_is_due_later(live, write):
    live.put("later", 1, delay=10_000)
    live.put("now", 2)
    assert write.called.wait(LONG)
    assert write.batches == [("now", [2])]


def test_closing_writes_what_is_left(live, write):
    live.put("a", 1, delay=10_000)
    live.close()
    assert write.batches == [("a", [1])]


def test_what_comes_after_the_end_starts_no_thread(live):
    assert not live.is_closed
    live.close()
    assert live.is_closed
    live.put("a", 1)
    assert live._thread is None


def test_threads_lose_nothing(live, write):
    def work(lane):
        for number in range(500):
            assert live.put(lane, number)

    threads = [threading.Thread(target=work, args=[lane]) for lane in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    live.close()
    for wanted in "abcd":
        found = [n for lane, items in write.batches if lane == wanted for n in items]
        assert found == list(range(500))


def test_a_fork_begins_with_nothing(queue):
    queue.put("a", 1)
    pid = os.fork()
    if pid == 0:
        os._exit(len(queue))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert len(queue) == 1
