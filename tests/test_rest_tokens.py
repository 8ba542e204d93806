"""Tokens in a real Redis, at the same time, and beside a server that lags behind."""

import json
from datetime import datetime, timedelta, timezone

import kit
import pytest
from redis_server import RedisServer
from rest_setup import set_up

SET_UP = """
import contextlib
import threading
from odoo import api as odoo_api
from odoo.service.model import retrying
from odoo.sql_db import db_connect

user = make_user({login!r})
tokens = env["rest.tokens"]
api = env["rest.configuration"]._api(api.id)
for name, value in {parameters!r}.items():
    env["ir.config_parameter"].set_param("rest_api." + name, value)
env.cr.commit()

@contextlib.contextmanager
def new_env(**options):
    with env.registry.cursor(**options) as cr:
        yield odoo_api.Environment(cr, 1, {{}})

def issue():
    issued = tokens._issue(api, user.id)
    env.cr.commit()
    return issued

def works(method, value, **options):
    with new_env(**options) as other:
        try:
            getattr(other["rest.tokens"], method)(api, value)
        except Exception as error:
            return type(error).__name__
        return True

def at_once(value, *methods):
    "What each method gives or raises; all begin before the first one ends."
    barrier, found = threading.Barrier(len(methods)), [None] * len(methods)
    def work(number, method):
        begun = []
        def run():
            service = other["rest.tokens"]
            if not begun:
                service._found(api, value, "rat", "rrt")  # the snapshot is taken
                begun.append(barrier.wait())
            return getattr(service, method)(api, value)
        with new_env() as other:
            try:
                found[number] = retrying(run, other)
            except Exception as error:
                found[number] = type(error).__name__
    threads = [
        threading.Thread(target=work, args=pair) for pair in enumerate(methods)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
"""
SCRIPT = """
issued = issue()
found = at_once(issued.refresh, "_refresh", "_refresh", "_refresh")
result["refreshes"] = {
    "before": works("_verified", issued.access),
    "new": [works("_verified", other.access) for other in found],
    "refresh": works("_refresh", issued.refresh),
}

issued = issue()
refreshed, revoked = at_once(issued.refresh, "_refresh", "_revoke")
values = [issued.access, *([] if isinstance(refreshed, str) else [refreshed.access])]
result["revocation"] = {
    "revoked": revoked is None,
    "access": [works("_verified", value) for value in values],
    "refresh": works("_refresh", issued.refresh),
}

env.registry._db_readonly = db_connect(env.cr.dbname, readonly=True)
with new_env(readonly=True) as late:
    late.cr.execute("SELECT 1 FROM rest_token")  # from now on it sees nothing new
    issued = issue()
    lagging = result["lagging"] = {"readonly": late.cr.readonly, "user": user.id}
    lagging["issued"] = late["rest.tokens"]._verified(api, issued.access).user_id
    tokens._revoke(api, issued.access)
    env.cr.commit()
    try:
        late["rest.tokens"]._verified(api, issued.access)
    except Exception as error:
        lagging["revoked"] = type(error).__name__
env.registry._db_readonly = None

issued = issue()
archived = result["archived"] = {"before": works("_verified", issued.access)}
user.active = False
env.cr.commit()
archived["after"] = works("_verified", issued.access)
"""
REFUSED = "CredentialsInvalid"


@pytest.fixture(scope="module")
def redis_server():
    server = RedisServer().start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def database():
    name = kit.create_database(modules=["rest_api_core"])
    yield name
    kit.drop_database(name)


@pytest.fixture(scope="module", params=["table", "redis"])
def results(request, database):
    """Of the script, with tokens in the table or in Redis."""
    parameters = {"use_redis_token_store": "False"}
    if request.param == "redis":
        server = request.getfixturevalue("redis_server")
        parameters = {
            "use_redis_token_store": "True",
            "redis_host": "127.0.0.1",
            "redis_port": str(server.port),
        }
    start = SET_UP.format(parameters=parameters, login=request.param)
    return set_up(database, start + SCRIPT)


