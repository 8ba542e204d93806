"""From entries to rows of ``rest.log``, and to when clients were last there.

All is SQL without the ORM: nobody's cache, computed field or access right depends on
these columns. It neither waits for users nor makes them wait: a reference to a record
that somebody holds for deletion is left out, a client that is locked is counted later.
"""

import atexit
import logging
import os
from collections.abc import Callable
from dataclasses import astuple
from typing import NamedTuple

import psycopg2
from psycopg2 import errors
from psycopg2.extras import execute_values

from ..orm.connections import Connections
from .entry import COLUMNS
from .queue import GiveUp, Queue
from .usage import Tally

_logger = logging.getLogger(__name__)

COUNT_AFTER = 10  # seconds: each count writes the rows of clients

_REFERENCES = {
    "api_id": "rest_api",
    "client_id": "rest_client",
    "credential_id": "rest_credential",
    "user_id": "res_users",
}


_TYPES = {"status": "integer", "duration_ms": "double precision"}


def _value(name, lock):
    """What an entry points to may be gone when it is written."""
    if name in _REFERENCES:
        table = _REFERENCES[name]
        return f"(SELECT id FROM {table} WHERE id = given.{name}::integer {lock})"
    return f"given.{name}::{_TYPES[name]}" if name in _TYPES else f"given.{name}"


def _insert(lock):
    columns = ", ".join(COLUMNS)
    values = ", ".join(_value(name, lock) for name in COLUMNS)
    given = f"FROM (VALUES %s) AS given ({columns})"
    return f"INSERT INTO rest_log ({columns}) SELECT {values} {given}"


_ROW = ", ".join(["%s"] * len(COLUMNS))
_INSERT_SAFELY = (
    "SAVEPOINT rest_log; "
    f"INSERT INTO rest_log ({', '.join(COLUMNS)}) VALUES ({_ROW}); "
    "RELEASE SAVEPOINT rest_log"
)
_INSERT_MANY = _insert("")
_INSERT_FREE = _insert("FOR KEY SHARE SKIP LOCKED")
# In one message, and so in one transaction, with what follows. A crash of the database
# may cost the last half second of what is written here.
_BRIEFLY = "SET LOCAL lock_timeout = '200ms'; SET LOCAL synchronous_commit = off; "

_COUNT = """
WITH used (id, requests, at) AS (VALUES %s),
locked AS (
    SELECT id FROM rest_client WHERE id IN (SELECT id FROM used)
    ORDER BY id FOR NO KEY UPDATE {otherwise}
),
counted AS (
    UPDATE rest_client SET
        request_count =
            LEAST(COALESCE(request_count, 0)::bigint + used.requests, 2147483647),
        last_used_at = GREATEST(last_used_at, used.at)
    FROM used JOIN locked USING (id) WHERE rest_client.id = used.id
    RETURNING used.id
)
SELECT id FROM rest_client JOIN used USING (id) WHERE id NOT IN (TABLE counted)
"""
_COUNT_FREE = _COUNT.format(otherwise="SKIP LOCKED")
# All workers that stop at once count the same clients
_COUNT_LAST = "SET LOCAL lock_timeout = '2s'; " + _COUNT.format(otherwise="")
_TOUCH = """
WITH used (id, at) AS (VALUES %s),
locked AS (
    SELECT rest_credential.id, used.at FROM rest_credential JOIN used USING (id)
    WHERE last_used_at IS NULL OR last_used_at < used.at - INTERVAL '1 minute'
    ORDER BY rest_credential.id FOR NO KEY UPDATE OF rest_credential SKIP LOCKED
)
UPDATE rest_credential SET last_used_at = locked.at
FROM locked WHERE rest_credential.id = locked.id
"""


def insert_on(cr, entry):
    """Insert one row, in the transaction of the request.

    It takes one round trip; where it raises psycopg2.Error, nothing has happened.
    """
    try:
        cr.execute(_INSERT_SAFELY, astuple(entry), log_exceptions=False)
    except psycopg2.Error:
        cr.execute("ROLLBACK TO SAVEPOINT rest_log; RELEASE SAVEPOINT rest_log")
        raise


def insert_many_on(cr, entries):
    """Insert rows in a transaction of their own."""
    rows = list(map(astuple, entries))
    try:
        execute_values(cr, _BRIEFLY + _INSERT_MANY, rows, page_size=len(rows))
    except errors.LockNotAvailable:
        execute_values(cr, _BRIEFLY + _INSERT_FREE, rows, page_size=len(rows))


def count_on(cr, uses, statement=_COUNT_FREE):
    """Add ``Uses`` to clients and keys; gives those of clients that were locked."""
    clients = [(i, uses.requests[i], uses.clients[i]) for i in sorted(uses.clients)]
    template = "(%s, %s, %s::timestamp)"
    locked = execute_values(cr, statement, clients, template, len(clients), fetch=True)
    keys = sorted(uses.credentials.items())
    if keys:
        execute_values(cr, _TOUCH, keys, "(%s, %s::timestamp)", len(keys))
    return uses.of_clients({row[0] for row in locked})


# --- off the request's path ---------------------------------------------------


class Lane(NamedTuple):
    """What is written to one database, and by whom."""

    database: str
    write: Callable[[str, list], None]

    def __str__(self):
        return self.database


_connections = Connections(size=1)
_tally = Tally()


def put_entry(database, entry):
    """Have an entry written soon; never fails."""
    _queue.put(Lane(database, _write_entries), entry)


def put_uses(database, uses):
    """Have uses counted within a while; never fails."""
    if _tally.add(database, uses):
        _queue.put(Lane(database, _write_uses), None, COUNT_AFTER)


def _write_entries(database, entries):
    try:
        _connections.run(database, lambda cr: insert_many_on(cr, entries))
    except (errors.UndefinedTable, errors.UndefinedColumn) as error:
        # the addon is no longer installed there, or not yet updated
        raise GiveUp(str(error)) from error


def _write_uses(database, _items, statement=_COUNT_FREE):
    """What cannot be counted now is counted with the next uses."""
    uses = _tally.take(database)
    if not uses.requests:
        return
    try:
        uses = _connections.run(database, lambda cr: count_on(cr, uses, statement))
    except psycopg2.Error as error:
        _logger.info("Uses of clients of %s are counted later: %s", database, error)
    _tally.put_back(database, uses)


def close():
    """Write all that there is, at the end of the process."""
    _queue.close()
    for database in _tally.databases():
        _write_uses(database, (), _COUNT_LAST)


_queue = Queue(lambda lane, items: lane.write(lane.database, items))
atexit.register(close)
os.register_at_fork(after_in_child=_tally.forget)
