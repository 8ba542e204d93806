"""Rate limits in PostgreSQL: one count for all workers, that survives rollbacks."""

import contextlib

from psycopg2 import errors

from ..orm.connections import Connections
from . import rate

_PLACES = {"key": "$1", "interval": "$2", "window": "$3", "now": "$4"}
# Parsing and planning would take as long as all the rest
_PREPARE = (
    "PREPARE rest_rate_spend (varchar, bigint, bigint, bigint) AS "
    + rate.UPSERT % _PLACES
)
_EXECUTE = "EXECUTE rest_rate_spend (%(key)s, %(interval)s, %(window)s, %(now)s)"


def _prepare(cr):
    """Behind a pooler, another client's session may be ours now, and has it already."""
    with contextlib.suppress(errors.DuplicatePreparedStatement):
        cr.execute(_PREPARE)


_connections = Connections(size=4, setup=_prepare)


def spend_on(cr, key, limit, now=None, statement=rate.UPSERT):
    """Count one request on this cursor; ``now`` None: by the database's clock."""
    cr.execute(
        statement,
        {"key": key, "interval": limit.interval, "window": limit.window, "now": now},
    )
    allowed, tat, seen = cr.fetchone()
    return rate.decision(allowed, tat, seen, limit), seen


def purge_on(cr, now=None):
    """Forget whoever has the whole quota again; tells how many."""
    cr.execute(rate.PURGE, {"now": now})
    return cr.rowcount


class DatabaseBackend:
    """The ``rate_fallback.Backend`` of one database. Raises psycopg2.Error."""

    def __init__(self, database):
        self._database = database

    def spend(self, key, limit, now=None):
        def work(cr):
            try:
                return spend_on(cr, key, limit, now, _EXECUTE)
            except errors.InvalidSqlStatementName:
                return spend_on(cr, key, limit, now)

        return _connections.run(self._database, work)

    def purge(self, now=None):
        return _connections.run(self._database, lambda cr: purge_on(cr, now))
