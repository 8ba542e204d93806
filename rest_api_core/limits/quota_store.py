"""Counts of requests for quotas, in PostgreSQL: a row a client and day.

Statements run on connections in autocommit, one transaction each: batches of several
workers add up under READ COMMITTED, and no request waits for their locks.
"""

import datetime
import functools
import os
from typing import NamedTuple

from psycopg2.extras import execute_values

from .quota import Meter, Used

# KEY SHARE, as a foreign key takes it: an edit of a client does not hold it back.
# Clients that are being deleted are left for the next batch, which finds them gone
_SPEND = """
SET LOCAL lock_timeout = '200ms'; SET LOCAL synchronous_commit = off;
WITH used (client_id, day, requests) AS (VALUES %s),
present AS (
    SELECT id FROM rest_client WHERE id IN (SELECT client_id FROM used)
    FOR KEY SHARE SKIP LOCKED
),
spent AS (
    INSERT INTO rest_quota AS kept (client_id, day, requests)
    SELECT client_id, day, requests FROM used JOIN present ON id = client_id
    ORDER BY client_id, day
    ON CONFLICT (client_id, day)
    DO UPDATE SET requests = kept.requests + EXCLUDED.requests
    RETURNING client_id, day, requests
)
SELECT used.client_id, used.day, used.requests, spent.requests,
    spent.requests + COALESCE((
        SELECT SUM(other.requests) FROM rest_quota AS other
        WHERE other.client_id = used.client_id AND other.day <> used.day
        AND other.day >= date_trunc('month', used.day::timestamp)
        AND other.day < date_trunc('month', used.day::timestamp) + INTERVAL '1 month'
    ), 0)::bigint,
    EXISTS (SELECT FROM rest_client WHERE id = used.client_id)
FROM used LEFT JOIN spent USING (client_id, day)
"""
READ = """
SELECT client_id, COALESCE(SUM(requests) FILTER (WHERE day = %(day)s), 0)::bigint,
    COALESCE(SUM(requests), 0)::bigint
FROM rest_quota WHERE client_id IN %(clients)s
AND day >= date_trunc('month', %(day)s::timestamp)
AND day < date_trunc('month', %(day)s::timestamp) + INTERVAL '1 month'
GROUP BY client_id
"""


class Spent(NamedTuple):
    """What became of a batch.

    :param told: ``[(client, day, Used, requests of the batch)]``
    :param left: ``{(client, day): requests}`` that are not counted yet
    """

    told: list
    left: dict


def spend_on(cr, counted):
    """Add up the requests of a batch.

    :param counted: ``{(client, day): requests}``
    """
    rows = [(*key, number) for key, number in sorted(counted.items())]
    template = "(%s, %s::date, %s::bigint)"
    found = execute_values(cr, _SPEND, rows, template, len(rows), fetch=True)
    told, left = [], {}
    for client, day, number, of_day, of_month, is_there in found:
        if of_day is not None:
            told.append((client, day, Used(of_day, of_month), number))
        elif is_there:
            left[client, day] = number
    return Spent(told, left)


def read_on(cr, clients, day):
    """``{client: Used}`` of those that have sent requests in the month of a day."""
    if not clients:
        return {}
    cr.execute(READ, {"clients": tuple(clients), "day": day})
    return {client: Used(*used) for client, *used in cr.fetchall()}


def today():
    return datetime.datetime.now(datetime.timezone.utc).date()


@functools.lru_cache
def meter(_database):
    """One for each database and process."""
    return Meter()


# what the parent has admitted is counted by the parent
os.register_at_fork(after_in_child=meter.cache_clear)


def learn(database, told):
    """:param told: as in ``Spent``"""
    for client, day, used, written in told:
        meter(database).learn(client, day, used, written)
