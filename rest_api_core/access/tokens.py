"""Access and refresh tokens, and the system parameters about them. No Odoo here.

A login issues a *family*: one refresh token, and one access token at a time. The client
sends the access token with each request. With the refresh token it gets the next access
token, which revokes the one before. No access token outlives its refresh token, so a
family can always be revoked by either of them. Clients that need no refresh token have
access tokens alone.

A token is a key of ``credentials``: ``rat_<prefix>_<secret>`` or ``rrt_…``. A store
keeps its prefix and its digest, never its value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from ..wire import cors
from . import credentials

Kind = Literal["access", "refresh"]
KEY_KINDS: dict[Kind, str] = {
    "access": credentials.ACCESS_TOKEN,
    "refresh": credentials.REFRESH_TOKEN,
}
KINDS: dict[str, Kind] = {key_kind: kind for kind, key_kind in KEY_KINDS.items()}


@dataclass(frozen=True)
class Owner:
    """Who acts with a token, and through which API; logins by password have no client.

    ``scope`` is as OAuth2 writes it: names, separated by spaces.
    """

    api_id: int
    user_id: int
    client_id: int | None = None
    scope: str = ""


@dataclass(frozen=True)
class Token:
    """What a store keeps of a token. Times are UTC without zone.

    :param family: what the store knows the refresh token by, which is the same for all
        tokens of a family; None until it is stored
    :param id: of ``rest.token``, None in other stores
    :param issued_at: None for one that an earlier version has stored
    :param rotated: of a refresh token: whether it was used, and has a successor
    """

    kind: Kind
    prefix: str
    digest: str = field(repr=False)
    owner: Owner
    expires_at: datetime
    revoked_at: datetime | None = None
    family: int | str | None = None
    id: int | None = None
    issued_at: datetime | None = None
    rotated: bool = False

    @property
    def name(self) -> str:
        """What identifies it without being a secret."""
        return f"{KEY_KINDS[self.kind]}_{self.prefix}"


@dataclass(frozen=True)
class Issued:
    """New tokens for a client, with what is left of their lives in seconds; without a
    refresh token, its members are empty."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    access_expires_in: int
    refresh_expires_in: int = 0


@dataclass(frozen=True)
class VerifiedToken:
    """An access token that is valid now; ``id`` is None where it is no record."""

    id: int | None
    user_id: int
    client_id: int | None = None
    scope: str = ""


class Store(Protocol):
    """Where tokens are kept. Raises Overloaded while it cannot be reached."""

    def add(self, refresh: Token, access: Token) -> None:
        """Keep a new family."""

    def add_access(self, access: Token) -> None:
        """Keep an access token without a refresh token."""

    def find(self, kind: Kind, prefix: str, digest: str) -> Token | None:
        """The token with this prefix or digest, whatever its state.

        The caller compares the digest; an unknown token takes the same work.
        """

    def renew(self, refresh: Token, access: Token) -> bool:
        """Put ``access`` in the place of the family's access tokens.

        False if the family was revoked in the meantime. Of simultaneous calls, one
        access token is left.
        """

    def rotate(self, before: Token, refresh: Token, access: Token) -> bool:
        """Put new tokens in the place of a refresh token and its access tokens.

        False if it was revoked or rotated in the meantime. Of simultaneous calls, the
        first succeeds.
        """

    def revoke(self, token: Token) -> None:
        """Revoke the family of a token."""

    def revoke_of_client(self, client_id: int) -> None:
        """Revoke all tokens of a client."""

    def revoke_of(self, user_id: int) -> None:
        """Revoke all tokens of a user."""


def new_token(
    kind: Kind,
    owner: Owner,
    times: tuple[datetime, datetime],
    random: bytes,
    pepper: bytes,
) -> tuple[Token, str]:
    """A token and its value, which is not kept anywhere.

    :param times: when it is issued, and when it expires
    :param random: ``credentials.RANDOM_BYTES`` of a secure source
    """
    key = credentials.generate(KEY_KINDS[kind], random)
    digest = credentials.digest(key.value, pepper)
    token = Token(kind, key.prefix, digest, owner, times[1], issued_at=times[0])
    return token, key.value


