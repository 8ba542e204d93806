"""Processor time of a server with all its workers, exact to the nanosecond.

Other programs that load the machine make requests take longer, but hardly cost more
processor time: where the two ratios differ, the machine was busy.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

SCHED = 2  # Linux: the clock of all threads of another process is ~pid << 3 | SCHED


def seconds(group: int) -> float:
    """Return the processor time of the living processes of a group."""
    return sum(map(_seconds, members(group)))


def members(group: int) -> Iterator[int]:
    for path in Path("/proc").iterdir():
        if path.name.isdigit() and _group(int(path.name)) == group:
            yield int(path.name)


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0


def _seconds(pid: int) -> float:
    try:
        return time.clock_gettime(~pid << 3 | SCHED)
    except OSError:
        return 0.0
