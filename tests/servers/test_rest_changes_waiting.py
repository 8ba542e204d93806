"""A poll of the change feed that waits: on the server for long connections, and not too
long elsewhere. It holds nothing of the database meanwhile, and ends with its client."""

import contextlib
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import kit
import psycopg2
import pytest
from rest_setup import ROOT, bearer, set_up
from server_log import complaints
from web_client import ask, wait_until

from .conftest import NO_CRON

MODEL = "res.country.state"
SET_UP = f"""
expose("{MODEL}")
result = make_client(make_user("waiting"))
result["other"] = make_client(make_user("waiting_revoked"))
values = {{"name": "Waiting", "code": "WA", "country_id": env.ref("base.be").id}}
result["state"] = env["{MODEL}"].create(values).id
"""
CONNECTIONS = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = %s AND pid <> pg_backend_pid()
       AND state LIKE 'idle in transaction%%'
"""


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, SET_UP)


@pytest.fixture(scope="module")
def evented(database):
    """``(server, URL of its port for long connections)``."""
    port = kit.free_port()
    options = [NO_CRON, f"--gevent-port={port}"]
    with kit.Server(database, workers=1, extra=options) as running:
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: _answers(f"{url}{ROOT}/health"), "the port")
        yield running, url


def _answers(url):
    with contextlib.suppress(OSError):
        return ask(url).status_code == 200


def poll(url, known, since="2999-01-01", wait=0, key=None):
    headers = bearer((key or known)["key"])
    if wait:
        headers["Prefer"] = f"wait={wait}"
    url = f"{url}{ROOT}/{MODEL}/changes"
    return ask(url, headers=headers, params={"since": since}, timeout=60)


def change(server, known, name):
    url = f"{server.url}{ROOT}/{MODEL}/{known['state']}"
    answer = ask(url, "PATCH", headers=bearer(known["key"]), json={"name": name})
    assert answer.status_code == 200, answer.text


@pytest.fixture
def present(server, known):
    """A cursor after all changes."""
    return poll(server.url, known).json()["meta"]["next_since"]


def test_a_poll_waits_for_a_change(evented, server, known, present):
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(poll, evented[1], known, present, 30)
        time.sleep(0.5)
        assert not waiting.done()
        change(server, known, "Changed meanwhile")
        answer = waiting.result()
    assert answer.headers["Preference-Applied"] == "wait=30"
    assert answer.headers["Content-Type"].startswith("application/json")
    (row,) = answer.json()["data"]
    assert (row["id"], row["fields"]) == (known["state"], ["name"])
    after = poll(server.url, known, answer.json()["meta"]["next_since"])
    assert after.json()["data"] == []


def test_a_poll_that_waits_in_vain_has_a_cursor(evented, known, present):
    began = time.monotonic()
    answer = poll(evented[1], known, present, 1)
    assert time.monotonic() - began >= 1
    body = answer.json()
    assert body["data"] == [] and not body["meta"]["has_more"]
    assert poll(evented[1], known, body["meta"]["next_since"]).status_code == 200


@pytest.mark.parametrize("kind", ["prefork", "threaded"])
def test_elsewhere_it_waits_for_two_seconds_at_most(
    kind, server, threaded, known, present
):
    url = {"prefork": server, "threaded": threaded}[kind].url
    answer = poll(url, known, present, 1000)
    assert answer.headers["Preference-Applied"] == "wait=2"
    assert answer.json()["data"] == []


@contextlib.contextmanager
def waiting(url, known, since, seconds):
    """A connection on which a poll waits."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        lines = [
            f"GET {ROOT}/{MODEL}/changes?since={since} HTTP/1.1",
            f"Host: {parts.netloc}",
            f"Prefer: wait={seconds}",
            f"Authorization: Bearer {known['key']}",
        ]
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        yield connection


@pytest.fixture
def busy(database):
    """``busy()``: how many transactions wait for their client."""
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        connection.autocommit = True

        def count():
            cr = connection.cursor()
            cr.execute(CONNECTIONS, [database])
            return cr.fetchone()[0]

        yield count


def test_those_who_wait_hold_no_transaction(evented, known, present, busy):
    with contextlib.ExitStack() as stack:
        for _number in range(10):
            stack.enter_context(waiting(evented[1], known, present, 50))
        seen = [busy() for _look in range(40) if time.sleep(0.02) is None]
        # now and then one of them looks for changes
        assert sorted(seen)[len(seen) // 2] == 0
        # and all others are served
        assert poll(evented[1], known, present).status_code == 200


def test_a_client_that_leaves_ends_its_wait(evented, known, present):
    # as many as may wait at once: one more would be answered at once
    for _round in range(2):
        with contextlib.ExitStack() as stack:
            for _number in range(20):
                stack.enter_context(waiting(evented[1], known, present, 50))
            wait_until(
                lambda: (
                    "Preference-Applied"
                    not in poll(evented[1], known, present, 1).headers
                ),
                "all to wait",
            )
        wait_until(
            lambda: poll(evented[1], known, present, 1).headers.get(
                "Preference-Applied"
            ),
            "all to have left",
        )


def test_a_key_that_is_revoked_ends_with_an_empty_page(
    evented, server, known, database
):
    other = known["other"]
    since = poll(server.url, known, key=other).json()["meta"]["next_since"]
    with ThreadPoolExecutor(1) as threads:
        pending = threads.submit(poll, evented[1], known, since, 8, other)
        source = f'env["rest.client"].browse({other["client"]}).all_resources = False'
        set_up(database, source)
        change(server, known, "Not for others")
        answer = pending.result()
    assert (answer.status_code, answer.json()["data"]) == (200, [])
    assert poll(server.url, known, since, key=other).status_code == 404


def test_no_complaint(evented, servers, log_of):
    assert complaints(evented[0].log_text()) == []
    for each in servers:
        assert complaints(log_of(each)) == []
