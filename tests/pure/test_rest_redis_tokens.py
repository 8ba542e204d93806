"""The token store in Redis, with a stand-in for the library; see test_rest_tokens.py in
tests/ for a real server."""

import json
import logging
import sys
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from rest_api_core.access import redis_tokens, tokens
from rest_api_core.wire.problem import Overloaded

ADDRESS = tokens.RedisAddress("redis.example.com", 6380, 4, "open sesame")
ACCESS_KEY = "rest_token:db:access:digest of access"
OWNER = tokens.Owner(api_id=1, user_id=2, client_id=3, scope="read")


class RedisError(Exception):
    """As that of the library."""


class Retry:
    """As that of the library."""

    def __init__(self, backoff, retries, supported_errors):
        self.found = (backoff, retries, supported_errors)


class Library:
    """Stands in for ``redis`` and its client; ``stored`` is what it holds."""

    RedisError = ConnectionError = RedisError
    retry = SimpleNamespace(Retry=Retry)
    backoff = SimpleNamespace(NoBackoff=lambda: "no backoff")

    def __init__(self):
        self.stored, self.sent, self.options, self.failure = {}, [], None, None

    def Redis(self, **options):
        self.options = options
        return self

    def _get(self, key):
        if self.failure:
            raise self.failure
        return self.stored.get(key)

    def get(self, key):
        return self._get(key)

    def hmget(self, key, names):
        stored = self._get(key) or {}
        return [stored.get(name) for name in names]

    def register_script(self, text):
        def run(keys, args=()):
            self.sent.append((text, keys, list(args)))
            return self._get("reply")

        return run


@pytest.fixture(autouse=True)
def library(monkeypatch):
    library = Library()
    monkeypatch.setitem(sys.modules, "redis", library)
    return library


@pytest.fixture
def store():
    return redis_tokens.RedisTokens(ADDRESS, "db")


def token(kind, seconds, **values):
    now = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
    expires_at = now + timedelta(seconds=seconds)
    return tokens.Token(
        kind, "prefix", f"digest of {kind}", OWNER, expires_at, **values
    )


def test_all_tokens_of_a_user_are_revoked_at_once(store, library):
    store.revoke_of(7)
    ((text, keys, _arguments),) = library.sent
    assert (text, keys) == (redis_tokens.REVOKE_ALL, ["rest_token:db:user:7"])


def test_all_tokens_of_a_client_are_revoked_at_once(store, library):
    store.revoke_of_client(3)
    ((text, keys, _arguments),) = library.sent
    assert (text, keys) == (redis_tokens.REVOKE_ALL, ["rest_token:db:client:3"])


@pytest.mark.parametrize(
    "client_id, sets", [(3, ["user:2", "client:3"]), (0, ["user:2"])]
)
def test_an_access_token_can_be_alone(store, library, client_id, sets):
    owner = tokens.Owner(api_id=1, user_id=2, client_id=client_id)
    added = replace(token("access", 600), owner=owner)
    store.add_access(added)
    ((text, keys, (stored, seconds)),) = library.sent
    assert (text, keys[0]) == (redis_tokens.ADD_ACCESS, ACCESS_KEY)
    assert keys[1:] == [f"rest_token:db:{name}" for name in sets]
    assert 590 < seconds <= 600
    library.stored = {ACCESS_KEY: stored}
    found = store.find("access", "prefix", "digest of access")
    assert found == replace(added, family="")
    store.revoke(found)
    assert library.sent[1] == (redis_tokens.REVOKE, [ACCESS_KEY], [])


def test_a_family_is_added_with_its_lifetimes(store, library):
    store.add(token("refresh", 7200), token("access", 600))
    ((text, keys, arguments),) = library.sent
    assert text == redis_tokens.ADD
    assert keys == [
        "rest_token:db:refresh:digest of refresh",
        "rest_token:db:access:digest of access",
        f"rest_token:db:user:{OWNER.user_id}",
        f"rest_token:db:client:{OWNER.client_id}",
    ]
    assert (7190 < arguments[1] <= 7200) and (590 < arguments[3] <= 600)