def seconds_left(token: Token, now: datetime) -> int:
    """Whole seconds until a token expires, 0 if it has."""
    return max(0, (token.expires_at - now) // timedelta(seconds=1))


# --- system parameters ------------------------------------------------------------

NAMESPACE = "rest_api."
# the system parameters that installing sets
DEFAULTS = {
    "access_token_expires_in": "600",
    "refresh_token_expires_in": "7200",
    "use_redis_token_store": "False",
    "redis_host": "localhost",
    "redis_port": "6379",
    "redis_db": "0",
    "redis_password": "None",
    "cors_parameter_value_in_all_routes": "null",
    "u_escape_characters_for_unicode_in_responses": "False",
}
MAX_SECONDS = 366 * 24 * 3600
MAX_REDIS_DB = 2**31 - 1
SWITCHES = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off", "none"), False),
}
NOTHING = ("none", "null", "false")


@dataclass(frozen=True)
class RedisAddress:
    """A Redis server; an empty password for one that asks for none."""

    host: str
    port: int
    db: int
    password: str = field(repr=False)


@dataclass(frozen=True)
class Settings:
    """The system parameters ``rest_api.…``.

    An invalid value counts as its default, and its name is in ``mistyped``. The address
    of Redis has no such fallback, because the wrong server must not decide which tokens
    are valid: ``redis`` is None then.

    :param origins: as ``wire.cors.origins``; empty for ``null``, the origin of every
        sandboxed page
    """

    access_seconds: int
    refresh_seconds: int
    use_redis: bool
    redis: RedisAddress | None
    origins: frozenset[str]
    escapes_unicode: bool
    mistyped: tuple[str, ...] = ()

    @classmethod
    def of(cls, get: Callable[[str], str | Literal[False] | None]) -> Settings:
        """From ``get(key)``: the text of a system parameter, falsy if it is not set."""
        reader = _Reader(get)
        return cls(
            access_seconds=reader.seconds("access_token_expires_in"),
            refresh_seconds=reader.seconds("refresh_token_expires_in"),
            use_redis=reader.switch("use_redis_token_store"),
            redis=reader.redis(),
            origins=reader.origins("cors_parameter_value_in_all_routes"),
            escapes_unicode=reader.switch(
                "u_escape_characters_for_unicode_in_responses"
            ),
            mistyped=tuple(reader.mistyped),
        )


class _Reader:
    """Reads the parameters one by one and collects the names of mistyped ones."""

    def __init__(self, get: Callable[[str], str | Literal[False] | None]) -> None:
        self._get = get
        self.mistyped: list[str] = []

    def text(self, name: str) -> str:
        return (self._get(NAMESPACE + name) or "").strip() or DEFAULTS[name]

    def seconds(self, name: str) -> int:
        number = self._number(name, range(1, MAX_SECONDS + 1))
        return int(DEFAULTS[name]) if number is None else number

    def switch(self, name: str) -> bool:
        found = SWITCHES.get(self.text(name).lower())
        if found is None:
            self.mistyped.append(NAMESPACE + name)
        return SWITCHES[DEFAULTS[name].lower()] if found is None else found

    def origins(self, name: str) -> frozenset[str]:
        text = self.text(name)
        if text.lower() in NOTHING:
            return frozenset()
        try:
            return cors.origins(text)
        except ValueError:
            self.mistyped.append(NAMESPACE + name)
            return frozenset()

    def redis(self) -> RedisAddress | None:
        port = self._number("redis_port", range(1, 2**16))
        db = self._number("redis_db", range(MAX_REDIS_DB + 1))
        if port is None or db is None:
            return None
        password = self.text("redis_password")
        if password == DEFAULTS["redis_password"]:
            password = ""
        return RedisAddress(self.text("redis_host"), port, db, password)

    def _number(self, name: str, allowed: range) -> int | None:
        """None for text that is not a number, and for numbers out of range."""
        text = self.text(name)
        # longer ones are out of every range, and int() refuses thousands of digits
        if text.isascii() and text.isdigit() and len(text) <= 20:
            number = int(text)
            if number in allowed:
                return number
        self.mistyped.append(NAMESPACE + name)
        return None