def test_of_refreshes_at_once_one_access_token_is_left(results):
    assert results["refreshes"]["before"] == REFUSED
    assert sorted(map(str, results["refreshes"]["new"])) == [REFUSED, REFUSED, "True"]
    assert results["refreshes"]["refresh"] is True


def test_a_revocation_at_the_time_of_a_refresh_leaves_no_token(results):
    assert results["revocation"]["revoked"]
    assert set(results["revocation"]["access"]) == {REFUSED}
    assert results["revocation"]["refresh"] == REFUSED


def test_a_server_that_lags_behind_knows_each_token(results):
    assert results["lagging"]["readonly"]
    assert results["lagging"]["issued"] == results["lagging"]["user"]
    assert results["lagging"]["revoked"] == REFUSED


def test_tokens_of_an_archived_user_are_refused(results):
    assert results["archived"] == {"before": True, "after": REFUSED}


# --- the store in Redis ------------------------------------------------------------


@pytest.fixture(scope="module")
def modules():
    from odoo.addons.rest_api_core.access import redis_tokens, tokens

    return redis_tokens, tokens


@pytest.fixture(scope="module")
def overloaded():
    from odoo.addons.rest_api_core.wire.problem import Overloaded

    return Overloaded


@pytest.fixture
def store(modules, redis_server):
    return open_store(modules, redis_server.port)


def open_store(modules, port, password="", database="db"):
    redis_tokens, tokens = modules
    address = tokens.RedisAddress("127.0.0.1", port, 0, password)
    return redis_tokens.RedisTokens(address, database)


@pytest.fixture
def new(modules):
    """A token, stored as ``name``."""
    tokens = modules[1]

    def make(kind, name, seconds=600):
        now = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
        owner, until = tokens.Owner(1, 2, 3, "read"), now + timedelta(seconds=seconds)
        return tokens.Token(kind, "prefix", f"digest of {name}", owner, until)

    return make


def found(store, *names):
    """Which of the access tokens are there."""
    digests = [f"digest of {name}" for name in names]
    return [bool(store.find("access", "prefix", digest)) for digest in digests]


def test_what_is_added_is_found_with_all_its_values(store, new):
    refresh, access = new("refresh", "r1", 7200), new("access", "a1")
    store.add(refresh, access)
    for token in (refresh, access):
        values = {**vars(token), "family": refresh.digest}
        assert vars(store.find(token.kind, "prefix", token.digest)) == values


def test_renewing_leaves_one_access_token(store, new):
    refresh = new("refresh", "r2")
    store.add(refresh, new("access", "a2"))
    assert store.renew(refresh, new("access", "b2"))
    assert store.renew(refresh, new("access", "c2"))
    assert found(store, "a2", "b2", "c2") == [False, False, True]


@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_revoking_ends_the_family_and_no_other(store, new, kind):
    refresh = new("refresh", f"r3 {kind}")
    store.add(refresh, new("access", f"a3 {kind}"))
    store.add(new("refresh", "r4"), new("access", "a4"))
    name = {"refresh": "r3", "access": "a3"}[kind]
    store.revoke(store.find(kind, "prefix", f"digest of {name} {kind}"))
    assert found(store, f"a3 {kind}", "a4") == [False, True]
    assert store.find("refresh", "prefix", refresh.digest) is None
    assert not store.renew(refresh, new("access", f"b3 {kind}"))
    assert found(store, f"b3 {kind}") == [False]


def test_an_access_token_can_be_alone(store, new):
    store.add_access(new("access", "a8"))
    store.add_access(new("access", "a9"))
    store.revoke(store.find("access", "prefix", "digest of a8"))
    assert found(store, "a8", "a9") == [False, True]


