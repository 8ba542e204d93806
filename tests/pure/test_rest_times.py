from datetime import date, datetime

import pytest

from rest_api_core.wire.times import parse_date, parse_time


def test_dates():
    assert parse_date("2026-01-31") == date(2026, 1, 31)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31T12:00:00Z",
        "2026-01-31t12:00:00z",
        "2026-01-31 12:00",
        "2026-01-31T12:00:00.999Z",
        "2026-01-31T14:00:00+0200",
        "2026-01-31T07:00:00-05:00",
    ],
)
def test_times_are_naive_utc_in_whole_seconds(text):
    assert parse_time(text) == datetime(2026, 1, 31, 12)


@pytest.mark.parametrize(
    ("parse", "value", "reason"),
    [
        (parse_date, "2026-1-31", "must be a date as YYYY-MM-DD"),
        (parse_date, "٢٠٢٦-01-31", "must be a date as YYYY-MM-DD"),
        (parse_date, 20260131, "must be a date as YYYY-MM-DD"),
        (parse_date, "2026-02-30", "is not a date of the calendar"),
        (parse_time, "2026-01-31", "must be a time as YYYY-MM-DDTHH:MM:SSZ"),
        (parse_time, None, "must be a time as YYYY-MM-DDTHH:MM:SSZ"),
        (parse_time, "2026-01-31T24:00Z", "is not a time of the calendar"),
        (parse_time, "2026-01-31T12:00+24:00", "is not a time of the calendar"),
        (parse_time, "9999-12-31T23:59:59-01:00", "is not a time of the calendar"),
    ],
)
def test_other_values_are_refused(parse, value, reason):
    with pytest.raises(ValueError, match=f"^{reason}$"):
        parse(value)
