from datetime import date, datetime

import pytest

from rest_api_core.query import periods


@pytest.mark.parametrize(
    ("period", "end"),
    [
        ("hour", datetime(2026, 10, 1, 1)),
        ("day", datetime(2026, 10, 2)),
        ("week", datetime(2026, 10, 8)),
        ("month", datetime(2026, 11, 1)),
        ("quarter", datetime(2027, 1, 1)),
        ("year", datetime(2027, 10, 1)),
    ],
)
def test_a_period_ends_where_the_next_begins(period, end):
    assert periods.end(datetime(2026, 10, 1), period) == end


def test_dates_stay_dates():
    assert periods.end(date(2026, 12, 1), "month") == date(2027, 1, 1)


@pytest.mark.parametrize("period", ["day", "month", "year"])
def test_the_calendar_has_an_end(period):
    assert periods.end(date(9999, 12, 31), period) == date.max
