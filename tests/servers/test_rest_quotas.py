"""Quotas: all workers of all servers count them together, exact within one batch."""

import contextlib
import re
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from rest_setup import ROOT, bearer, set_up
from web_client import ask, wait_until

QUOTA = 60
SET_UP = """
for name in {names!r}:
    result[name] = make_client(
        make_user(f"quota {{name}}"), rate_limit=0, quota_day={quota}
    )
"""
NAMES = ("together", "batch")


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, SET_UP.format(names=NAMES, quota=QUOTA))


@pytest.fixture
def count(database, known):
    """``count(name)``: the requests of a client in the database."""

    def look(name):
        with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
            cr = connection.cursor()
            cr.execute(
                "SELECT COALESCE(SUM(requests), 0) FROM rest_quota"
                " WHERE client_id = %s",
                [known[name]["client"]],
            )
            return int(cr.fetchone()[0])

    return look


def passed(servers, key, number):
    """How many of so many requests pass, sent to the servers by turns."""
    urls = [f"{servers[n % len(servers)].url}{ROOT}/" for n in range(number)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda url: ask(url, headers=bearer(key)), urls))
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) <= {200, 429}
    return statuses.count(200)


def test_each_request_is_counted_once_in_the_batches_of_four_workers(
    servers, known, count
):
    key = known["together"]["key"]
    sent = passed(servers, key, 40)
    assert sent == 40
    wait_until(lambda: count("together") >= sent, "all requests to be counted")
    assert count("together") == sent


def test_within_one_batch_no_worker_admits_more_than_the_quota(servers, known, count):
    key = known["batch"]["key"]
    workers = 4
    sent = passed(servers, key, QUOTA * workers)
    # what one worker admits it knows; of the others it learns with the next batch
    assert QUOTA <= sent <= QUOTA * workers
    wait_until(lambda: count("batch") >= sent, "all requests to be counted")
    assert count("batch") == sent
    # from then on, every worker knows
    wait_until(lambda: passed(servers, key, 16) == 0, "all workers to be told")
    headers = bearer(key)
    answers = [ask(f"{server.url}{ROOT}/", headers=headers) for server in servers]
    for answer in answers:
        assert answer.status_code == 429
        assert answer.json()["code"] == "policy.quota"
        assert int(answer.headers["Retry-After"]) <= 86400
    limits = ask(f"{servers[1].url}{ROOT}/limits", headers=headers).json()["data"]
    assert limits["quota"]["day"]["remaining"] == 0
    assert limits["quota"]["day"]["used"] >= sent
    assert re.fullmatch(r"\d+", str(limits["quota"]["day"]["reset"]))
