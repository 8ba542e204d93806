"""Twins: the same request with the same key, at once, on two servers with workers."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from rest_setup import ROOT, bearer, set_up
from server_log import complaints
from web_client import ask

PAIRS = int(os.environ.get("IDEMPOTENCY_PAIRS", "4"))
SET_UP = """
expose("res.partner")
user = make_user("twin", "base.group_user", "base.group_partner_manager")
result = make_client(user)
"""


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, SET_UP)


@pytest.fixture(scope="module", autouse=True)
def no_complaint(servers, log_of):
    """Odoo reports conflicts that the request then survives by a retry."""
    yield
    for server in servers:
        others = [t for t in complaints(log_of(server)) if "could not ser" not in t]
        assert not others


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


def test_a_twin_of_a_request_that_fails_is_performed(servers, known):
    with ThreadPoolExecutor(2) as threads:
        strict = {"Prefer": "max-affected=0"}
        pair = threads.map(
            lambda s: send(s, known, "wrong", "Wrong", **strict), servers
        )
        assert {each.status_code for each in pair} == {400}
    assert send(servers[0], known, "wrong", "Right").status_code == 201
