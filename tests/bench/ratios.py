"""Medians of rounds, and ratios with their spread."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from .rounds import Key, Results


@dataclass(frozen=True)
class Ratio:
    """Median and quartiles of the ratios of the rounds."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f}× [{self.low:.2f}–{self.high:.2f}]"


def of(numerators: Sequence[float], denominators: Sequence[float]) -> Ratio:
    """Return the ratio of two series, round by round."""
    found = sorted(n / d for n, d in zip(numerators, denominators, strict=True))
    if len(found) < 2:
        return Ratio(found[0], found[0], found[0])
    low, middle, high = statistics.quantiles(found, n=4, method="inclusive")
    return Ratio(middle, low, high)


def times(results: Results, key: Key) -> list[float]:
    """Return each round's median ms, or with several connections 1000 / rate."""
    bursts = results.bursts[key]
    if key.connections == 1:
        return [burst.p50 for burst in bursts]
    return [1000 / burst.rate for burst in bursts]


def compare(
    results: Results, key: Key, against: Key, plus: Sequence[float] = ()
) -> Ratio:
    """Return how much longer ``key`` takes than ``against`` (``plus`` ms a round)."""
    base = times(results, against)
    if plus:
        base = [time + more for time, more in zip(base, plus, strict=True)]
    return of(times(results, key), base)


def middle(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)
