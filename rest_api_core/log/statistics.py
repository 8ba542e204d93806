"""Durations as a histogram: percentiles of millions of requests. No Odoo here.

PostgreSQL counts how many durations are in each bucket, which needs no sorting. The
buckets are narrow: a percentile is exact to 2.5 %.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

STEPS = 20  # buckets for each factor of e
SHORTEST = 0.1  # milliseconds
# Of a duration in milliseconds, in SQL
BUCKET = f"FLOOR(LN(GREATEST(%s, {SHORTEST})) * {STEPS})::integer"


def bucket(milliseconds: float) -> int:
    """The same as ``BUCKET``."""
    return math.floor(math.log(max(milliseconds, SHORTEST)) * STEPS)


def percentile(counts: Mapping[int, int], share: float) -> float | None:
    """Milliseconds that this share of the requests does not exceed.

    :param counts: number of requests by bucket; None is returned for no requests
    :param share: such as 0.95
    """
    left = share * sum(counts.values())
    for number in sorted(counts):
        left -= counts[number]
        if left <= 0:
            return round(math.exp((number + 0.5) / STEPS), 1)
    return None


def rate(part: int, whole: int) -> float:
    """Percent of the whole, 0 of nothing."""
    return round(100 * part / whole, 1) if whole else 0.0
