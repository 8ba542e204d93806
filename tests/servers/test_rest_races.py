"""Requests at the same time: of writes to one version one alone wins, and a caller has
no more of them than it may."""

import contextlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from rest_setup import ROOT, bearer, set_up
from web_client import ask, wait_until

AT_ONCE = 8
ROUNDS = 5
pytestmark = pytest.mark.usefixtures("only_retries")
SET_UP = """
expose("res.partner")
expose("res.users", sensitive=True)
groups = ("base.group_user", "base.group_erp_manager", "base.group_partner_manager")
user = make_user("racer", *groups)
result = make_client(user)
result["one at once"] = make_client(user, max_concurrent=1)
result["partner"] = env["res.partner"].create({"name": "Shared"}).id
"""


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, SET_UP)


@pytest.fixture
def send(server, known):
    def request(method, path, headers=(), **options):
        headers = {**bearer(known["key"]), **dict(headers)}
        return ask(f"{server.url}{ROOT}/{path}", method, headers=headers, **options)

    return request


def race(send, path, field):
    """The statuses of changes at once, all with the tag of the same version."""
    tag = {"If-Match": send("GET", path).headers["ETag"]}

    def change(number):
        return send("PATCH", path, tag, json={field: f"Winner {number}"})

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(change, range(AT_ONCE)))
    (winner,) = [answer for answer in answers if answer.status_code == 200]
    value = winner.json()["data"][field]
    assert send("GET", path).json()["data"][field] == value
    return Counter(answer.status_code for answer in answers)


@pytest.mark.parametrize(
    ("model", "which", "field"),
    [("res.partner", "partner", "name"), ("res.users", "user", "city")],
)
def test_of_changes_of_one_version_one_wins(send, known, model, which, field):
    path = f"{model}/{known[which]}?fields={field}"
    for _round in range(ROUNDS):
        statuses = race(send, path, field)
        assert statuses[200] == 1
        # who cannot get through, however often Odoo repeats it, is told to come back
        assert set(statuses) <= {200, 412, 503}
        assert statuses[412]


@contextlib.contextmanager
def held_up(database, partner):
    """Whoever writes this partner waits, until the block is left; gives a cursor."""
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        cr = connection.cursor()
        cr.execute("SELECT id FROM res_partner WHERE id = %s FOR UPDATE", [partner])
        yield cr
        connection.rollback()


def is_waited_for(cr):
    cr.execute(
        "SELECT 1 FROM pg_stat_activity"
        " WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    )
    return cr.fetchone()


def test_a_caller_has_no_more_requests_at_once_than_it_may(send, known, database):
    headers = bearer(known["one at once"]["key"])
    path = f"res.partner/{known['partner']}"
    with ThreadPoolExecutor(1) as threads:
        with held_up(database, known["partner"]) as cr:
            change = {"city": "Ghent"}
            slow = threads.submit(send, "PATCH", path, headers, json=change)
            wait_until(lambda: is_waited_for(cr), "the change to wait")
            refused = send("GET", path, headers)
            others = send("GET", path)
        assert slow.result().status_code == 200
    assert refused.status_code == 429
    assert refused.json()["code"] == "policy.concurrency"
    assert refused.headers["Retry-After"] == "1"
    assert others.status_code == 200
    assert send("GET", path, headers).json()["data"]["city"] == "Ghent"
