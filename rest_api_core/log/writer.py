"""Writes rows of ``rest.log``, and the use of clients and keys.

It is SQL without the ORM: no cache, computed field or access right depends on these
columns. It neither waits for users nor blocks them: an entry loses its reference to a
record that is being deleted, and a locked client is counted later.
"""

import atexit
import functools
import logging
import os
from collections.abc import Callable
from dataclasses import astuple
from typing import NamedTuple

import psycopg2
from psycopg2 import errors
from psycopg2.extras import execute_values

from ..limits import quota_store
from ..orm.connections import Connections
from ..wire.problem import LoginThrottled
from .entry import COLUMNS
from .queue import GiveUp, Queue
from .usage import Tally, Uses

_logger = logging.getLogger(__name__)

# seconds; each count writes the rows of clients. The form of a client says it, too
COUNT_AFTER = 10

ABOVE = "Requests without valid credentials above the limit."

_REFERENCES = {
    "api_id": "rest_api",
    "client_id": "rest_client",
    "credential_id": "rest_credential",
    "user_id": "res_users",
    "endpoint_id": "endpoint_endpoint",
}

# VALUES alone would have the type text for a column of NULLs
_TYPES = {
    "status": "integer",
    "duration_ms": "double precision",
    "requests": "integer",
}


def _value(name, lock):
    """The SQL of a column."""
    # a subquery: the record of a reference can be deleted before the entry is written
    if name in _REFERENCES:
        table = _REFERENCES[name]
        return f"(SELECT id FROM {table} WHERE id = entries.{name}::integer {lock})"
    return f"entries.{name}::{_TYPES[name]}" if name in _TYPES else f"entries.{name}"


def _insert(lock):
    columns = ", ".join(COLUMNS)
    values = ", ".join(_value(name, lock) for name in COLUMNS)
    source = f"FROM (VALUES %s) AS entries ({columns})"
    return f"INSERT INTO rest_log ({columns}) SELECT {values} {source}"


_ROW = ", ".join(["%s"] * len(COLUMNS))
_INSERT_SAFELY = (
    "SAVEPOINT rest_log; "
    f"INSERT INTO rest_log ({', '.join(COLUMNS)}) VALUES ({_ROW}); "
    "RELEASE SAVEPOINT rest_log"
)
_INSERT_MANY = _insert("")
_INSERT_FREE = _insert("FOR KEY SHARE SKIP LOCKED")
# One message with the statement that follows, and so one transaction. A crash of the
# database can lose the entries of the last half second.
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
# One row for all workers: the columns of the unique index of ``rest.log``
_SUMMARIZE = """
INSERT INTO rest_log (
    date, api_id, endpoint_id, ip, requests, path, status, error_code, error, is_summary
)
SELECT
    minute, api.id, endpoint.id, network, requests, COALESCE(root_path, endpoint.route),
    CASE WHEN api.id IS NULL THEN 400 ELSE 429 END, %s, %s, true
FROM (VALUES %%s) AS used (minute, api, network, endpoint, requests)
LEFT JOIN rest_api AS api ON api.id = used.api
LEFT JOIN endpoint_endpoint AS endpoint ON endpoint.id = used.endpoint
WHERE api.id IS NOT NULL OR endpoint.id IS NOT NULL
ON CONFLICT (COALESCE(api_id, 0), COALESCE(endpoint_id, 0), ip, date) WHERE is_summary
DO UPDATE SET requests = rest_log.requests + EXCLUDED.requests
"""
_COUNT_FREE = _COUNT.format(otherwise="SKIP LOCKED")
# Workers that stop at the same time count the same clients: they wait for each other
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
    """Insert one row in the transaction of the request, in one round trip.

    If it raises psycopg2.Error, the transaction is unchanged and usable.
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


def write_uses_on(cr, uses, statement=_COUNT_FREE, tell=None):
    """Write ``Uses``; return those of locked clients, which are not counted yet.

    :param tell: gets ``quota_store.Spent.told`` as soon as it is written
    """
    if uses.summaries:
        _summarize_on(cr, uses.summaries)
        uses.summaries.clear()  # written, whatever happens to the others
    if uses.counted:
        told, uses.counted = quota_store.spend_on(cr, uses.counted)
        if tell:
            tell(told)
    left = _count_on(cr, uses, statement) if uses.requests else Uses()
    left.counted = uses.counted
    return left


def _summarize_on(cr, summaries):
    rows = [(*summary, number) for summary, number in sorted(summaries.items())]
    told = cr.mogrify(_SUMMARIZE, [LoginThrottled.code, ABOVE])
    template = "(%s::timestamp, %s::integer, %s, %s::integer, %s::integer)"
    execute_values(cr, _BRIEFLY + told.decode(), rows, template, len(rows))


def _count_on(cr, uses, statement):
    dates, requests = uses.clients, uses.requests
    clients = [(i, requests[i], dates.get(i)) for i in sorted(requests)]
    template = "(%s, %s, %s::timestamp)"
    locked = execute_values(cr, statement, clients, template, len(clients), fetch=True)
    keys = sorted(uses.credentials.items())
    if keys:
        execute_values(cr, _TOUCH, keys, "(%s, %s::timestamp)", len(keys))
    return uses.of_clients({row[0] for row in locked})


# --- outside the request ------------------------------------------------------


class Lane(NamedTuple):
    """A database, and the function that writes the items of the lane to it."""

    database: str
    write: Callable[[str, list], None]

    def __str__(self):
        return self.database


_connections = Connections(size=1)
_tally = Tally()


def put_entry(database, entry):
    """Queue an entry; never fails."""
    _queue.put(Lane(database, _write_entries), entry)


def put_uses(database, uses):
    """Queue uses, which are counted after ``COUNT_AFTER`` seconds; never fails."""
    if _tally.add(database, uses):
        _queue.put(Lane(database, _write_uses), None, COUNT_AFTER)


def _write_entries(database, entries):
    try:
        _connections.run(database, lambda cr: insert_many_on(cr, entries))
    except (errors.UndefinedTable, errors.UndefinedColumn) as error:
        # the addon was uninstalled from this database, or is not updated yet
        raise GiveUp(str(error)) from error


def _write_uses(database, _items, statement=_COUNT_FREE):
    """Count uses; those that fail are counted with the next ones, and those of locked
    clients in a while."""
    uses = _tally.take(database)
    try:
        tell = functools.partial(quota_store.learn, database)
        left = _connections.run(
            database, lambda cr: write_uses_on(cr, uses, statement, tell)
        )
    except psycopg2.Error as error:
        _logger.info("Clients of %s will be counted later: %s", database, error)
        _tally.put_back(database, uses)
        return
    if left and not _queue.is_closed:
        put_uses(database, left)  # clients that users hold for a moment
    elif left:
        _tally.put_back(database, left)


def close():
    """Write all entries and uses, at the end of the process."""
    _queue.close()
    for database in _tally.databases():
        _write_uses(database, (), _COUNT_LAST)


_queue = Queue(lambda lane, items: lane.write(lane.database, items))
atexit.register(close)
os.register_at_fork(after_in_child=_tally.forget)
