"""Tokens in Redis, for many logins with little to spare in the database. No Odoo here.

A family is two keys, which expire by themselves:

    rest_token:<database>:refresh:<digest>   {token: JSON, access: <key of the other>}
    rest_token:<database>:access:<digest>    JSON

Access tokens without a refresh token are a key of the second sort alone. What a user
or a client has are the members of a set, until the last expires:

    rest_token:<database>:user:<id>          keys of families, and of access tokens
    rest_token:<database>:client:<id>        that have none

The scripts keep the two consistent when several clients refresh or revoke at once. They
get the name of the second key from the first one, which Redis Cluster does not allow.

The Python library ``redis`` is optional. Without it, and while the server is down,
every method raises Overloaded (503): no token is accepted unchecked.
"""

from __future__ import annotations

import functools
import importlib
import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any, TypeVar

from ..wire.problem import Overloaded
from .tokens import Kind, Owner, RedisAddress, Store, Token, seconds_left

TIMEOUT = 1.0  # seconds, for connecting and for a response
PREFIX = "rest_token"

ADD = """
redis.call('HSET', KEYS[1], 'token', ARGV[1], 'access', KEYS[2])
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('SET', KEYS[2], ARGV[3], 'EX', ARGV[4])
for number = 3, #KEYS do
    redis.call('SADD', KEYS[number], KEYS[1])
    if redis.call('TTL', KEYS[number]) < tonumber(ARGV[2]) then
        redis.call('EXPIRE', KEYS[number], ARGV[2])
    end
end
"""
ADD_ACCESS = """
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
for number = 2, #KEYS do
    redis.call('SADD', KEYS[number], KEYS[1])
    if redis.call('TTL', KEYS[number]) < tonumber(ARGV[2]) then
        redis.call('EXPIRE', KEYS[number], ARGV[2])
    end
end
"""
RENEW = """
local before = redis.call('HGET', KEYS[1], 'access')
if not before then return 0 end
redis.call('DEL', before)
redis.call('HSET', KEYS[1], 'access', KEYS[2])
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[2])
return 1
"""
REVOKE_ALL = """
for _, key in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    if redis.call('TYPE', key).ok == 'hash' then
        local access = redis.call('HGET', key, 'access')
        if access then redis.call('DEL', access) end
    end
    redis.call('DEL', key)
end
return redis.call('DEL', KEYS[1])
"""
REVOKE = """
local key = KEYS[1]
while key do
    local successor = false
    if redis.call('TYPE', key).ok == 'hash' then
        local access = redis.call('HGET', key, 'access')
        if access then redis.call('DEL', access) end
        successor = redis.call('HGET', key, 'next')
    end
    redis.call('DEL', key)
    key = successor
end
"""

# a refresh token that was used stays, and names its successor
ROTATE = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if redis.call('HEXISTS', KEYS[1], 'next') == 1 then return 0 end
local before = redis.call('HGET', KEYS[1], 'access')
if before then redis.call('DEL', before) end
redis.call('HSET', KEYS[1], 'next', KEYS[2])
redis.call('HSET', KEYS[2], 'token', ARGV[1], 'access', KEYS[3])
redis.call('EXPIRE', KEYS[2], ARGV[2])
redis.call('SET', KEYS[3], ARGV[3], 'EX', ARGV[4])
for number = 4, #KEYS do
    redis.call('SADD', KEYS[number], KEYS[2])
    if redis.call('TTL', KEYS[number]) < tonumber(ARGV[2]) then
        redis.call('EXPIRE', KEYS[number], ARGV[2])
    end
