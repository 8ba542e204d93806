import itertools
import random
import threading

import pytest

from rest_api_core.limits import rate
from rest_api_core.limits.rate import MINUTE, SECOND, Limit, MemoryStore, decide

NOW = 1_700_000_000 * SECOND
TEN = Limit(per_minute=60, burst=10)  # one a second, ten at once


def spend(count, limit=TEN, now=NOW, tat=0):
    """The decisions on requests that all come at ``now``."""
    found = []
    for _ in range(count):
        found.append(decide(tat, now, limit))
        tat = found[-1].new_tat
    return found


def allowed_of(steps, limit, tat=0):
    """How many of the requests at these times pass."""
    count = 0
    for now in steps:
        result = decide(tat, now, limit)
        count, tat = count + result.allowed, result.new_tat
    return count


def test_a_burst_passes_and_then_no_more():
    assert [d.allowed for d in spend(12)] == [True] * 10 + [False] * 2


def test_what_remains_counts_down():
    assert [d.remaining for d in spend(11)] == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0]


def test_reset_is_when_all_is_free_again():
    assert [d.reset for d in spend(3)] == [SECOND, 2 * SECOND, 3 * SECOND]


def test_whoever_waits_as_told_passes():
    *_, last = spend(11)
    assert last.retry_after == SECOND
    soon = decide(last.new_tat, NOW + last.retry_after - 1, TEN)
    assert (soon.allowed, soon.retry_after) == (False, 1)
    assert decide(last.new_tat, NOW + last.retry_after, TEN).allowed


def test_a_refusal_costs_nothing():
    results = spend(1000)
    assert results[-1] == results[10]


def test_without_a_burst_a_whole_minute_may_come_at_once():
    assert Limit(60).quota == 60
    assert Limit(60).window == MINUTE


@pytest.mark.parametrize("per_minute", [0, -1])
def test_zero_is_no_limit(per_minute):
    limit = Limit(per_minute)
    assert limit.unlimited
    assert all(d.allowed for d in spend(1000, limit))
    assert rate.headers(spend(1, limit)[0], limit, NOW) == []


