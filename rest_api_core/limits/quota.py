"""Quotas: how many requests a client may send in a day and in a month. No Odoo here.

Days and months are those of UTC. The log counts requests in batches (``log/usage.py``),
in one row a client and day for all workers. A worker knows what the database had when
it was last told, and what itself has admitted since:

    meter = Meter()
    usage = meter.spend(client_id, quotas, now)    None: the database must be asked
    meter.learn(client_id, day, Used(10, 200))     then, or after each batch

So a worker may be wrong by what others have admitted since their last batch.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from ..wire.problem import Header, QuotaExceeded, retry_after

Period = Literal["day", "month"]
PERIODS: tuple[Period, ...] = ("day", "month")
# seconds until the database is asked again, unless a batch tells before
FRESH = 15.0
WARNINGS = (80, 100)  # percent
_NAMES: dict[Period, str] = {"day": "daily", "month": "monthly"}


@dataclass(frozen=True)
class Quotas:
    """Requests of a client in each period; 0 for no quota."""

    day: int = 0
    month: int = 0

    def __bool__(self) -> bool:
        return bool(self.day or self.month)

    def of(self, period: Period) -> int:
        return self.day if period == "day" else self.month


class Used(NamedTuple):
    """Requests of a client so far, in each of the periods that a day is in."""

    day: int = 0
    month: int = 0


class Share(NamedTuple):
    """The used part of one quota, and the moment (UTC) when it begins again."""

    period: Period
    limit: int
    used: int
    ends: datetime

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)


class Usage(NamedTuple):
    """What a request has found.

    :param used: with the request, if it is admitted
    :param now: UTC, without a zone
    """

    quotas: Quotas
    used: Used
    admitted: bool
    now: datetime

    @property
    def shares(self) -> tuple[Share, ...]:
        """Of the quotas that there are."""
        day = self.now.date()
        return tuple(
            Share(period, self.quotas.of(period), number, end(period, day))
            for period, number in zip(PERIODS, self.used, strict=True)
            if self.quotas.of(period)
        )


def begin(period: Period, day: date) -> date:
    return day if period == "day" else day.replace(day=1)


def end(period: Period, day: date) -> datetime:
    """The moment behind the period that a day is in."""
    # 32 days after the first of a month are in the next one
    following = begin(period, day) + timedelta(days=1 if period == "day" else 32)
    return datetime.combine(begin(period, following), datetime.min.time())


def warning(limit: int, used: int) -> int:
    """How many percent to warn of: 0, 80 or 100."""
    reached = (percent for percent in WARNINGS if used * 100 >= limit * percent)
    return max(reached, default=0) if limit else 0


# --- what a worker knows ---------------------------------------------------------


@dataclass
class _Known:
    """:param own: requests of this worker that the database does not have yet"""

    day: date
    used: Used
    own: int = 0
    asked: float = 0.0


class Meter:
    """The clients of one database, in one process; the least recently used are
    forgotten.

    :param clock: seconds
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, size: int = 10_000
    ) -> None:
        self._clock, self._size = clock, size
        self._known: OrderedDict[int, _Known] = OrderedDict()
        self._lock = threading.Lock()

    def spend(self, client: int, quotas: Quotas, now: datetime) -> Usage | None:
        """Admit one request, or not; None where the database must be asked first."""
        with self._lock:
            known = self._known.get(client)
            if known is None or known.day != now.date():
                return None
            if self._clock() >= known.asked + FRESH:
                return None
            self._known.move_to_end(client)
            usage = _admit(quotas, known, now)
            known.own += usage.admitted
            return usage

    def own(self, client: int, day: date) -> int:
        """Requests of a day that this worker has admitted since its last batch."""
        known = self._known.get(client)
        return known.own if known and known.day == day else 0

    def learn(self, client: int, day: date, used: Used, written: int = 0) -> None:
        """What the database has.

        :param written: requests of this worker that are in it since this batch
        """
        with self._lock:
            known = self._known.get(client)
            if known is None or known.day < day:
                known = self._known[client] = _Known(day, used)
                if len(self._known) > self._size:
                    self._known.popitem(last=False)
            elif known.day == day:
                # two answers may come in the wrong order, and counts only grow
                known.used = Used(*map(max, known.used, used))
                known.own = max(0, known.own - written)
            known.asked = self._clock()


def _admit(quotas: Quotas, known: _Known, now: datetime) -> Usage:
    day, month = known.used.day + known.own, known.used.month + known.own
    if 0 < quotas.day <= day or 0 < quotas.month <= month:
        return Usage(quotas, Used(day, month), False, now)
    return Usage(quotas, Used(day + 1, month + 1), True, now)


# --- responses -----------------------------------------------------------------------


def exceeded(usage: Usage) -> QuotaExceeded:
    """The problem of a request that was not admitted."""
    share = max(
        (each for each in usage.shares if not each.remaining),
        key=lambda each: each.ends,
    )
    return QuotaExceeded(
        f"The {_NAMES[share.period]} quota of your client is used up:"
        f" {share.limit} requests. It begins again at {share.ends:%Y-%m-%dT%H:%M:%SZ}.",
        headers=[retry_after((share.ends - usage.now).total_seconds())],
    )


def headers(usage: Usage) -> list[Header]:
    """Those of draft-ietf-httpapi-ratelimit-headers-10: a policy for each quota."""
    return [
        header
        for share in usage.shares
        for header in (
            ("RateLimit-Policy", _policy(share, usage.now)),
            ("RateLimit", f"{_name(share)};r={share.remaining};t={_t(share, usage)}"),
        )
    ]


def _name(share: Share) -> str:
    return f'"{_NAMES[share.period]}"'


def _policy(share: Share, now: datetime) -> str:
    first = datetime.combine(begin(share.period, now.date()), datetime.min.time())
    window = int((share.ends - first).total_seconds())
    return f"{_name(share)};q={share.limit};w={window}"


def _t(share: Share, usage: Usage) -> int:
    return math.ceil((share.ends - usage.now).total_seconds())


def one_line(listed: list[Header]) -> list[Header]:
    """The same with one line for each name: RFC 9110 §5.3 joins lists by commas."""
    lines: dict[str, str] = {}
    for name, value in listed:
        lines[name] = f"{lines[name]}, {value}" if name in lines else value
    return list(lines.items())
