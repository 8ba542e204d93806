"""The log on real servers: what the thread writes, and that it disturbs nobody."""

import contextlib

import kit
import psycopg2
import pytest
from rest_setup import ROOT, bearer, set_up
from server_log import complaints
from web_client import WebClient, ask, ask_workers, wait_until

from .conftest import OPTIONS

SET_UP = """
expose("res.partner")
for name in {names!r}:
    result[name] = make_client(make_user(f"log {{name}}"))
"""
NAMES = ("reader", "writer", "locked", "stopped", "proxy", "cleared", "gone")


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, SET_UP.format(names=NAMES))


@pytest.fixture
def send(server, known):
    def send_one(name, path="", method="GET", **options):
        headers = {**bearer(known[name]["key"]), **options.pop("headers", {})}
        return ask(f"{server.url}{ROOT}/{path}", method, headers=headers, **options)

    return send_one


@contextlib.contextmanager
def transaction(database):
    """A cursor whose transaction is undone in the end."""
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        yield connection.cursor()


@pytest.fixture
def entries(database, known):
    """``entries(name, number)``: what the log has of a client, once it is so much."""

    def look(client, number):
        with transaction(database) as cr:
            cr.execute(
                "SELECT method, path, status, ip FROM rest_log"
                " WHERE client_id = %s ORDER BY id",
                [client],
            )
            found = cr.fetchall()
        return found if len(found) >= number else None

    def wait(name, number):
        client = known[name]["client"]
        return wait_until(lambda: look(client, number), f"{number} entries")

    return wait


def test_reads_of_all_workers_arrive_though_their_cursors_are_read_only(
    server, known, entries, log_of
):
    headers = bearer(known["reader"]["key"])
    path = f"{ROOT}/res.partner?limit=1&fields=name"
    answers = ask_workers(server, path, headers=headers)
    number = sum(map(len, answers.values()))
    # each probe adds a parameter that is not known
    assert [e[2] for e in entries("reader", number)] == [400] * number
    assert complaints(log_of(server)) == []


def test_reads_and_writes_arrive_with_their_answers(send, entries):
    assert send("writer", "res.partner?limit=1").status_code == 200
    answer = send("writer", "res.partner", "POST", json={"name": "x"})
    assert answer.status_code == 201
    found = {(method, status) for method, _path, status, _ip in entries("writer", 2)}
    assert found == {("GET", 200), ("POST", 201)}


def test_a_written_entry_is_there_with_the_answer(send, database, known):
    answer = send("writer", "res.partner", "POST", json={"name": "y"})
    with transaction(database) as cr:
        cr.execute(
            "SELECT status FROM rest_log WHERE request_id = %s",
            [answer.headers["X-Request-ID"]],
        )
        assert cr.fetchall() == [(201,)]


def test_users_who_hold_a_client_hold_up_neither_requests_nor_the_log(
    send, database, known, entries
):
    with transaction(database) as cr:
        client, credential = known["locked"]["client"], known["locked"]["credential"]
        cr.execute("UPDATE rest_client SET note = 'x' WHERE id = %s", [client])
        cr.execute("UPDATE rest_credential SET name = 'x' WHERE id = %s", [credential])
        assert send("locked", "res.partner?limit=1").status_code == 200
        answer = send("locked", "res.partner", "POST", json={"name": "z"})
        assert answer.status_code == 201
        assert len(entries("locked", 2)) == 2


def test_a_client_held_for_deletion_holds_up_no_entry(send, database, known):
    with transaction(database) as cr:
        client = known["gone"]["client"]
        cr.execute("SELECT 1 FROM rest_client WHERE id = %s FOR UPDATE", [client])
        request_id = send("gone", "res.partner?limit=1").headers["X-Request-ID"]

        def arrived():
            with transaction(database) as other:
                other.execute(
                    "SELECT client_id FROM rest_log WHERE request_id = %s", [request_id]
                )
                return other.fetchall()

        assert wait_until(arrived, "the entry") == [(None,)]


def test_the_log_is_cleared_though_somebody_reads_it(send, web, database, entries):
    send("cleared", "res.partner?limit=1")
    entries("cleared", 1)
    with transaction(database) as cr:
        cr.execute("SELECT count(*) FROM rest_log")  # as a dump does, until its end
        web.call("rest.log", "action_clear")
    # but for what was asked meanwhile, nothing
    assert web.call("rest.log", "search_count", []) == 0
    send("cleared", "res.partner?limit=1")
    entries("cleared", 1)


@pytest.mark.parametrize("workers", [0, 2])
def test_a_server_that_stops_writes_what_is_left(database, known, workers):
    client, headers = known["stopped"]["client"], bearer(known["stopped"]["key"])
    with transaction(database) as cr:
        cr.execute("DELETE FROM rest_log WHERE client_id = %s", [client])
        cr.execute("UPDATE rest_client SET request_count = 0 WHERE id = %s", [client])
        cr.connection.commit()
    with kit.Server(database, workers=workers, extra=OPTIONS) as server:
        for _ in range(5):
            answer = ask(f"{server.url}{ROOT}/res.partner?limit=1", headers=headers)
            assert answer.status_code == 200
    with transaction(database) as cr:
        cr.execute("SELECT count(*) FROM rest_log WHERE client_id = %s", [client])
        assert cr.fetchone() == (5,)
        cr.execute("SELECT request_count FROM rest_client WHERE id = %s", [client])
        assert cr.fetchone() == (5,)
    assert complaints(server.log_text()) == []


def test_a_trusted_proxy_tells_the_address_and_clients_cannot(
    server, database, known, entries
):
    forged = {"X-Forwarded-Host": "x.example", "X-Forwarded-For": "6.6.6.6, 192.0.2.7"}
    headers = {**bearer(known["proxy"]["key"]), **forged}
    ask(f"{server.url}{ROOT}/", headers=headers)
    with kit.Server(database, extra=[*OPTIONS, "--proxy-mode"]) as behind_proxy:
        ask(f"{behind_proxy.url}{ROOT}/", headers=headers)
    assert [ip for *_rest, ip in entries("proxy", 2)] == ["127.0.0.1", "192.0.2.7"]


def test_uninstalling_leaves_no_complaint_and_no_table(make_database):
    name = make_database(modules=["rest_api_core"])
    key = set_up(name, "result = make_client(make_user('last'), rate_limit=9)")["key"]
    with kit.Server(name, workers=2, extra=OPTIONS) as server:
        ask_workers(server, f"{ROOT}/health", headers=bearer(key))
        web = WebClient(server.url, name)
        ids = web.call("ir.module.module", "search", [["name", "=", "rest_api_core"]])
        web.call("ir.module.module", "button_immediate_uninstall", ids)
        answers = ask_workers(server, f"{ROOT}/health", headers=bearer(key))
        assert {a.status_code for some in answers.values() for a in some} == {404}
    assert complaints(server.log_text()) == []
    with transaction(name) as cr:
        cr.execute("SELECT relname FROM pg_class WHERE relname LIKE 'rest\\_%'")
        assert cr.fetchall() == []
