"""Whether a transaction shall change nothing: the mark of a dry run. No Odoo here.

It is kept in ``cr.postcommit.data``, which Odoo clears on commit and rollback: the mark
ends with its transaction. ``cr.precommit.data`` would be too short-lived, Odoo clears
it at savepoints, too; ``cr.cache`` too long-lived, it outlasts a rollback, and a later
transaction of the same cursor would send nothing.
"""

from __future__ import annotations

from typing import Any, Protocol

_KEY = "rest_dry_run"


class _Callbacks(Protocol):
    data: dict[Any, Any]


class _Cursor(Protocol):
    postcommit: _Callbacks


def mark(cr: _Cursor) -> None:
    """The transaction of this cursor is going to be rolled back."""
    cr.postcommit.data[_KEY] = True


def is_marked(cr: _Cursor) -> bool:
    """Whether what leaves the database, such as mail, has to be held back."""
    return _KEY in cr.postcommit.data
