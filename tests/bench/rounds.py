"""Interleaved rounds: what is compared runs side by side, in turns, many times.

A machine that others use slows down and speeds up; two bursts right after one another
see nearly the same machine, so it is their ratio that counts, not the milliseconds.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from environment import console

from .case import Case
from .target import Target
from .wrk import Burst, Wrk


class Key(NamedTuple):
    """What one burst was about."""

    target: str
    case: str
    variant: str
    connections: int


@dataclass
class Results:
    """The bursts of all rounds, processor ms of a request, what ``extra`` measured."""

    bursts: dict[Key, list[Burst]] = field(default_factory=dict)
    cpu: dict[Key, list[float]] = field(default_factory=dict)
    extra: dict[str, list[float]] = field(default_factory=dict)

    def add(self, key: Key, burst: Burst, seconds: float) -> None:
        self.bursts.setdefault(key, []).append(burst)
        self.cpu.setdefault(key, []).append(1000 * seconds / burst.requests)


@dataclass(frozen=True)
class Plan:
    """``variant``: compared with the bare one; ``extra``: measured once a round."""

    targets: Mapping[str, Target]
    cases: Sequence[Case]
    connections: Sequence[int]
    variant: str
    extra: Mapping[str, Callable[[], float]] = field(default_factory=dict)


def run(plan: Plan, wrk: Wrk, rounds: int, title: str) -> Results:
    """Run all bursts ``rounds`` times, in another order each time."""
    results = Results()
    started = time.monotonic()
    for number in range(1, rounds + 1):
        for name, function in plan.extra.items():
            results.extra.setdefault(name, []).append(function())
        for connections in plan.connections:
            for case in plan.cases:
                _compare(plan, wrk, case, connections, results)
        seconds = time.monotonic() - started
        console.say(f"  {title}: round {number} of {rounds}, {seconds:.0f} s")
    return results


def _compare(
    plan: Plan, wrk: Wrk, case: Case, connections: int, results: Results
) -> None:
    for name in _shuffled(plan.targets):
        target = plan.targets[name]
        for variant in _shuffled(case.paths):
            before = target.cpu()
            url = target.url + case.paths[variant]
            burst = wrk.burst(url, case.request_of(variant), connections)
            key = Key(name, case.name, variant, connections)
            results.add(key, burst, target.cpu() - before)


def _shuffled(names: Mapping[str, str]) -> list[str]:
    return random.sample(list(names), len(names))
