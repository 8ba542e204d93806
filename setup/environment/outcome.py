"""The results of one or several pytest processes, and the lines that report them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

# pytest's names and order of the numbers in its last line
COUNTS = (
    "failed",
    "passed",
    "skipped",
    "deselected",
    "xfailed",
    "xpassed",
    "warnings",
    "error",
)
ONE_OR_MORE = {"warnings": ("warning", "warnings"), "error": ("error", "errors")}
WIDTH = 80


@dataclass
class Outcome:
    """What a pytest process did.

    ``seconds`` are those of each test with its fixtures, by node id; ``problems`` are
    lines that say what failed.
    """

    counts: Counter = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            self.counts + other.counts,
            {**self.seconds, **other.seconds},
            self.problems + other.problems,
            self.failed + other.failed,
        )

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(vars(self)))


def read(path: Path, label: str, code: int) -> Outcome:
    """Return the outcome that a process wrote.

    A process that wrote none has crashed, whatever its exit code. One that ended with
    an error, but without a test that failed, has one problem all the same: the last
    line of the run must not look like a success.
    """
    if not path.exists():
        problem = f"ERROR {label} ended with exit code {code} and without a summary"
        return Outcome(Counter(error=1), problems=[problem])
    values = json.loads(path.read_text())
    outcome = Outcome(**{**values, "counts": Counter(values["counts"])})
    if code and not outcome.problems:
        outcome.counts["error"] += 1
        outcome.problems.append(f"ERROR {label} ended with exit code {code}")
    return outcome


def file_seconds(outcome: Outcome) -> dict[str, float]:
    """Return the seconds of each test file."""
    total: Counter = Counter()
    for name, seconds in outcome.seconds.items():
        total[name.partition("::")[0]] += seconds
    return dict(total)


def slowest(outcome: Outcome, number: int = 15) -> list[str]:
    """Return a title and a line for each of the slowest tests."""
    found = sorted(outcome.seconds.items(), key=lambda item: -item[1])[:number]
    title = f" slowest {len(found)} tests "
    return [title.center(WIDTH, "=")] + [f"{sec:7.2f}s {name}" for name, sec in found]


def summary(outcome: Outcome) -> list[str]:
    """Return a title and a line for each problem, or nothing."""
    if not outcome.problems:
        return []
    return [" short test summary info ".center(WIDTH, "="), *outcome.problems]


def closing_line(outcome: Outcome, seconds: float) -> str:
    """Return the last line of a run, in the form that pytest has."""
    words = list(_parts(outcome.counts, COUNTS)) or ["no tests ran"]
    duration = f"{seconds:.2f}s"
    if seconds >= 60:
        minutes, rest = divmod(int(seconds), 60)
        duration += f" ({minutes // 60}:{minutes % 60:02}:{rest:02})"
    return f" {', '.join(words)} in {duration} ".center(WIDTH, "=")


def _parts(counts: Counter, names: Iterable[str]) -> Iterable[str]:
    others = [name for name in counts if name not in names]
    for name in (*names, *others):
        if number := counts[name]:
            one, more = ONE_OR_MORE.get(name, (name, name))
            yield f"{number} {one if number == 1 else more}"
