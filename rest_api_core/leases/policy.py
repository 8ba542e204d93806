"""What holds for leases, whatever is leased. No Odoo and no SQL here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Policy:
    """How long leases last.

    :param lease: seconds after which a worker that was not heard of has lost its row
    :param most_losses: of one row, after which no other worker gets it
    """

    lease: float = 60.0
    most_losses: int = 3

    @property
    def beat(self) -> float:
        """Seconds between two heartbeats: two of them may fail."""
        return self.lease / 3

    @property
    def reap(self) -> float:
        """Seconds between two looks for expired leases."""
        return self.lease / 4


@dataclass(frozen=True)
class Claimed:
    """A row that this process has leased.

    :param values: its columns, as they were at that time
    """

    id: int
    lease_id: str
    values: Mapping[str, Any] = field(default_factory=dict, hash=False, compare=False)


@dataclass(frozen=True)
class Outcome:
    """What became of a row.

    :param state: its new one; :param values: other columns
    :param delay: seconds until it is due again, where the state is one that is claimed
    """

    claimed: Claimed
    state: str
    values: Mapping[str, Any] = field(default_factory=dict)
    delay: float = 0.0
