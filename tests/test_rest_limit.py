"""Rate limits: three backends under the same tests."""

import contextlib
import itertools
import os
import random
from concurrent.futures import ThreadPoolExecutor

import kit
import psycopg2
import pytest
from redis_server import RedisServer

START = 1_700_000_000_000_000  # microseconds, some day in 2023
_numbers = itertools.count()


@pytest.fixture(scope="module")
def database():
    name = kit.create_database(modules=["rest_api_core"])
    yield name
    kit.drop_database(name)


@pytest.fixture(scope="module")
def redis_server():
    server = RedisServer().start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def addon():
    """Our own modules, in the process of the tests."""
    from odoo.addons.rest_api_core.limits import (
        database_store as rate_database,
    )
    from odoo.addons.rest_api_core.limits import (
        fallback as rate_fallback,
    )
    from odoo.addons.rest_api_core.limits import (
        rate,
    )
    from odoo.addons.rest_api_core.limits import (
        redis_store as rate_redis,
    )

    class Addon:
        decide, Limit = rate.decide, rate.Limit
        errors = (psycopg2.Error, *rate_redis.ERRORS)
        Database, Redis = rate_database.DatabaseBackend, rate_redis.RedisBackend
        Memory, Fallback = rate_fallback.MemoryBackend, rate_fallback.Fallback

    return Addon


@pytest.fixture
def key():
    return f"key {os.getpid()} {next(_numbers)}"


@pytest.fixture(params=["memory", "database", "redis"])
def backend(request, addon):
    if request.param == "memory":
        return addon.Memory()
    database = request.getfixturevalue("database")
    if request.param == "database":
        return addon.Database(database)
    return addon.Redis(request.getfixturevalue("redis_server").url, database)


# --- what all backends have in common ----------------------------------------------


def test_a_backend_decides_as_the_algorithm_says(backend, addon, key):
    choice, tat, now = random.Random(7).choice, 0, START
    for limit in (addon.Limit(60, 5), addon.Limit(7), addon.Limit(600)):
        for _ in range(60):
            now += choice([0, 1, 1_000_000, limit.interval, -3_000_000])
            expected = addon.decide(tat, now, limit)
            assert backend.spend(key, limit, now) == (expected, now)
            tat = expected.new_tat


def test_threads_that_hammer_one_key_pass_exactly_the_limit(backend, addon, key):
    limit = addon.Limit(600, 137)

    def hammer(_number):
        found = [backend.spend(key, limit, START)[0].allowed for _ in range(50)]
        return sum(found)

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(hammer, range(8))) == limit.quota


def test_each_key_has_its_own_quota(backend, addon, key):
    limit = addon.Limit(1)
    for other in (key, f"{key}:", f"{key}é'%s"):
        found = [backend.spend(other, limit, START)[0].allowed for _ in range(2)]
        assert found == [True, False]


def test_a_backend_has_a_clock_of_its_own(backend, addon, key):
    decision, now = backend.spend(key, addon.Limit(60))
    assert decision.allowed
    assert now > START
    assert decision.reset == addon.Limit(60).interval


# --- the database ------------------------------------------------------------------


@contextlib.contextmanager
def connection(database):
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        connection.autocommit = True
        yield connection.cursor()


def kill_connections(database):
    """As a restart of PostgreSQL does, or a dropped and restored database."""
    with connection(database) as cr:
        cr.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_killed_connections_are_replaced(database, addon, key):
    backend, limit = addon.Database(database), addon.Limit(2)
    found = []
    for _ in range(3):
        found.append(backend.spend(key, limit, START)[0].allowed)
        kill_connections(database)
    assert found == [True, True, False]


def test_a_session_without_the_prepared_statement_counts_as_well(database, addon, key):
    backend, limit = addon.Database(database), addon.Limit(1)
    backend.spend(f"{key} other", limit, START)
    from odoo.addons.rest_api_core.limits import database_store as rate_database

    rate_database._connections.run(database, lambda cr: cr.execute("DEALLOCATE ALL"))
    assert backend.spend(key, limit, START)[0].allowed
    assert not backend.spend(key, limit, START)[0].allowed


def test_a_fork_has_connections_of_its_own(database, addon, key):
    backend, limit = addon.Database(database), addon.Limit(2)
    backend.spend(key, limit, START)
    pid = os.fork()
    if pid == 0:
        allowed = backend.spend(key, limit, START)[0].allowed
        os._exit(int(allowed))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 1
    assert not backend.spend(key, limit, START)[0].allowed


def test_a_process_keeps_a_few_connections_only(database, addon, key):
    backend, limit = addon.Database(database), addon.Limit(60_000)

    def hammer(_number):
        for _ in range(20):
            backend.spend(key, limit, START)

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(hammer, range(16)))
    from odoo.addons.rest_api_core.limits import database_store as rate_database

    kept = rate_database._connections._lanes[database]._idle
    assert 1 <= len(kept) <= 4


def test_a_database_that_is_gone_leaves_the_limit_to_the_worker(addon, make_database):
    name = make_database()
    backend = addon.Fallback(addon.Database(name), addon.Memory(), addon.errors)
    kit.drop_database(name)
    found = [backend.spend("a", addon.Limit(2), START)[0].allowed for _ in range(3)]
    assert found == [True, True, False]


def test_purging_makes_room_and_nobody_new(database, addon, key):
    backend, limit = addon.Database(database), addon.Limit(60, 2)
    backend.spend(f"{key} idle", limit, START)
    for _ in range(2):
        backend.spend(f"{key} busy", limit, START + 5_000_000)
    assert backend.purge(START + 5_000_000) >= 1
    assert not backend.spend(f"{key} busy", limit, START + 5_000_000)[0].allowed


# --- Redis -------------------------------------------------------------------------


def test_databases_that_share_a_redis_count_apart(redis_server, addon, key):
    limit = addon.Limit(1)
    for name in ("one", "two"):
        backend = addon.Redis(redis_server.url, name)
        assert backend.spend(key, limit, START)[0].allowed


def test_redis_forgets_by_itself(redis_server, addon, key):
    backend = addon.Redis(redis_server.url, "expiry")
    backend.spend(key, addon.Limit(60))
    found = redis_server.client().pttl(f"rest_rate:expiry:{key}")
    assert 0 < found <= 1_000


def test_a_redis_that_has_lost_script_and_connections_counts_on(
    redis_server, addon, key
):
    backend, limit = addon.Redis(redis_server.url, "flushed"), addon.Limit(1)
    assert backend.spend(f"{key} other", limit, START)[0].allowed
    redis_server.client().script_flush()
    assert backend.spend(key, limit, START)[0].allowed
    redis_server.client().client_kill_filter(_type="normal", skipme=True)
    assert not backend.spend(key, limit, START)[0].allowed


def test_a_redis_that_stops_and_comes_back(redis_server, addon, key):
    limit, now = addon.Limit(1), [0.0]
    backend = addon.Fallback(
        addon.Redis(redis_server.url, "restart"),
        addon.Memory(),
        addon.errors,
        lambda: now[0],
    )
    redis_server.stop()
    try:
        found = [backend.spend(key, limit, START)[0].allowed for _ in range(2)]
        assert found == [True, False]
    finally:
        redis_server.start()
    now[0] = 60.0
    assert backend.spend(key, limit, START)[0].allowed
