"""Requests without valid credentials: all workers and servers count them together, in
the database or in Redis, and one entry a minute stands for those above the limit."""

import contextlib
import math
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from redis_server import RedisServer
from rest_setup import bearer, set_up
from server_log import complaints
from web_client import ask, wait_until

LIMIT = 20
FLOOD = 150  # requests
ROOTS = {name: f"/strangers/{name}" for name in ("database", "redis", "memory")}
SET_UP = """
for name, root in {roots!r}.items():
    api = env["rest.api"].create(
        {{"name": name, "root_path": root, "anonymous_rate_limit": {limit}}}
    )
    expose("res.partner", api)
    result[name] = make_client(make_user(f"stranger {{name}}"))
    result[name]["api"] = api.id
"""


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, SET_UP.format(roots=ROOTS, limit=LIMIT))


@pytest.fixture(scope="module")
def redis_server():
    server = RedisServer().start()
    yield server
    server.stop()


@pytest.fixture
def setting(web):
    """Change system parameters; they are as before after the test."""
    names = set()

    def set_one(name, value):
        names.add(name)
        parameter = f"rest_api_core.{name}"
        web.call("ir.config_parameter", "set_param", parameter, value)

    yield set_one
    for name in list(names):
        set_one(name, False)


def rows(database, api):
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        cr = connection.cursor()
        cr.execute(
            "SELECT is_summary, date, requests, octet_length(rest_log::text)"
            " FROM rest_log WHERE api_id = %s AND client_id IS NULL",
            [api],
        )
        return cr.fetchall()


def flood(servers, root, key):
    """Statuses of strangers, and those of a client that calls meanwhile."""

    def send(number):
        url = f"{servers[number % 2].url}{root}/res.partner?limit=1"
        if number % 10 == 0:
            return True, ask(url, headers=bearer(key)).status_code
        headers = bearer(f"rak_aaaaaaaa_{'A' * 43}") if number % 3 else {}
        return False, ask(url, headers=headers).status_code

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(send, range(FLOOD)))
    return (
        [status for is_valid, status in answers if not is_valid],
        [status for is_valid, status in answers if is_valid],
    )


def assert_bounded(servers, database, known, name):
    began = time.monotonic()
    strangers, valid = flood(servers, ROOTS[name], known[name]["key"])
    seconds = time.monotonic() - began
    assert set(valid) == {200}
    assert set(strangers) == {401, 429}
    passed = strangers.count(401)

    def logged():
        found = rows(database, known[name]["api"])
        return found if sum(row[2] for row in found) == len(strangers) else None

    found = wait_until(logged, "all requests to be in the log")
    # the entries of each minute, of four workers, are one
    summaries = [row for row in found if row[0]]
    minutes = [row[1] for row in summaries]
    assert len(set(minutes)) == len(minutes) <= 3
    assert len(found) - len(summaries) == passed
    assert max(row[3] for row in found) < 1_000
    return passed, seconds


@pytest.mark.parametrize("backend", ["database", "redis"])
def test_all_workers_count_strangers_together(
    servers, database, known, backend, setting, redis_server, log_of
):
    setting("redis_url", redis_server.url)
    setting("rate_backend", backend)
    passed, seconds = assert_bounded(servers, database, known, backend)
    # not as many in each worker; one more becomes free every three seconds
    assert LIMIT <= passed <= LIMIT + math.ceil(seconds * LIMIT / 60) + 1
    assert [text for server in servers for text in complaints(log_of(server))] == []


def test_a_stopped_redis_leaves_the_count_to_the_workers(
    servers, database, known, setting, redis_server
):
    setting("redis_url", redis_server.url)
    setting("rate_backend", "redis")
    redis_server.stop()
    try:
        passed, _seconds = assert_bounded(servers, database, known, "memory")
    finally:
        redis_server.start()
    assert passed >= LIMIT
