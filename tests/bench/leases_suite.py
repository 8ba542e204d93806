"""``run leases``: how many rows of a queue are claimed and completed in a second.

Two queues take turns in one run: one that has no other rows, and one that has kept a
million that are finished. Both are a plain table of PostgreSQL, as jobs and deliveries
have it, and the process runs the SQL of ``leases.table`` without Odoo.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import sys
import time
import uuid
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import kit
import psycopg2
from environment import console
from environment.cache import REPOSITORY

from . import table
from .wrk import Wrk

FINISHED = 1_000_000
ROWS = 20_000  # of one turn
BATCHES = (100, 1)
GOALS = {"rate": 10_000.0, "kept": 0.8}
CREATE = """
CREATE TABLE {name} (
    id bigserial PRIMARY KEY, state varchar NOT NULL, next_at timestamp NOT NULL,
    lease_until timestamp, lease_id varchar, attempts int NOT NULL DEFAULT 0,
    lease_losses int NOT NULL DEFAULT 0, payload varchar, finished_at timestamp
) WITH (fillfactor = 70);
CREATE INDEX ON {name} (next_at, id) WHERE state = 'ready';
CREATE INDEX ON {name} (lease_until) WHERE state = 'leased';
"""
FILL = """
INSERT INTO {name} (state, next_at, payload)
SELECT %s, now() AT TIME ZONE 'UTC', repeat('x', 200) FROM generate_series(1, %s)
"""


def main(options: argparse.Namespace, _wrk: Wrk) -> None:
    """Measure and print."""
    leases = _leases()
    with _connection() as connection:
        queues = {
            name: _queue(leases, connection, name, finished)
            for name, finished in (("fresh", 0), ("kept", FINISHED))
        }
        rows, kept = [], {}
        for batch in BATCHES:
            rates = _turns(leases, connection, queues, batch, options.turns)
            kept[batch] = rates["kept"] / rates["fresh"]
            rows += [[f"{name}, {batch} at once", round(rates[name])] for name in rates]
    heads = ["queue, rows of a claim", "rows/s"]
    print(table.render("Claim and complete", heads, rows))
    rate = float(rows[0][1])
    goals = [["rows/s, 100 at once", rate, GOALS["rate"], rate >= GOALS["rate"]]]
    share = round(kept[100], 2)
    goals.append(["share with 1,000,000", share, GOALS["kept"], share >= GOALS["kept"]])
    print(table.render("Goals", ["", "measured", "at least", "met"], goals))


def _leases() -> ModuleType:
    """The modules of the addon, without the addon: it needs Odoo."""
    for name in ("rest_api_core", "rest_api_core.leases"):
        package = ModuleType(name)
        package.__path__ = [str(REPOSITORY.joinpath(*name.split(".")))]
        sys.modules.setdefault(name, package)
    import_module("rest_api_core.leases.policy")
    return import_module("rest_api_core.leases.table")


@contextlib.contextmanager
def _connection() -> Iterator[Any]:
    database = kit.create_database(modules=["base"])
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    try:
        yield connection
    finally:
        connection.close()
        kit.drop_database(database)


def _queue(leases: ModuleType, connection: Any, name: str, finished: int) -> Any:
    def run(work: Any) -> Any:
        with connection.cursor() as cursor:
            return work(cursor)

    console.say(f"Filling {name} with {finished} rows")
    with connection.cursor() as cursor:
        cursor.execute(CREATE.format(name=f"queue_{name}"))
        cursor.execute(FILL.format(name=f"queue_{name}"), ["done", finished])
        cursor.execute(f"VACUUM ANALYZE queue_{name}")
    policy = import_module("rest_api_core.leases.policy")
    results = {"finished_at": "timestamp"}
    names = leases.Names(f"queue_{name}", columns=("payload",), results=results)
    return leases.Table(run, names, policy.Policy())


def _turns(
    leases: ModuleType, connection: Any, queues: Any, batch: int, turns: int
) -> dict[str, float]:
    """The median rows in a second of each queue."""
    found: dict[str, list[float]] = {name: [] for name in queues}
    rows = ROWS if batch > 1 else ROWS // 20
    for _turn in range(turns):
        for name, queue in queues.items():
            with connection.cursor() as cursor:
                cursor.execute(FILL.format(name=f"queue_{name}"), ["ready", rows])
            found[name].append(rows / _drained(leases, queue, batch))
    return {name: statistics.median(each) for name, each in found.items()}


def _drained(leases: ModuleType, queue: Any, batch: int) -> float:
    """The seconds until the queue is empty."""
    outcome = leases.Outcome
    begin = time.perf_counter()
    while claimed := queue.claim(batch, str(uuid.uuid4())):
        done = queue.complete([outcome(each, "done") for each in claimed])
        assert len(done) == len(claimed)
    return time.perf_counter() - begin
