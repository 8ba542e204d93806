"""The periods of a calendar that groups of times are: where they end. No Odoo here.

end(datetime(2026, 1, 1), "quarter")    2026-04-01 00:00
end(date(2026, 1, 5), "week")           2026-01-12
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TypeVar

Moment = TypeVar("Moment", date, datetime)

_LENGTHS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def end(begin: Moment, period: str) -> Moment:
    """The first moment behind a period; the last of the calendar where there is none.

    :param begin: the first moment of the period, in local time
    """
    try:
        if period in _LENGTHS:
            return begin + _LENGTHS[period]
        years, month = divmod(begin.month - 1 + _MONTHS[period], 12)
        return begin.replace(year=begin.year + years, month=month + 1)
    except (OverflowError, ValueError):
        return type(begin).max
