"""Dates and times on the wire, in bodies and in filters (RFC 3339). No Odoo here.

    2026-01-31                                       a date
    2026-01-31T12:00:00Z   2026-01-31T14:00:00+02:00 a time, with an offset
    2026-01-31T12:00:00    2026-01-31 12:00          a time in UTC

The functions raise ValueError, in words for the client.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    rf"{_DATE.pattern}[Tt ]([0-9]{{2}}):([0-9]{{2}})(?::([0-9]{{2}})(?:[.,][0-9]+)?)?"
    r"(?:[Zz]|([+-])([0-9]{2}):?([0-9]{2}))?"
)


def parse_date(value: object) -> date:
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise ValueError("must be a date as YYYY-MM-DD")
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        raise ValueError("is not a date of the calendar") from None


def parse_time(value: object) -> datetime:
    """Naive UTC in whole seconds: fractions are dropped, no response has any."""
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise ValueError("must be a time as YYYY-MM-DDTHH:MM:SSZ")
    year, month, day, hour, minute, second = (int(p or 0) for p in match.groups()[:6])
    try:
        moment = datetime(year, month, day, hour, minute, second)
        return moment - _offset(*match.groups()[6:])
    except (ValueError, OverflowError):
        raise ValueError("is not a time of the calendar") from None


def _offset(sign: str | None, hours: str, minutes: str) -> timedelta:
    """RFC 3339 §5.6: up to 23:59 either way."""
    if sign is None:
        return timedelta()
    if int(hours) > 23 or int(minutes) > 59:
        raise ValueError("no offset")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return -offset if sign == "-" else offset
