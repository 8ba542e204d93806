import logging

import pytest

from rest_api_core.limits.fallback import (
    PAUSE,
    QUIET,
    Fallback,
    MemoryBackend,
    Rejecting,
)
from rest_api_core.limits.rate import SECOND, Limit

NOW = 1_700_000_000 * SECOND
TWO = Limit(2)


class Broken(Exception):
    pass


class Backend:
    """Counts its calls and fails as long as it is told to."""

    def __init__(self):
        self.calls, self.fails = 0, True
        self._memory = MemoryBackend()

    def spend(self, key, limit, now=None):
        self.calls += 1
        if self.fails:
            raise Broken("no server\nat all")
        return self._memory.spend(key, limit, now)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def backend():
    return Backend()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(backend, clock):
    return Fallback(backend, MemoryBackend(), (Broken,), clock)


def test_memory_counts_by_the_clock_of_the_machine():
    decision, now = MemoryBackend().spend("a", TWO)
    assert decision.allowed
    assert now > NOW


def test_memory_counts_at_a_given_time():
    memory = MemoryBackend()
    found = [memory.spend("a", TWO, NOW) for _ in range(3)]
    assert [decision.allowed for decision, _now in found] == [True, True, False]
    assert {now for _decision, now in found} == {NOW}


def test_a_backend_that_works_is_all_that_counts(store, backend):
    backend.fails = False
    assert [store.spend("a", TWO, NOW)[0].allowed for _ in range(3)] == [1, 1, 0]
    assert backend.calls == 3


def test_a_backend_that_fails_leaves_the_limit_to_the_worker(store):
    assert [store.spend("a", TWO, NOW)[0].allowed for _ in range(3)] == [1, 1, 0]


def test_a_backend_that_has_failed_is_left_alone_for_a_while(store, backend, clock):
    store.spend("a", TWO, NOW)
    clock.now = PAUSE - 0.1
    store.spend("a", TWO, NOW)
    assert backend.calls == 1
    clock.now = PAUSE
    store.spend("a", TWO, NOW)
    assert backend.calls == 2


def test_a_backend_that_is_back_counts_again(store, backend, clock):
    store.spend("a", TWO, NOW)
    backend.fails, clock.now = False, PAUSE
    assert [store.spend("a", TWO, NOW)[0].allowed for _ in range(3)] == [1, 1, 0]
    assert backend.calls == 4


def test_failures_are_told_once_a_minute(store, clock, caplog):
    with caplog.at_level(logging.WARNING):
        for clock.now in range(0, 121, 6):
            store.spend("a", TWO, NOW)
    assert len(caplog.records) == 1 + 120 // QUIET
    assert caplog.records[0].getMessage() == (
        "Rate limits: Backend fails (Broken: no server). Each worker counts separately."
    )


def test_other_errors_are_not_hidden(backend):
    with pytest.raises(Broken):
        Fallback(backend, MemoryBackend(), (KeyError,)).spend("a", TWO)


# --- callers that must wait ---------------------------------------------------------


@pytest.fixture
def rejecting(backend, clock):
    backend.fails = False
    return Rejecting(backend, 2, clock)


def spend(rejecting, key="a", now=NOW):
    return rejecting.spend(key, TWO, now)[0].allowed


def test_callers_above_the_limit_cost_the_store_nothing(rejecting, backend):
    assert [spend(rejecting) for _ in range(6)] == [True, True] + [False] * 4
    assert backend.calls == 3
    assert spend(rejecting, "b")
    assert backend.calls == 4


def test_what_is_told_again_is_the_same_decision(rejecting):
    for _ in range(2):
        spend(rejecting)
    assert rejecting.spend("a", TWO, NOW) == rejecting.spend("a", TWO, NOW)


def test_the_store_is_asked_when_a_request_is_free_again(rejecting, backend, clock):
    assert [spend(rejecting) for _ in range(3)] == [True, True, False]
    clock.now = 29.9
    assert not spend(rejecting, now=NOW + 30 * SECOND)
    clock.now = 30.0
    assert spend(rejecting, now=NOW + 30 * SECOND)
    assert backend.calls == 4


def test_a_few_callers_are_remembered(rejecting, backend):
    for key in "abc":
        for _ in range(3):
            spend(rejecting, key)
    calls = backend.calls
    for key in "cb":
        assert not spend(rejecting, key)
    assert backend.calls == calls
    assert not spend(rejecting, "a")
    assert backend.calls == calls + 1
