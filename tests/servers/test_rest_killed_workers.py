"""kill -9 of the workers in the middle of a request that writes: nothing half written,
no key stuck."""

import contextlib
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import kit
import psycopg2
import pytest
import requests
from rest_setup import ROOT, bearer, set_up
from web_client import ask, wait_until

from .conftest import OPTIONS

SET_UP = """
expose("res.partner")
result = make_client(make_user("fragile"))
result["partner"] = env["res.partner"].create({"name": "Locked"}).id
"""
WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, SET_UP)


@pytest.fixture(scope="module")
def fragile(database):
    """A server of this module alone: its workers are killed."""
    with kit.Server(database, workers=2, extra=OPTIONS) as running:
        yield running


@contextlib.contextmanager
def locked(database, partner):
    """Whatever writes the partner waits; gives ``waiting()``, whether it does."""
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        cursor = connection.cursor()
        cursor.execute("UPDATE res_partner SET city = 'x' WHERE id = %s", [partner])
        with contextlib.closing(psycopg2.connect(dbname=database)) as watching:
            watching.autocommit = True

            def waiting():
                watch = watching.cursor()
                watch.execute(WAITING)
                return watch.fetchone()[0]

            yield waiting


def kill_workers(server):
    pid = server.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for child in children:
        os.kill(int(child), signal.SIGKILL)


def batch(name, partner, mode):
    operations = [
        {"op": "create", "model": "res.partner", "data": {"name": name}},
        {"op": "update", "model": "res.partner", "id": partner, "data": {"city": name}},
    ]
    return {"mode": mode, "operations": operations}


@pytest.mark.parametrize("mode", ["atomic", "partial"])
def test_nothing_of_a_killed_batch_stays(fragile, database, known, mode):
    name, partner = f"Killed {mode}", known["partner"]

    def send():
        headers = {**bearer(known["key"]), "Idempotency-Key": mode}
        url, body = f"{fragile.url}{ROOT}/batch", batch(name, partner, mode)
        return ask(url, "POST", headers=headers, json=body)

    with ThreadPoolExecutor(1) as threads, locked(database, partner) as waiting:
        request = threads.submit(send)
        wait_until(waiting, "the batch to reach the locked row")
        kill_workers(fragile)
        with pytest.raises(requests.ConnectionError):
            request.result()
    url = f"{fragile.url}{ROOT}/res.partner/count?filter[name]={name}"

    def count():
        with contextlib.suppress(requests.ConnectionError):
            return ask(url, headers=bearer(known["key"]))
        return None

    found = wait_until(count, "new workers").json()["data"]["count"]
    assert found == 0
    # the key was lost with the rest: the same request is performed, once
    again, replayed = send(), send()
    assert again.status_code == (207 if mode == "partial" else 200)
    assert "Idempotent-Replayed" not in again.headers
    assert replayed.headers["Idempotent-Replayed"] == "true"
    assert count().json()["data"]["count"] == 1
