"""Savepoints that Odoo does not flush (``cr.savepoint(flush=False)``).

A flush inside writes the outbox for changes from before the savepoint, too. When it is
rolled back, those rows are gone, and Odoo has no hook for that: the rollback is
wrapped, once for each process. Cursors without captured changes are as before.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from odoo.sql_db import Savepoint

from . import changes


def install() -> None:
    """Have the outbox written again after such a rollback."""
    Savepoint.rollback = _noting(Savepoint.rollback)


def _noting(rollback: Callable[[Savepoint], None]) -> Callable[[Savepoint], None]:
    @wraps(rollback)
    def noting(savepoint: Savepoint) -> None:
        rollback(savepoint)
        # those that flush have flushed all changes from before
        if type(savepoint) is Savepoint and hasattr(savepoint._cr, "postrollback"):
            changes.rolled_back(savepoint._cr)

    return noting
