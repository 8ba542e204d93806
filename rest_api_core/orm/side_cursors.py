"""Cursors besides that of the request: in a dry run they keep nothing either.

Odoo's code opens some of its own, to log or to create what it needs at once; leaving
one commits.
"""

from odoo.sql_db import Cursor

from . import dry_run

_commit = Cursor.commit


def commit(cr):
    """``Cursor.commit``; in a dry run, a rollback."""
    if dry_run.is_dry():
        cr.rollback()
    else:
        _commit(cr)


def install():
    """Have the cursors of all databases ask, once in each process."""
    Cursor.commit = commit
