"""Whether a transaction shall change nothing: the mark of a dry run.

It is kept in ``cr.postcommit.data``, which Odoo clears on commit and rollback: the mark
ends with its transaction. ``cr.precommit.data`` would be too short-lived, Odoo clears
it at savepoints, too; ``cr.cache`` too long-lived, it outlasts a rollback, and a later
transaction of the same cursor would send nothing.
"""

_KEY = "rest_dry_run"


def mark(cr):
    """The transaction of this cursor is going to be rolled back."""
    cr.postcommit.data[_KEY] = True


def is_marked(cr):
    """Whether what leaves the database, such as mail, has to be held back."""
    return _KEY in cr.postcommit.data
