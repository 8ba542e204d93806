"""Twins: the same request with the same key, at once, on two servers with workers."""

import contextlib
import os
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from rest_setup import ROOT, bearer, set_up
from web_client import ask

pytestmark = pytest.mark.usefixtures("only_retries")
PAIRS = int(os.environ.get("IDEMPOTENCY_PAIRS", "4"))
SET_UP = """
expose("res.partner")
user = make_user("twin", "base.group_user", "base.group_partner_manager")
result = make_client(user)
"""


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, SET_UP)


def send(server, known, key, name, **headers):
    headers = {**bearer(known["key"]), "Idempotency-Key": key, **headers}
    url = f"{server.url}{ROOT}/res.partner"
    return ask(url, "POST", headers=headers, json={"name": name})


def test_of_twins_one_is_performed_and_both_get_its_response(servers, known):
    with ThreadPoolExecutor(2) as threads:
        for number in range(PAIRS):
            key = f"twin-{number}"
            pair = threads.map(lambda s, k=key: send(s, known, k, k), servers)
            one, other = pair
            assert (one.status_code, other.status_code) == (201, 201)
            assert one.content == other.content
            replayed = [
                each.headers.get("Idempotent-Replayed") for each in (one, other)
            ]
            assert sorted(replayed, key=str) == [None, "true"]
    url = f"{servers[0].url}{ROOT}/res.partner/count?filter[name][starts_with]=twin-"
    count = ask(url, "GET", headers=bearer(known["key"])).json()["data"]["count"]
    assert count == PAIRS


@contextlib.contextmanager
def first_one_running(database, known, key):
    """A request whose transaction has inserted the key, and does not end."""
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        connection.cursor().execute(
            "INSERT INTO rest_idempotency_key (api_id, client_id, user_id, key,"
            " fingerprint, status, expires_at) SELECT id, %s, %s, %s, 'x', 0, NOW()"
            " FROM rest_api WHERE root_path = %s",
            [known["client"], known["user"], key, ROOT],
        )
        yield


def test_a_request_whose_twin_does_not_end_is_refused(server, database, known):
    with first_one_running(database, known, "long"):
        answer = send(server, known, "long", "Long")
        assert (answer.status_code, answer.json()["code"]) == (409, "record.locked")
        assert int(answer.headers["Retry-After"]) > 0
    # the first one was rolled back, as by the death of its worker
    assert send(server, known, "long", "Long").status_code == 201


def test_a_twin_of_a_request_that_fails_is_performed(servers, known):
    with ThreadPoolExecutor(2) as threads:
        strict = {"Prefer": "max-affected=0"}
        pair = threads.map(
            lambda s: send(s, known, "wrong", "Wrong", **strict), servers
        )
        assert {each.status_code for each in pair} == {400}
    assert send(servers[0], known, "wrong", "Right").status_code == 201