@pytest.mark.parametrize("method, owner", [("revoke_of", 2), ("revoke_of_client", 3)])
def test_all_tokens_of_an_owner_are_revoked_at_once(store, new, method, owner):
    store.add(new("refresh", "r10"), new("access", "a10"))
    store.add_access(new("access", "a11"))
    getattr(store, method)(owner + 1)
    assert found(store, "a10", "a11") == [True, True]
    getattr(store, method)(owner)
    assert found(store, "a10", "a11") == [False, False]
    assert store.find("refresh", "prefix", "digest of r10") is None


def test_a_refresh_token_is_rotated_once(store, new):
    first, second = new("refresh", "r12"), new("refresh", "r13")
    store.add(first, new("access", "a12"))
    assert store.rotate(first, second, new("access", "a13"))
    assert not store.rotate(first, new("refresh", "r14"), new("access", "a14"))
    assert found(store, "a12", "a13", "a14") == [False, True, False]
    assert store.find("refresh", "prefix", first.digest).rotated
    assert not store.find("refresh", "prefix", second.digest).rotated


@pytest.mark.parametrize("number", range(3))
def test_each_of_a_family_that_was_rotated_revokes_what_follows(store, new, number):
    names = [f"{number} {each}" for each in range(3)]
    refreshes = [new("refresh", name) for name in names]
    store.add(refreshes[0], new("access", names[0]))
    assert store.rotate(*refreshes[:2], new("access", names[1]))
    assert store.rotate(*refreshes[1:], new("access", names[2]))
    store.revoke(store.find("refresh", "prefix", refreshes[number].digest))
    assert found(store, *names) == [False, False, False]
    assert store.find("refresh", "prefix", refreshes[2].digest) is None


def test_redis_forgets_tokens_by_itself(store, new, redis_server):
    store.add(new("refresh", "r5", 7200), new("access", "a5", 600))
    client = redis_server.client()
    lives = {"refresh:digest of r5": 7200, "access:digest of a5": 600}
    for key, seconds in lives.items():
        assert seconds - 10 < client.ttl(f"rest_token:db:{key}") <= seconds


def test_databases_that_share_a_redis_know_no_token_of_each_other(
    store, new, modules, redis_server
):
    store.add(new("refresh", "r6"), new("access", "a6"))
    other = open_store(modules, redis_server.port, database="other")
    assert found(other, "a6") == [False]


def test_a_redis_that_has_lost_scripts_and_connections_is_asked_again(
    store, new, redis_server
):
    store.add(new("refresh", "r7"), new("access", "a7"))
    redis_server.client().script_flush()
    redis_server.client().client_kill_filter(_type="normal", skipme=True)
    assert found(store, "a7") == [True]
    assert store.renew(new("refresh", "r7"), new("access", "b7"))


def test_another_value_in_place_of_a_token_lets_nobody_in(
    store, redis_server, overloaded
):
    redis_server.client().lpush("rest_token:db:access:digest of a8", "x")
    redis_server.client().set("rest_token:db:access:digest of b8", json.dumps({}))
    for name in ("a8", "b8"):
        with pytest.raises(overloaded):
            found(store, name)


def test_a_wrong_password_lets_nobody_in(
    modules, redis_server, new, overloaded, caplog
):
    client = redis_server.client()
    client.config_set("requirepass", "right")
    try:
        with pytest.raises(overloaded):
            found(open_store(modules, redis_server.port, "wrong"), "a9")
        right = open_store(modules, redis_server.port, "right")
        right.add(new("refresh", "r9"), new("access", "a9"))
        assert found(right, "a9") == [True]
    finally:
        client.config_set("requirepass", "")
    assert "AuthenticationError" in caplog.text


def test_a_redis_that_stops_lets_nobody_in_until_it_is_back(
    store, redis_server, new, overloaded
):
    redis_server.stop()
    try:
        with pytest.raises(overloaded):
            found(store, "a10")
        with pytest.raises(overloaded):
            store.add(new("refresh", "r10"), new("access", "a10"))
    finally:
        redis_server.start()
    assert found(store, "a10") == [False]
