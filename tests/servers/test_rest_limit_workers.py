"""Rate limits: workers share them, whatever the backend."""

import contextlib
import math
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from redis_server import RedisServer
from rest_setup import ROOT, bearer, set_up
from server_log import complaints
from web_client import ask, ask_workers

SET_UP = """
expose("res.partner")
for name in {names!r}:
    result[name] = make_client(make_user(f"limit {{name}}"), rate_limit=60)
"""
NAMES = ("database", "redis", "broken")


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, SET_UP.format(names=NAMES))


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


@contextlib.contextmanager
def connection(database):
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        connection.autocommit = True
        yield connection.cursor()


def passed_and_refused(server, key, number):
    """How many of so many requests pass, and the seconds they took in all."""
    url, headers = f"{server.url}{ROOT}/", bearer(key)
    began = time.monotonic()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: ask(url, headers=headers), range(number)))
    seconds = time.monotonic() - began
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) <= {200, 429}
    return statuses.count(200), seconds


def assert_shared(server, key):
    """60 pass at once, and one a second: not 60 in each worker."""
    answers = ask_workers(server, f"{ROOT}/health", headers=bearer(key))
    assert len(answers) == 2
    before = [a.status_code for some in answers.values() for a in some].count(200)
    passed, seconds = passed_and_refused(server, key, 120)
    assert 60 <= before + passed <= 60 + math.ceil(seconds) + 30
    assert passed < 120 - 20


def test_workers_share_the_limit_in_the_database(server, known):
    assert_shared(server, known["database"]["key"])


def test_workers_share_the_limit_in_redis(server, known, redis_server, setting):
    setting("redis_url", redis_server.url)
    setting("rate_backend", "redis")
    assert_shared(server, known["redis"]["key"])
    client = known["redis"]["client"]
    keys = redis_server.client().keys(f"rest_rate:{server.db}:*:client:{client}")
    assert len(keys) == 1


def test_a_broken_table_refuses_nobody(server, known, database, log_of):
    with connection(database) as cr:
        cr.execute("ALTER TABLE rest_rate RENAME TO rest_rate_away")
    try:
        answers = [
            ask(f"{server.url}{ROOT}/", headers=bearer(known["broken"]["key"]))
            for _ in range(10)
        ]
    finally:
        with connection(database) as cr:
            cr.execute("ALTER TABLE rest_rate_away RENAME TO rest_rate")
    assert {answer.status_code for answer in answers} == {200}
    found = complaints(log_of(server))
    assert 1 <= len(found) <= 2  # one in each worker that was asked
    assert all("DatabaseBackend fails (UndefinedTable" in text for text in found)