@pytest.mark.parametrize("issued_at", [None, datetime(2026, 11, 27, 12)])
@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_a_token_that_was_added_is_found(store, library, kind, issued_at):
    added = {
        "refresh": token("refresh", 7200, issued_at=issued_at),
        "access": token("access", 600, issued_at=issued_at),
    }
    store.add(added["refresh"], added["access"])
    ((_text, keys, arguments),) = library.sent
    library.stored = {keys[0]: {"token": arguments[0]}, keys[1]: arguments[2]}
    found = store.find(kind, "prefix", f"digest of {kind}")
    values = {**vars(added[kind]), "family": "digest of refresh"}
    assert found == tokens.Token(**values)


def test_a_refresh_token_that_was_rotated_is_found_as_such(store, library):
    store.add(token("refresh", 7200), token("access", 600))
    ((_text, keys, arguments),) = library.sent
    library.stored = {keys[0]: {"token": arguments[0], "next": "key"}}
    assert store.find("refresh", "prefix", "digest of refresh").rotated


@pytest.mark.parametrize("reply, rotated", [(1, True), (0, False)])
def test_rotating_tells_whether_the_token_was_there(store, library, reply, rotated):
    library.stored["reply"] = reply
    before = replace(token("refresh", 9), digest="old")
    after = token("refresh", 7200), token("access", 600)
    assert store.rotate(before, *after) is rotated
    ((text, keys, arguments),) = library.sent
    assert text == redis_tokens.ROTATE
    assert keys == [
        "rest_token:db:refresh:old",
        "rest_token:db:refresh:digest of refresh",
        ACCESS_KEY,
        f"rest_token:db:user:{OWNER.user_id}",
        f"rest_token:db:client:{OWNER.client_id}",
    ]
    assert json.loads(arguments[2])["family"] == "digest of refresh"


@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_an_unknown_token_is_not_found(store, kind):
    assert store.find(kind, "prefix", "digest") is None


@pytest.mark.parametrize("reply, renewed", [(1, True), (0, False)])
def test_renewing_tells_whether_the_family_was_there(store, library, reply, renewed):
    library.stored["reply"] = reply
    assert store.renew(token("refresh", 9), token("access", 9)) is renewed


def test_a_lifetime_is_at_least_a_second(store, library):
    store.renew(token("refresh", 9), token("access", 0))
    assert library.sent[0][2][1] == 1


def test_revoking_ends_the_family(store, library):
    store.revoke(token("access", 9, family="digest of refresh"))
    keys = ["rest_token:db:refresh:digest of refresh"]
    assert library.sent == [(redis_tokens.REVOKE, keys, [])]


@pytest.mark.parametrize("password, sent", [("open sesame", "open sesame"), ("", None)])
def test_the_server_is_that_of_the_settings(library, password, sent):
    address = tokens.RedisAddress("redis.example.com", 6380, 4, password)
    redis_tokens.RedisTokens(address, "db").find("access", "", "")
    names = ("host", "port", "db", "password")
    found = [library.options[name] for name in names]
    assert found == ["redis.example.com", 6380, 4, sent]


def test_a_lost_connection_is_replaced_once_and_at_once(store, library):
    store.find("access", "prefix", "digest")
    assert library.options["retry"].found == ("no backoff", 1, (RedisError,))


STORED = ["{", "[]", "{}", json.dumps({"expires_at": "soon"}), '{"expires_at": 1e99}']


@pytest.mark.parametrize("text", STORED)
def test_what_is_no_token_lets_nobody_in(store, library, text):
    library.stored["rest_token:db:access:digest"] = text
    with pytest.raises(Overloaded):
        store.find("access", "prefix", "digest")


@pytest.mark.parametrize("failure", [RedisError("down\nfar"), OSError("down")])
def test_a_redis_that_is_down_lets_nobody_in(store, library, failure, caplog):
    library.failure = failure
    with caplog.at_level(logging.WARNING), pytest.raises(Overloaded):
        store.find("access", "prefix", "digest")
    kind = type(failure).__name__
    line = f"Tokens: Redis at redis.example.com:6380 fails ({kind}: down)."
    assert caplog.messages == [line]


def test_a_missing_library_lets_nobody_in(store, monkeypatch):
    monkeypatch.setitem(sys.modules, "redis", None)  # import raises ImportError
    with pytest.raises(Overloaded):
        store.add(token("refresh", 9), token("access", 9))


def test_a_bug_of_ours_is_no_outage(store, library):
    library.failure = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        store.find("access", "prefix", "digest")
