"""Positions in the change feed, and the cursors that hold them. No Odoo here.

Changes are in the order of (xid, id): that of their transactions, then that of rows.
All transactions below the horizon of a snapshot of PostgreSQL have ended, so a reader
that stays below it misses none. A position may carry the snapshot of an export: it
contains some transactions above the horizon already, and these are not told again.

    position = Position.of_snapshot("g1", "100:104:100,102")
    values = position.values()                      what a cursor seals
    Position.of_values(values) == position
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

MAX_RUNNING = 100  # transactions that a cursor names: it has to fit into a URL
SIZE = 4  # values in a cursor


class Snapshot(NamedTuple):
    """A snapshot of PostgreSQL: what it contains.

    :param lowest: all transactions below had ended (xmin)
    :param next: those from here on had not begun (xmax)
    :param running: those between that had not ended
    """

    lowest: int
    next: int
    running: tuple[int, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Snapshot:
        """``pg_current_snapshot()::text``: ``xmin:xmax:xip,xip``."""
        lowest, following, running = text.split(":")
        xids = tuple(map(int, running.split(","))) if running else ()
        return cls(int(lowest), int(following), xids)

    @property
    def text(self) -> str:
        return f"{self.lowest}:{self.next}:{','.join(map(str, self.running))}"

    def contains(self, xid: int) -> bool:
        return xid < self.next and xid not in self.running

    def short(self, most: int = MAX_RUNNING) -> Snapshot:
        """One that names no more running transactions, and contains none that this one
        does not: what it leaves out is told twice, and never lost."""
        if len(self.running) <= most:
            return self
        running = sorted(self.running)
        return Snapshot(self.lowest, running[most], tuple(running[:most]))


@dataclass(frozen=True, order=True)
class Position:
    """After which change a reader goes on.

    :param generation: of the database: xids of another cluster mean nothing
    :param snapshot: what the reader has from elsewhere, None for nothing
    """

    generation: str
    xid: int = 0
    row: int = 0
    snapshot: Snapshot | None = None

    @classmethod
    def of_snapshot(cls, generation: str, text: str) -> Position:
        """That of a reader who has all that a snapshot contains."""
        snapshot = Snapshot.parse(text).short()
        return cls(generation, snapshot.lowest, 0, snapshot)._plain()

    def after(self, xid: int, row: int) -> Position:
        """The same reader after this row, or where it was if that was further."""
        xid, row = max((self.xid, self.row), (xid, row))
        return replace(self, xid=xid, row=row)._plain()

    def _plain(self) -> Position:
        """Without a snapshot that tells nothing any more."""
        snapshot = self.snapshot
        if snapshot is None or self.xid < snapshot.next:
            return self
        return replace(self, snapshot=None)

    def is_behind(self, xid: int, row: int) -> bool:
        """Whether the reader has not got as far as this row."""
        return (self.xid, self.row) < (xid, row)

    # --- what a cursor holds -------------------------------------------------

    def values(self) -> tuple[str, int, int, str]:
        text = self.snapshot.text if self.snapshot else ""
        return self.generation, self.xid, self.row, text

    @classmethod
    def of_values(cls, values: Sequence[Any]) -> Position:
        generation, xid, row, text = values
        return cls(generation, xid, row, Snapshot.parse(text) if text else None)
