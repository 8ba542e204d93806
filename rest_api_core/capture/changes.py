"""What a transaction has touched so far, kept with its cursor. No Odoo here.

It lives until the transaction is committed or rolled back. The values stay true when
a savepoint is rolled back: values of the start of the transaction, and which ids were
created in it. ``merging`` compares with the rows. Only the outbox must be brought up to
date again where a rollback takes rows of it that were written for changes from before
the savepoint; see ``rolled_back``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Protocol

KEY = "rest_api_core.changes"


class _Callbacks(Protocol):
    data: dict[Any, Any]


class _Cursor(Protocol):
    @property
    def postrollback(self) -> _Callbacks: ...


class _Queue(Protocol):
    data: dict[Any, Any]

    def add(self, function: Callable[[], None]) -> None: ...


class _WritingCursor(Protocol):
    @property
    def precommit(self) -> _Queue: ...

    @property
    def postrollback(self) -> _Callbacks: ...


class ModelChanges:
    """The touched records of one model.

    :ivar created: ids that were not there at the start
    :ivar olds: ``{id: {name: value at the start}}``
    :ivar frozen: ``{id: row before the deletion}``
    :ivar inherited: ``{id: {name: (old, new)}}`` of the parent (``_inherits``)
    :ivar dirty: ids to look at before the commit
    :ivar written: ids that may have a row in the outbox
    """

    def __init__(self) -> None:
        self.created: set[int] = set()
        self.olds: dict[int, dict[str, Any]] = {}
        self.frozen: dict[int, dict[str, Any]] = {}
        self.inherited: dict[int, Mapping[str, tuple[Any, Any]]] = {}
        self.dirty: dict[int, None] = {}  # in order
        self.written: set[int] = set()

    def unknown(self, ids: Iterable[int], names: Collection[str]) -> list[int]:
        """The ids whose values at the start are still to be read."""
        olds, created, needed = self.olds, self.created, set(names)
        return [
            each
            for each in ids
            if each not in created and not needed <= olds.get(each, {}).keys()
        ]

    def learn(self, values: Mapping[int, Mapping[str, Any]]) -> None:
        """Keep values of the start; those known already are older, and stay."""
        for each, read in values.items():
            self.olds[each] = {**read, **self.olds.get(each, {})}

    def touch(self, ids: Iterable[int]) -> None:
        self.dirty.update(dict.fromkeys(ids))

    def touch_all(self) -> None:
        """Look at all records once more."""
        for ids in (self.created, self.olds, self.frozen, self.inherited, self.written):
            self.touch(ids)

    def take(self) -> list[int]:
        """The dirty ids, which are clean from now on."""
        ids = list(self.dirty)
        self.dirty.clear()
        return ids

    def forget(self, name: str) -> None:
        """A field that no longer exists."""
        for olds in self.olds.values():
            olds.pop(name, None)


class Changes:
    """The touched records of a transaction.

    :ivar user_id: who made the first change
    :ivar write: brings the outbox up to date
    """

    def __init__(self) -> None:
        self.models: dict[str, ModelChanges] = {}
        self.user_id = 0
        self.write: Callable[[], None] | None = None
        self.is_uncertain = False
        self.is_import = self.is_cron = False

    def of(self, model: str) -> ModelChanges:
        return self.models.setdefault(model, ModelChanges())

    def dirty(self) -> list[str]:
        """The models with records to look at."""
        if self.is_uncertain:
            self.is_uncertain = False
            for known in self.models.values():
                known.touch_all()
        return [name for name, known in self.models.items() if known.dirty]

    def noted(self, user_id: int, context: Mapping[str, Any]) -> None:
        """Remember what the context of a change tells."""
        self.user_id = self.user_id or user_id
        self.is_import = self.is_import or bool(context.get("import_file"))
        self.is_cron = self.is_cron or "cron_id" in context


def of(cr: _Cursor) -> Changes:
    """The changes of the transaction of a cursor."""
    # Odoo clears these data when it commits or rolls back, and not with savepoints
    found = cr.postrollback.data.get(KEY)
    if found is None:
        found = cr.postrollback.data[KEY] = Changes()
    return found


def schedule(cr: _WritingCursor, write: Callable[[], None]) -> None:
    """Have the outbox written before the commit, or before the next savepoint."""
    of(cr).write = write
    if KEY not in cr.precommit.data:
        cr.precommit.data[KEY] = True
        cr.precommit.add(write)


def rolled_back(cr: _WritingCursor) -> None:
    """A savepoint was rolled back that Odoo had not flushed when it began: rows of the
    outbox may be gone though their changes are not, and so may be the callback."""
    found = cr.postrollback.data.get(KEY)
    if found is not None and found.write is not None:
        found.is_uncertain = True
        schedule(cr, found.write)
