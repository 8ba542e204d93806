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
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, Protocol

_numbers = itertools.count()


class _Cursor(Protocol):
    commit: Callable[[], None]
    execute: Callable[..., Any]
    clear: Callable[[], None]


class Mark:
    """A savepoint, until it is released or rolled back to, once."""

    def __init__(self, cr: _Cursor) -> None:
        self._cr = cr
        self._name = f"rest_{next(_numbers)}"
        self._is_lost = False
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
        return not self._is_lost
