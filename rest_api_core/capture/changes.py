"""What a transaction has touched so far, kept with its cursor. No Odoo here.

It lives until the transaction is committed or rolled back. Savepoints do not matter:
values of the start of the transaction stay true when one is rolled back, and so does
it that an id was created in this transaction. ``merging`` compares with the rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

KEY = "rest_api_core.changes"


class _Callbacks(Protocol):
    data: dict[str, Any]


class _Cursor(Protocol):
    postrollback: _Callbacks


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
        """Keep values of the start; what is known already is older, and stays."""
        for each, read in values.items():
            self.olds[each] = {**read, **self.olds.get(each, {})}

    def touch(self, ids: Iterable[int]) -> None:
        self.dirty.update(dict.fromkeys(ids))

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
    """

    def __init__(self) -> None:
        self.models: dict[str, ModelChanges] = {}
        self.user_id = 0
        self.is_import = self.is_cron = False

    def of(self, model: str) -> ModelChanges:
        return self.models.setdefault(model, ModelChanges())

    def dirty(self) -> list[str]:
        """The models with records to look at."""
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
