"""Use of the API by clients, until it is written to the database. No Odoo here."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Uses:
    """Number of requests of clients, and last use of clients and credentials."""

    requests: dict[int, int] = field(default_factory=dict)
    clients: dict[int, datetime] = field(default_factory=dict)
    credentials: dict[int, datetime] = field(default_factory=dict)

    def add(
        self, client: int, credential: int | None, date: datetime, count: int = 1
    ) -> None:
        self.requests[client] = self.requests.get(client, 0) + count
        _later(self.clients, client, date)
        if credential:
            _later(self.credentials, credential, date)

    def merge(self, other: Uses) -> None:
        for client, count in other.requests.items():
            self.add(client, None, other.clients[client], count)
        for credential, date in other.credentials.items():
            _later(self.credentials, credential, date)

    def of_clients(self, clients: set[int]) -> Uses:
        """The uses of these clients only, without credentials."""
        selected = Uses()
        for client in clients:
            selected.add(client, None, self.clients[client], self.requests[client])
        return selected


def _later(dates: dict[int, datetime], key: int, date: datetime) -> None:
    dates[key] = max(date, dates.get(key, date))


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
