"""Rate limits in PostgreSQL: one count for all workers, which survives rollbacks."""

import contextlib

from psycopg2 import errors

from ..orm.connections import Connections
from . import rate

_PLACEHOLDERS = {"key": "$1", "interval": "$2", "window": "$3", "now": "$4"}
# Parsing and planning would take as long as everything else
_PREPARE = (
    "PREPARE rest_rate_spend (varchar, bigint, bigint, bigint) AS "
    + rate.UPSERT % _PLACEHOLDERS
)
_EXECUTE = "EXECUTE rest_rate_spend (%(key)s, %(interval)s, %(window)s, %(now)s)"


def _prepare(cr):
    """Prepare the statement, unless the session has it."""
    # behind a connection pooler, the session can come from another process of ours
    with contextlib.suppress(errors.DuplicatePreparedStatement):
        cr.execute(_PREPARE)


_connections = Connections(size=4, setup=_prepare)


def spend_on(cr, key, limit, now=None, statement=rate.UPSERT):
    """Count one request on this cursor.

    :param now: microseconds since 1970; None for the clock of the database
    """
    cr.execute(
        statement,
        {"key": key, "interval": limit.interval, "window": limit.window, "now": now},
    )
    allowed, tat, seen = cr.fetchone()
    return rate.decision(allowed, tat, seen, limit), seen


def purge_on(cr, now=None):
    """Delete callers whose whole quota is available again; return their number."""
    cr.execute(rate.PURGE, {"now": now})
    return cr.rowcount


class DatabaseBackend:
    """The ``fallback.Backend`` of one database. Raises psycopg2.Error."""

    def __init__(self, database):
        self._database = database

    def spend(self, key, limit, now=None):
        def work(cr):
            try:
                return spend_on(cr, key, limit, now, _EXECUTE)
            except errors.InvalidSqlStatementName:
                # a pooler gave us another session, where nothing is prepared
                return spend_on(cr, key, limit, now)

        return _connections.run(self._database, work)

    def purge(self, now=None):
        return _connections.run(self._database, lambda cr: purge_on(cr, now))
