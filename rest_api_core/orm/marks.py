"""A point that a failing write goes back to. No Odoo here.

    mark = Mark(cr)
    try:
        …
    except Exception:
        if mark.rolled_back():
            …the cursor can be used, as if nothing had happened
    else:
        mark.release()

Code may commit in between: then there is no way back, nor a savepoint to release.

With the rows goes what else code has left: Odoo's cache of records, what it wants to do
after the commit, and what the caches of the registry have got from rows that are gone.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable
from copy import copy
from typing import Any, Protocol

from ..capture import changes

_numbers = itertools.count()


class _Registry(Protocol):
    cache_invalidated: set[str]
    clear_cache: Callable[..., None]


class _Transaction(Protocol):
    registry: _Registry


class _Queue(Protocol):
    """``odoo.tools.Callbacks``"""

    _funcs: deque[Callable[[], None]]
    data: dict[Any, Any]

    def add(self, function: Callable[[], None]) -> None: ...


class _Cursor(Protocol):
    commit: Callable[[], None]
    execute: Callable[..., Any]
    clear: Callable[[], None]
    precommit: _Queue
    postcommit: _Queue
    postrollback: _Queue
    transaction: _Transaction | None


class Mark:
    """A savepoint, until it is released or rolled back to, once."""

    def __init__(self, cr: _Cursor) -> None:
        self._cr = cr
        self._name = f"rest_{next(_numbers)}"
        self._is_lost = False
        queue = cr.postcommit
        self._later = list(queue._funcs)
        self._data = {name: _copy(value) for name, value in queue.data.items()}
        cr.execute(f"SAVEPOINT {self._name}")
        # another one may watch the cursor as well, as a dry run does
        self._own, self._commit = vars(cr).get("commit"), cr.commit
        cr.commit = self._commits

    def _commits(self) -> None:
        self._is_lost = True
        self._commit()

    def forget(self) -> None:
        """The transaction is lost, or its savepoint does not matter any more."""
        if self._own is None:
            vars(self._cr).pop("commit", None)
        else:
            self._cr.commit = self._own

    def release(self) -> None:
        """Keep what was written since."""
        self.forget()
        if not self._is_lost:
            self._cr.execute(f"RELEASE SAVEPOINT {self._name}")

    def rolled_back(self) -> bool:
        """Forget what was written since, also in Odoo's cache; False if that cannot
        be."""
        self.forget()
        self._cr.clear()
        if not self._is_lost:
            self._cr.execute(f"ROLLBACK TO SAVEPOINT {self._name}")
            self._cr.execute(f"RELEASE SAVEPOINT {self._name}")
            self._forget_later()
            self._forget_cached()
            changes.rolled_back(self._cr)
        return not self._is_lost

    def _forget_later(self) -> None:
        queue = self._cr.postcommit
        queue._funcs.clear()
        queue._funcs.extend(self._later)
        queue.data.clear()
        queue.data.update(self._data)

    def _forget_cached(self) -> None:
        """Odoo clears the caches that a write concerns before it, and on rollbacks of
        the whole transaction: what was read since is of rows that are gone."""
        transaction = self._cr.transaction
        if transaction is not None and transaction.registry.cache_invalidated:
            registry = transaction.registry
            registry.clear_cache(*registry.cache_invalidated)


def _copy(value: Any) -> Any:
    return copy(value) if isinstance(value, (list, set, dict)) else value
