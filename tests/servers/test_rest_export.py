"""Exports on real servers: streamed, and nothing is left of those that end early."""

import contextlib
import json
import os
import signal
import socket
from urllib.parse import urlsplit

import psutil
import psycopg2
import pytest
import requests
from rest_setup import ROOT, bearer, set_up
from server_log import complaints
from web_client import ask, wait_until

ROWS = 20_000  # of 2 KB: more than the buffers of a connection hold
SET_UP = """
expose("res.partner.industry")
user = make_user("exporter")
result = make_client(user, max_concurrent=2)
env.cr.execute('''
    INSERT INTO res_partner_industry (name, full_name, active)
    SELECT jsonb_build_object('en_US', 'Industry ' || n),
           jsonb_build_object('en_US', repeat('x', 2000)), true
      FROM generate_series(1, %s) n''', [ROWS])
result["rows"] = env["res.partner.industry"].search_count([])
""".replace("ROWS", str(ROWS))
PATH = f"{ROOT}/res.partner.industry/export"
BACKENDS = """
    SELECT pid FROM pg_stat_activity
     WHERE datname = %s AND state <> 'idle' AND query LIKE '%%rest_export%%'
       AND pid <> pg_backend_pid()
"""


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, SET_UP)


@pytest.fixture(params=["prefork", "threaded"])
def any_server(request, server, threaded):
    return {"prefork": server, "threaded": threaded}[request.param]


@pytest.fixture
def backends(database):
    """The transactions of exports that PostgreSQL has."""
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True

    def find():
        with connection.cursor() as cursor:
            cursor.execute(BACKENDS, [database])
            return [pid for (pid,) in cursor.fetchall()]

    with contextlib.closing(connection):
        yield find


@contextlib.contextmanager
def started(server, known, *lines):
    """A connection on which an export has begun, and nobody reads on."""
    url = urlsplit(server.url)
    with socket.socket() as connection:
        # small, so that the server has to wait
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**14)
        connection.settimeout(30)
        connection.connect((url.hostname, url.port))
        head = [f"GET {PATH} HTTP/1.1", f"Host: {url.netloc}", *lines]
        head.append(f"Authorization: Bearer {known['key']}")
        connection.sendall("\r\n".join([*head, "", ""]).encode())
        first = connection.recv(100)
        assert b" 200 " in first, first
        yield connection


def rest_of(connection):
    return b"".join(iter(lambda: connection.recv(2**16), b""))


def test_it_is_whole_and_sent_while_it_is_made(any_server, known, backends):
    with requests.Session() as session:
        session.trust_env = False
        url, headers = any_server.url + PATH, bearer(known["key"])
        response = session.get(url, headers=headers, stream=True, timeout=60)
        lines = response.iter_lines()
        first = json.loads(next(lines))
        # most of it is not even read from the database
        assert len(backends()) == 1
        assert "Content-Length" not in response.headers
        assert response.headers["X-Total-Count"] == str(known["rows"])
        ids = [first["id"], *(json.loads(line)["id"] for line in lines)]
    assert len(set(ids)) == known["rows"] == len(ids)
    wait_until(lambda: not backends(), "the transaction to end")


def test_a_client_that_leaves_ends_the_transaction(any_server, known, backends):
    with started(any_server, known):
        wait_until(lambda: len(backends()) == 1, "the transaction")
    wait_until(lambda: not backends(), "the transaction to end")


def test_all_that_run_count_as_concurrent_requests(any_server, known, backends):
    with started(any_server, known), started(any_server, known):
        if not any_server.workers:
            response = ask(any_server.url + PATH, headers=bearer(known["key"]))
            assert response.status_code == 429
            assert response.json()["code"] == "policy.concurrency"
    wait_until(lambda: not backends(), "the transactions to end")
    response = ask(f"{any_server.url}{PATH}?limit=1", headers=bearer(known["key"]))
    assert response.status_code == 200


def test_a_batch_that_fails_cuts_the_connection(any_server, known, backends, database):
    with started(any_server, known, "X-Request-ID: cut-off") as connection:
        (pid,) = wait_until(backends, "the transaction")
        with contextlib.closing(psycopg2.connect(dbname=database)) as other:
            other.cursor().execute("SELECT pg_terminate_backend(%s)", [pid])
        with pytest.raises(ConnectionResetError):
            rest_of(connection)
    told = "Request cut-off: the response was cut off"
    wait_until(lambda: told in any_server.log_text(), "the log")
    response = ask(f"{any_server.url}{PATH}?limit=1", headers=bearer(known["key"]))
    assert response.status_code == 200


def test_a_worker_that_is_killed_leaves_nothing(server, known, backends):
    with started(server, known) as connection:
        wait_until(backends, "the transaction")
        os.kill(_worker_with(server, connection), signal.SIGKILL)
        with pytest.raises(ConnectionResetError):
            rest_of(connection)
    wait_until(lambda: not backends(), "the transaction to end")
    for _number in range(4):
        response = ask(f"{server.url}{PATH}?limit=1", headers=bearer(known["key"]))
        assert response.status_code == 200


def _worker_with(server, connection):
    """The process that has the other end of a connection."""
    port = connection.getsockname()[1]
    (found,) = [
        worker.pid
        for worker in psutil.Process(server.process.pid).children()
        if any(each.raddr[1:] == (port,) for each in worker.connections())
    ]
    return found


def test_no_complaint(servers, log_of):
    for each in servers:
        # the connection to PostgreSQL that a test ends
        ended = ("cut off", "terminated abnormally")
        found = complaints(log_of(each))
        assert not [text for text in found if not any(e in text for e in ended)]
