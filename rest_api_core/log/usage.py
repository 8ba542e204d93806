"""Who has used the API since it was last written down. No Odoo here."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Uses:
    """Requests of clients, and when clients and credentials were last seen."""

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
        """Only those of these clients, without the credentials."""
        kept = Uses()
        for client in clients:
            kept.add(client, None, self.clients[client], self.requests[client])
        return kept


def _later(dates: dict[int, datetime], key: int, date: datetime) -> None:
    dates[key] = max(date, dates.get(key, date))


class Tally:
    """The ``Uses`` of each database, for one process; somebody is to ``take`` them."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew, in a fork."""
        self._lock = threading.Lock()
        self._uses: dict[str, Uses] = {}
        self._asked: set[str] = set()

    def add(self, database: str, uses: Uses) -> bool:
        """Whether to ask for a ``take``: nobody has since the last."""
        with self._lock:
            self._uses.setdefault(database, Uses()).merge(uses)
            is_asked = database in self._asked
            self._asked.add(database)
        return not is_asked

    def take(self, database: str) -> Uses:
        with self._lock:
            self._asked.discard(database)
            return self._uses.pop(database, Uses())

    def put_back(self, database: str, uses: Uses) -> None:
        """They wait for whoever is added next."""
        with self._lock:
            self._uses.setdefault(database, Uses()).merge(uses)

    def databases(self) -> list[str]:
        with self._lock:
            return list(self._uses)
