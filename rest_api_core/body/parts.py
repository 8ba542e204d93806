"""A write in parts, to find the records that it fails on. No Odoo here.

part = Part(changes)                 new records, or known ones that change
part = Part(changes, ids)            copies, or records that leave
one, other = part.halves()
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .changes import Change, Changes


@dataclass(frozen=True)
class Part:
    """Changes of a write, or some of them.

    :param ids: the records that a write is about without naming them in its changes;
        each gets, or its copy, the values of the one change
    :param shared: whether the one change is that of other records, too
    """

    changes: Changes
    ids: tuple[int, ...] = ()
    shared: bool = False

    def __len__(self) -> int:
        """How many records it is about."""
        return len(self.ids or self.changes.ids or self.changes.items)

    def halves(self) -> tuple[Part, Part]:
        """The first and the second half of the records, of which there are several."""
        middle = len(self) // 2
        if self.ids:
            first, second = self.ids[:middle], self.ids[middle:]
            return replace(self, ids=first), replace(self, ids=second)
        rows = [row for change in self.changes.items for row in _rows(change)]
        return self._of(rows[:middle]), self._of(rows[middle:])

    def _of(self, rows: list[Change]) -> Part:
        shared = self.shared or any(len(c.ids) > 1 for c in self.changes.items)
        return Part(replace(self.changes, items=_grouped(rows)), shared=shared)

    @property
    def place(self) -> tuple[str | None, int | None]:
        """Pointer and id that tell the one record of this part: the pointer is None
        where the body says nothing of it alone, the id where the pointer tells it."""
        if self.ids:
            return None, self.ids[0]
        (change,) = self.changes.items
        return (None, change.ids[0]) if self.shared else (change.pointer, None)


def _rows(change: Change) -> list[Change]:
    """A change for each record."""
    return [replace(change, ids=(each,)) for each in change.ids] or [change]


def _grouped(rows: Iterable[Change]) -> tuple[Change, ...]:
    """Changes of one place in the body are one again."""
    merged: dict[str, Change] = {}
    for row in rows:
        known = merged.get(row.pointer)
        merged[row.pointer] = replace(row, ids=known.ids + row.ids) if known else row
    return tuple(merged.values())