end
return 1
"""

T = TypeVar("T")
_logger = logging.getLogger(__name__)


class RedisTokens(Store):
    """The ``tokens.Store`` of one database in one Redis."""

    def __init__(self, address: RedisAddress, database: str) -> None:
        self._address, self._prefix = address, f"{PREFIX}:{database}:"

    def add(self, refresh: Token, access: Token) -> None:
        now = _now()
        arguments = [
            _encoded(refresh, refresh.digest),
            max(1, seconds_left(refresh, now)),
            _encoded(access, refresh.digest),
            max(1, seconds_left(access, now)),
        ]
        keys = [self._key(refresh), self._key(access), *self._owner_keys(refresh.owner)]
        self._run(lambda: self._scripts[ADD](keys=keys, args=arguments))

    def add_access(self, access: Token) -> None:
        seconds = max(1, seconds_left(access, _now()))
        keys = [self._key(access), *self._owner_keys(access.owner)]
        arguments = [_encoded(access, ""), seconds]
        self._run(lambda: self._scripts[ADD_ACCESS](keys=keys, args=arguments))

    def find(self, kind: Kind, prefix: str, digest: str) -> Token | None:
        """By its digest, which nobody can guess without the pepper."""
        key = f"{self._prefix}{kind}:{digest}"

        def work() -> Token | None:
            if kind == "access":
                text, successor = self._client.get(key), None
            else:
                text, successor = self._client.hmget(key, ["token", "next"])
            if text is None:
                return None
            found = _decoded(text, kind, prefix, digest)
            return replace(found, rotated=successor is not None)

        return self._run(work)

    def rotate(self, before: Token, refresh: Token, access: Token) -> bool:
        now = _now()
        arguments = [
            _encoded(refresh, refresh.digest),
            max(1, seconds_left(refresh, now)),
            _encoded(access, refresh.digest),
            max(1, seconds_left(access, now)),
        ]
        keys = [self._key(before), self._key(refresh), self._key(access)]
        keys += self._owner_keys(refresh.owner)
        return bool(self._run(lambda: self._scripts[ROTATE](keys=keys, args=arguments)))

    def renew(self, refresh: Token, access: Token) -> bool:
        arguments = [
            _encoded(access, refresh.digest),
            max(1, seconds_left(access, _now())),
        ]
        keys = [self._key(refresh), self._key(access)]
        return bool(self._run(lambda: self._scripts[RENEW](keys=keys, args=arguments)))

    def revoke(self, token: Token) -> None:
        family = f"{self._prefix}refresh:{token.family}"
        keys = [family if token.family else self._key(token)]
        self._run(lambda: self._scripts[REVOKE](keys=keys))

    def revoke_of(self, user_id: int) -> None:
        self._revoke_all(f"{self._prefix}user:{user_id}")

    def revoke_of_client(self, client_id: int) -> None:
        self._revoke_all(f"{self._prefix}client:{client_id}")

    def _revoke_all(self, key: str) -> None:
        self._run(lambda: self._scripts[REVOKE_ALL](keys=[key]))

    def _owner_keys(self, owner: Owner) -> list[str]:
        """The sets that have what an owner has; logins have no client."""
        keys = [f"{self._prefix}user:{owner.user_id}"]
        if owner.client_id:
            keys.append(f"{self._prefix}client:{owner.client_id}")
        return keys

    def _key(self, token: Token) -> str:
        return f"{self._prefix}{token.kind}:{token.digest}"

    # --- the server ----------------------------------------------------------

    @functools.cached_property
    def _library(self) -> Any:
        return importlib.import_module("redis")

    @functools.cached_property
    def _client(self) -> Any:
        """It connects when it is first used, and again in each process and thread."""
        library = self._library
        # Idle connections may be gone, and every script may run twice: one retry, at
        # once. By default, newer versions of the library wait for seconds.
        retry = library.retry.Retry(
            library.backoff.NoBackoff(), 1, supported_errors=(library.ConnectionError,)
        )
        return library.Redis(
            host=self._address.host,
            port=self._address.port,
            db=self._address.db,
            password=self._address.password or None,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            health_check_interval=30,
            retry=retry,
            retry_on_error=[library.ConnectionError],
        )

    @functools.cached_property
    def _scripts(self) -> dict[str, Any]:
        """They run by EVALSHA; the library sends them once to a server without them."""
        texts = (ADD, ADD_ACCESS, RENEW, ROTATE, REVOKE, REVOKE_ALL)
        return {text: self._client.register_script(text) for text in texts}

    def _run(self, work: Callable[[], T]) -> T:
        """``work()``; raises Overloaded where Redis or the library fails."""
        try:
            return work()
        except Exception as error:
            if not self._is_failure(error):
                raise
            _logger.warning(
                "Tokens: Redis at %s:%s fails (%s: %s).",
                self._address.host,
                self._address.port,
                type(error).__name__,
                str(error).strip().partition("\n")[0],
            )
            raise Overloaded("The token store cannot be reached.") from error

    def _is_failure(self, error: Exception) -> bool:
        # ValueError: what is stored there is not ours, or is damaged
        known: tuple[type[Exception], ...] = (ImportError, OSError, ValueError)
        if isinstance(error, known):
            return True
        return isinstance(error, self._library.RedisError)


def _now() -> datetime:
    return datetime.now(timezone.utc).replace(tzinfo=None)


def _encoded(token: Token, family: str) -> str:
    owner = token.owner
    return json.dumps(
        {
            "api_id": owner.api_id,
            "user_id": owner.user_id,
            "client_id": owner.client_id,
            "scope": owner.scope,
            "expires_at": _timestamp(token.expires_at),
            "issued_at": _timestamp(token.issued_at) if token.issued_at else None,
            "family": family,
        }
    )


def _timestamp(moment: datetime) -> int:
    return int(moment.replace(tzinfo=timezone.utc).timestamp())


def _moment(timestamp: int) -> datetime:
    return datetime.fromtimestamp(timestamp, timezone.utc).replace(tzinfo=None)


def _decoded(text: bytes, kind: Kind, prefix: str, digest: str) -> Token:
    """Raises ValueError for what ``_encoded`` did not make."""
    try:
        stored = json.loads(text)
        issued_at = stored.get("issued_at")
        names = ("api_id", "user_id", "client_id", "scope")
        return Token(
            kind,
            prefix,
            digest,
            Owner(**{name: stored[name] for name in names}),
            _moment(stored["expires_at"]),
            family=stored["family"],
            issued_at=None if issued_at is None else _moment(issued_at),
        )
    except (AttributeError, KeyError, TypeError, OverflowError) as error:
        raise ValueError("this is no token") from error
