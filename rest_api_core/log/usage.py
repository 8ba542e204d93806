"""Use of the API, until it is written to the database. No Odoo here."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

MAX_SUMMARIES = 200  # networks and minutes of a process; the others become one
OTHERS = "others"


class Summary(NamedTuple):
    """Requests of a minute, to an API or an endpoint, without entries of their own."""

    minute: datetime
    api_id: int
    network: str
    endpoint_id: int = 0


@dataclass
class Uses:
    """Number of requests of clients, last use of clients and credentials, number of
    requests without entries, and of those that count for quotas, by client and day.

    Requests that were rejected count for their client, and are no use of it.
    """

    requests: dict[int, int] = field(default_factory=dict)
    clients: dict[int, datetime] = field(default_factory=dict)
    credentials: dict[int, datetime] = field(default_factory=dict)
    summaries: dict[Summary, int] = field(default_factory=dict)
    counted: dict[tuple[int, date], int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.requests or self.summaries or self.counted)

    def add(
        self,
        client: int,
        credential: int | None,
        at: datetime | None,
        count: int = 1,
    ) -> None:
        """:param at: None for requests that were rejected"""
        self.requests[client] = self.requests.get(client, 0) + count
        if at:
            _later(self.clients, client, at)
            if credential:
                _later(self.credentials, credential, at)

    def count(self, client: int, day: date, count: int = 1) -> None:
        """Requests of a day (UTC) that count for the quotas of the client."""
        self.counted[client, day] = self.counted.get((client, day), 0) + count

    def summarize(self, summary: Summary, count: int = 1) -> None:
        """:param summary: of any time in the minute"""
        minute = summary.minute.replace(second=0, microsecond=0)
        summary = summary._replace(minute=minute)
        if summary not in self.summaries and len(self.summaries) >= MAX_SUMMARIES:
            summary = summary._replace(network=OTHERS)
        self.summaries[summary] = self.summaries.get(summary, 0) + count

    def merge(self, other: Uses) -> None:
        for client, count in other.requests.items():
            self.add(client, None, other.clients.get(client), count)
        for credential, at in other.credentials.items():
            _later(self.credentials, credential, at)
        for (client, day), count in other.counted.items():
            self.count(client, day, count)
        for summary, count in other.summaries.items():
            self.summarize(summary, count)

    def of_clients(self, clients: set[int]) -> Uses:
        """The uses of these clients only, without credentials and summaries."""
        selected = Uses()
        for client in clients:
            selected.add(client, None, self.clients.get(client), self.requests[client])
        return selected


def _later(dates: dict[int, datetime], key: int, at: datetime) -> None:
    dates[key] = max(at, dates.get(key, at))


class Tally:
    """The ``Uses`` of each database in one process, until a writer takes them."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Drop all uses: after a fork, they belong to the parent process."""
        self._lock = threading.Lock()
        self._uses: dict[str, Uses] = {}
        self._scheduled: set[str] = set()

    def add(self, database: str, uses: Uses) -> bool:
        """Add uses; return whether the caller must schedule a ``take``."""
        with self._lock:
            self._uses.setdefault(database, Uses()).merge(uses)
            is_scheduled = database in self._scheduled
            self._scheduled.add(database)
        return not is_scheduled

    def take(self, database: str) -> Uses:
        with self._lock:
            self._scheduled.discard(database)
            return self._uses.pop(database, Uses())

    def put_back(self, database: str, uses: Uses) -> None:
        """Keep uses for the next ``take``, which ``add`` schedules."""
        with self._lock:
            self._uses.setdefault(database, Uses()).merge(uses)

    def databases(self) -> list[str]:
        with self._lock:
            return list(self._uses)
