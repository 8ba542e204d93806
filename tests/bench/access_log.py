"""What Odoo's log says about each request: worker, status, queries and seconds."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LINE = re.compile(
    r"^\S+ \S+ (?P<pid>\d+) INFO \S+ werkzeug: .*?"
    r'"(?P<method>\w+) (?P<path>\S+) HTTP/[\d.]+" (?P<status>\d{3}) \S+ '
    r"(?P<queries>\d+) (?P<sql>[\d.]+) (?P<rest>[\d.]+)"
)
COLOUR = re.compile(r"\x1b\[[\d;]*m")
PATIENCE = 5.0  # seconds: a line is written after its answer


@dataclass(frozen=True)
class Entry:
    """One request; times in milliseconds."""

    pid: int
    method: str
    path: str
    status: int
    queries: int
    sql: float
    rest: float

    @property
    def total(self) -> float:
        return self.sql + self.rest


def parse(line: str) -> Entry | None:
    """Return the request that a line is about."""
    found = LINE.match(COLOUR.sub("", line))
    if not found:
        return None
    pid, status, queries = (int(found[name]) for name in ("pid", "status", "queries"))
    times = (1000 * float(found[name]) for name in ("sql", "rest"))
    return Entry(pid, found["method"], found["path"], status, queries, *times)


class AccessLog:
    """The lines of a growing log after a mark."""

    def __init__(self, path: Path):
        self.path, self._mark = path, 0
        self.mark()

    def mark(self) -> None:
        """Forget what was written until now."""
        self._mark = self.path.stat().st_size

    def entries(self) -> Iterator[Entry]:
        """Yield the requests after the mark."""
        with self.path.open("rb") as log:
            log.seek(self._mark)
            lines = log.read().decode(errors="replace").splitlines()
        yield from filter(None, map(parse, lines))

    def wait_for(self, path: str) -> Entry:
        """Return the request with this path and query, which was answered already."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for entry in self.entries():
                if entry.path == path:
                    return entry
            time.sleep(0.005)
        raise LookupError(f"{path} is not in {self.path}")