@pytest.mark.parametrize("per_minute", [1, 7, 60, 600, 7_000])
def test_long_runs_are_exact(per_minute):
    limit, minutes = Limit(per_minute, burst=5), 3
    step = max(1, limit.interval // 3)  # three times too many
    found = allowed_of(range(NOW, NOW + minutes * MINUTE, step), limit)
    expected = limit.quota + minutes * per_minute
    assert expected * 0.999 - 1 <= found <= expected


def test_whoever_stays_within_the_limit_is_never_refused():
    steps = range(NOW, NOW + 10 * MINUTE, SECOND)
    assert allowed_of(steps, TEN) == len(steps)


def test_a_clock_that_goes_back_costs_one_window_at_most():
    *_, last = spend(10)
    hour = 60 * MINUTE
    back = decide(last.new_tat, NOW - hour, TEN)
    assert (back.allowed, back.retry_after) == (False, SECOND)
    assert decide(back.new_tat, NOW - hour + SECOND, TEN).allowed


def test_a_larger_limit_helps_at_once_and_a_smaller_one_does_not_forgive():
    *_, last = spend(60, Limit(60))
    assert not decide(last.new_tat, NOW, Limit(600)).allowed
    assert decide(last.new_tat, NOW + SECOND // 10, Limit(600)).allowed
    assert not decide(last.new_tat, NOW + SECOND, Limit(6)).allowed
    assert decide(last.new_tat, NOW + 10 * SECOND, Limit(6)).allowed


def test_the_share_that_is_used_stays_under_another_limit():
    *_, half = spend(30, Limit(60))
    assert decide(half.new_tat, NOW, Limit(600)).remaining == 299


def test_numbers_always_agree():
    choice = random.Random(3).choice
    tat, now = 0, NOW
    for limit in (TEN, Limit(1), Limit(7, 3), Limit(100_000)):
        for _ in range(2000):
            now += choice([-5 * SECOND, 0, 1, limit.interval, 3 * SECOND])
            found = decide(tat, now, limit)
            assert found.allowed is (found.retry_after == 0)
            assert 0 <= found.remaining < limit.quota
            assert 0 < found.reset <= limit.window
            assert found.new_tat == now + found.reset
            tat = found.new_tat


def test_a_stores_answer_tells_the_same_as_our_own():
    for result in spend(12):
        assert rate.decision(result.allowed, result.new_tat, NOW, TEN) == result


def test_the_number_of_a_lock_has_32_bits_and_a_sign():
    numbers = [rate.lock_key(f"1:client:{number}") for number in range(1000)]
    assert len(set(numbers)) == 1000
    assert min(numbers) >= -(2**31) and max(numbers) < 2**31
    assert min(numbers) < 0 < max(numbers)


# Headers


def test_headers_of_an_answer():
    *_, result = spend(4)
    assert rate.headers(result, TEN, NOW) == [
        ("X-RateLimit-Limit", "10"),
        ("X-RateLimit-Remaining", "6"),
        ("X-RateLimit-Reset", "1700000004"),
    ]


def test_a_refusal_tells_when_to_come_again():
    *_, result = spend(11)
    assert dict(rate.headers(result, TEN, NOW))["Retry-After"] == "1"


def test_the_draft_has_a_policy_and_a_state():
    result, *_ = spend(1)
    found = dict(rate.headers(result, TEN, NOW, draft=True))
    assert found["RateLimit-Policy"] == '"default";q=10;w=10'
    assert found["RateLimit"] == '"default";r=9;t=1'


def test_retry_after_is_not_before_the_end_of_the_drafts_window():
    *_, result = spend(11, Limit(1, 3))
    found = dict(rate.headers(result, Limit(1, 3), NOW, draft=True))
    assert found["RateLimit"] == '"default";r=0;t=60'
    assert found["Retry-After"] == "60"


# Who is counted


def test_the_client_counts_then_the_user_then_the_address():
    assert rate.key(1, 5, 2, "192.0.2.1") == "1:client:5"
    assert rate.key(1, None, 2, "192.0.2.1") == "1:user:2"
    assert rate.key(1, None, None, "192.0.2.1") == "1:ip:192.0.2.1"


@pytest.mark.parametrize(
    ("ip", "subscriber"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("evil:client:5", "unknown"),
    ],
)
def test_an_ipv6_subscriber_has_a_whole_network(ip, subscriber):
    assert rate.network(ip) == subscriber


# The store in memory


def test_the_store_decides_as_decide_does():
    store = MemoryStore()
    assert [store.spend("a", TEN, NOW) for _ in range(12)] == spend(12)


def test_each_key_has_its_own_quota():
    store = MemoryStore()
    for key, _ in itertools.product("ab", range(10)):
        assert store.spend(key, TEN, NOW).allowed
    assert not store.spend("a", TEN, NOW).allowed


def test_a_look_counts_nothing():
    store, limit = MemoryStore(), Limit(1)
    assert store.peek("a", limit, 0).allowed
    assert store.spend("a", limit, 0).allowed
    assert not store.peek("a", limit, 0).allowed
    assert store.peek("b", limit, 0).allowed
    assert len(store) == 1


def test_the_store_is_bounded_and_forgets_the_longest_unused():
    store = MemoryStore(size=2)
    for key in ("a", "b", "a", "c"):
        store.spend(key, TEN, NOW)
    assert len(store) == 2
    assert store.spend("a", TEN, NOW).remaining == 7
    assert store.spend("b", TEN, NOW).remaining == 9


def test_threads_share_one_quota():
    store, limit, passed = MemoryStore(), Limit(60, 500), []

    def work():
        results = [store.spend("a", limit, NOW) for _ in range(250)]
        passed.append(sum(result.allowed for result in results))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == limit.quota


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (rate.Limit(60), "60 requests per minute"),
        (rate.Limit(60, burst=5), "60 requests per minute, 5 at once"),
    ],
)
def test_the_size_of_a_limit_has_words(limit, words):
    assert rate.words(limit) == words


def test_a_network_above_a_limit_is_told_the_limit_and_how_long_to_wait():
    store = rate.MemoryStore()
    decisions = [store.spend("a", Limit(2), NOW) for _ in range(3)]
    problem = rate.throttled(decisions[-1], Limit(2))
    assert problem.detail.endswith("from your network. Allowed: 2 requests per minute.")
    assert problem.headers == (("Retry-After", "30"),)
