"""Quotas: periods, what a worker knows, and what responses say."""

from datetime import date, datetime, timedelta

import pytest

from rest_api_core.limits import quota
from rest_api_core.limits.quota import FRESH, Meter, Quotas, Used
from rest_api_core.log.usage import Uses
from rest_api_core.wire.problem import QuotaExceeded

NOW = datetime(2026, 2, 28, 23, 0)
DAY = NOW.date()
CLIENT = 7
TEN = Quotas(day=10)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def meter(clock):
    return Meter(clock)


def spend(meter, number=1, quotas=TEN, now=NOW):
    """Whether each of so many requests is admitted."""
    found = [meter.spend(CLIENT, quotas, now) for _ in range(number)]
    return [usage and usage.admitted for usage in found]


# --- periods -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "day", "begin", "end"),
    [
        ("day", DAY, DAY, datetime(2026, 3, 1)),
        ("month", DAY, date(2026, 2, 1), datetime(2026, 3, 1)),
        ("month", date(2026, 12, 31), date(2026, 12, 1), datetime(2027, 1, 1)),
        ("month", date(2026, 1, 1), date(2026, 1, 1), datetime(2026, 2, 1)),
    ],
)
def test_periods_begin_and_end_by_utc(period, day, begin, end):
    assert quota.begin(period, day) == begin
    assert quota.end(period, day) == end


@pytest.mark.parametrize(
    ("limit", "used", "percent"),
    [(0, 5, 0), (10, 7, 0), (10, 8, 80), (10, 9, 80), (10, 10, 100), (3, 4, 100)],
)
def test_when_to_warn(limit, used, percent):
    assert quota.warning(limit, used) == percent


def test_there_is_a_quota_if_one_of_the_numbers_is_set():
    assert not Quotas()
    assert Quotas(day=1) and Quotas(month=1)


# --- the meter -------------------------------------------------------------------


def test_the_database_is_asked_before_the_first_request(meter):
    assert spend(meter) == [None]
    assert meter.own(CLIENT, DAY) == 0
    meter.learn(CLIENT, DAY, Used(8, 8))
    assert spend(meter, 3) == [True, True, False]
    assert meter.own(CLIENT, DAY) == 2
    assert meter.own(CLIENT, DAY - timedelta(1)) == 0


def test_requests_of_a_batch_are_counted_once(meter):
    meter.learn(CLIENT, DAY, Used())
    spend(meter, 4)
    meter.learn(CLIENT, DAY, Used(7, 7), written=3)  # with 4 of other workers
    assert meter.own(CLIENT, DAY) == 1
    assert spend(meter, 3) == [True, True, False]


def test_answers_in_the_wrong_order_do_no_harm(meter):
    meter.learn(CLIENT, DAY, Used(9, 9))
    meter.learn(CLIENT, DAY, Used(3, 3))
    assert spend(meter, 2) == [True, False]


def test_more_written_than_known_is_no_credit(meter):
    meter.learn(CLIENT, DAY, Used(), written=5)
    meter.learn(CLIENT, DAY, Used(10, 10), written=5)
    assert spend(meter) == [False]


def test_the_database_is_asked_again_after_a_while(meter, clock):
    meter.learn(CLIENT, DAY, Used())
    clock.now += FRESH
    assert spend(meter) == [None]
    meter.learn(CLIENT, DAY, Used(9, 9))
    assert spend(meter, 2) == [True, False]


def test_a_new_day_begins_anew_and_an_old_one_is_not_learned(meter):
    meter.learn(CLIENT, DAY, Used(10, 10))
    tomorrow = NOW + timedelta(1)
    assert spend(meter, now=tomorrow) == [None]
    meter.learn(CLIENT, tomorrow.date(), Used(0, 0))
    meter.learn(CLIENT, DAY, Used(12, 12), written=2)
    assert spend(meter, now=tomorrow) == [True]


def test_either_quota_rejects(meter):
    meter.learn(CLIENT, DAY, Used(0, 20))
    assert spend(meter, quotas=Quotas(day=5, month=20)) == [False]
    assert spend(meter, quotas=Quotas(day=5)) == [True]


def test_the_least_recently_used_client_is_forgotten(clock):
    meter = Meter(clock, size=2)
    for client in (1, 2):
        meter.learn(client, DAY, Used())
    meter.spend(1, Quotas(day=5), NOW)
    meter.learn(3, DAY, Used())
    assert meter.spend(2, Quotas(day=5), NOW) is None
    assert meter.spend(1, Quotas(day=5), NOW).admitted


# --- responses ---------------------------------------------------------------------


def usage(quotas, used):
    meter = Meter()
    meter.learn(CLIENT, DAY, used)
    return meter.spend(CLIENT, quotas, NOW)


def test_headers_are_a_policy_for_each_quota():
    found = quota.headers(usage(Quotas(10, 100), Used(3, 40)))
    assert quota.one_line([("X", "1"), *found]) == [
        ("X", "1"),
        ("RateLimit-Policy", '"daily";q=10;w=86400, "monthly";q=100;w=2419200'),
        ("RateLimit", '"daily";r=6;t=3600, "monthly";r=59;t=3600'),
    ]


def test_the_error_tells_the_quota_that_ends_last():
    now = datetime(2026, 2, 27, 12)
    meter = Meter()
    meter.learn(CLIENT, now.date(), Used(10, 30))
    error = quota.exceeded(meter.spend(CLIENT, Quotas(10, 30), now))
    assert isinstance(error, QuotaExceeded)
    assert (error.status, error.code) == (429, "policy.quota")
    assert dict(error.headers)["Retry-After"] == str(36 * 3600)
    assert "monthly quota of your client is used up: 30 requests" in error.detail
    assert "2026-03-01T00:00:00Z" in error.detail


def test_the_error_of_a_day_ends_with_it():
    error = quota.exceeded(usage(Quotas(10, 30), Used(10, 10)))
    assert dict(error.headers)["Retry-After"] == "3600"
    assert "daily quota" in error.detail


# --- batches -------------------------------------------------------------------------


def test_batches_add_up_by_client_and_day():
    uses, more = Uses(), Uses()
    assert not uses
    uses.count(1, DAY)
    more.count(1, DAY, 2)
    more.count(2, DAY)
    uses.merge(more)
    assert uses and uses.counted == {(1, DAY): 3, (2, DAY): 1}
    assert uses.of_clients(set()).counted == {}
