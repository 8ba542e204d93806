"""Keys, tokens and where they may come from. No Odoo here.

A key is ``<kind>_<8 id characters>_<43 random characters>``. The id is its ``prefix``,
stored and shown; of the whole, only an HMAC-SHA256 under the database's pepper is kept.

All refusals of a key look the same to the caller; the reason is for the log.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import ClassVar
from urllib.parse import urlsplit

from ..wire.problem import CredentialsInvalid, CredentialsMisused, OriginRefused

API_KEY, OAUTH_SECRET, ACCESS_TOKEN, REFRESH_TOKEN = "rak", "ros", "rat", "rrt"
BEARER_KINDS = (API_KEY, ACCESS_TOKEN)  # the other two are not for the Bearer scheme
RANDOM_BYTES = 37  # 5 become the id (base32), 32 the secret (base64url)
QUERY_NAMES = frozenset(
    ("access_token", "access-token", "api_key", "apikey", "authorization", "token")
)
SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS", "QUERY"))  # RFC 9110, RFC 10008
DEFAULT_PORTS = {"http": 80, "https": 443}

Network = IPv4Network | IPv6Network

_KEY = re.compile(r"(rak|ros|rat|rrt)_([A-Za-z0-9]{8})_([A-Za-z0-9_-]{43})")
_BEARER = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750 §2.1, b64token
_NOBODY = "0" * 64  # stands for the digest of a key that is not known


@dataclass(frozen=True)
class Key:
    """A key in its parts; ``value`` is the whole, to be shown once and never kept."""

    kind: str
    prefix: str
    value: str = field(repr=False)

    @property
    def scheme(self) -> str:
        """What a caller is identified by: ``key`` or ``token``."""
        return "key" if self.kind == API_KEY else "token"


@dataclass(frozen=True)
class Basic:
    """Login and password of RFC 7617."""

    login: str
    password: str = field(repr=False)
    scheme: ClassVar[str] = "basic"


def generate(kind: str, random: bytes) -> Key:
    """A new key from ``RANDOM_BYTES`` of a secure source, ``secrets.token_bytes``."""
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"{RANDOM_BYTES} random bytes are needed")
    prefix = base64.b32encode(random[:5]).decode().lower()
    secret = base64.urlsafe_b64encode(random[5:]).decode().rstrip("=")
    return Key(kind, prefix, f"{kind}_{prefix}_{secret}")


def parse(text: str, *kinds: str) -> Key | None:
    """The key that ``text`` is, if it has the form of one of these kinds."""
    match = _KEY.fullmatch(text)
    if match is None or match[1] not in kinds:
        return None
    return Key(match[1], match[2], text)


def digest(value: str, pepper: bytes) -> str:
    """What is kept of a key: HMAC-SHA256 of all of it, as 64 hex digits."""
    message = value.encode("utf-8", "surrogatepass")  # JSON may have lone surrogates
    return hmac.digest(pepper, message, "sha256").hex()


def verify(value: str, kept: str | None, pepper: bytes) -> bool:
    """Whether ``kept`` is the digest of ``value``; None where the prefix is unknown.

    Both cases take the same work, and the time does not depend on the contents.
    """
    equal = hmac.compare_digest(digest(value, pepper), kept or _NOBODY)
    return equal and kept is not None


@dataclass(frozen=True)
class Standing:
    """What decides whether a known key is good now; all times are UTC without zone.

    ``networks`` empty: from anywhere.
    """

    revoked_at: datetime | None = None
    expires_at: datetime | None = None
    client_active: bool = True
    client_expires_at: datetime | None = None
    user_active: bool = True
    networks: tuple[Network, ...] = ()


def refusal(standing: Standing, now: datetime, ip: str) -> str | None:
    """Why the key is not good at ``now`` from ``ip``, None when it is.

    A revocation may lie ahead: so the old key stays good while clients change over.
    """
    reasons = (
        ("revoked", _reached(standing.revoked_at, now)),
        ("expired", _reached(standing.expires_at, now)),
        ("client archived", not standing.client_active),
        ("client expired", _reached(standing.client_expires_at, now)),
        ("user archived", not standing.user_active),
        ("address", not is_within(ip, standing.networks)),
    )
    return next((reason for reason, applies in reasons if applies), None)


def _reached(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def parse_networks(text: str | None) -> tuple[Network, ...]:
    """Addresses and CIDR ranges, between lines, commas or spaces; or ValueError."""
    parts = re.split(r"[\s,]+", text or "")
    return tuple(ip_network(part, strict=False) for part in parts if part)


def is_within(ip: str, networks: Iterable[Network]) -> bool:
    """Whether an address is in one of the networks; no networks contain them all.

    An IPv4 address is found in its IPv6 form too (``::ffff:10.0.0.1``).
    """
    networks = tuple(networks)
    if not networks:
        return True
    try:
        address = ip_address(ip)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in candidate for candidate in networks)


def presented(
    authorization: str | None,
    access_token: str | None = None,
    query: Iterable[str] = (),
) -> Key | Basic | None:
    """The credentials of a request, unchecked; None when it has none.

    :param authorization: that header; :param access_token: ``Access-Token``, where the
        API knows it, else None; :param query: the names of the query's parameters
    Raises CredentialsMisused for a token in the query, several at once (RFC 6750 §2)
    or a Bearer header that is malformed, CredentialsInvalid for all that cannot be one.
    A session cookie beside a token does not count: the token goes first.
    """
    if any(name.lower() in QUERY_NAMES for name in query):
        raise CredentialsMisused("A query string is no place for credentials.")
    if authorization and access_token:
        raise CredentialsMisused()
    if access_token:
        return _key(access_token)
    if not authorization:
        return None
    scheme, _, value = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return _bearer(value.strip())
    if scheme.lower() == "basic":
        return _basic(value.strip())
    raise CredentialsInvalid()


def _bearer(value: str) -> Key:
    if not _BEARER.fullmatch(value):
        raise CredentialsMisused("The Authorization header is malformed.")
    return _key(value)


def _key(value: str) -> Key:
    key = parse(value, *BEARER_KINDS)
    if key is None:
        raise CredentialsInvalid()
    return key


def _basic(value: str) -> Basic:
    try:
        text = base64.b64decode(value, validate=True).decode()
    except ValueError as error:
        raise CredentialsInvalid() from error
    login, colon, password = text.partition(":")
    if not (login and colon):
        raise CredentialsInvalid()
    return Basic(login, password)


def check_origin(method: str, own: str, origin: str, fetch_site: str) -> None:
    """Refuse a session cookie that another site made a browser send.

    :param own: the address of this server, ``https://erp.example.com``
    :param origin: the header, empty when absent; :param fetch_site: ``Sec-Fetch-Site``
    Safe methods pass. Others need one of the headers, and none that speaks against it.
    Raises OriginRefused; not to be called where a CSRF token is valid.
    """
    if method in SAFE_METHODS:
        return
    proofs = []
    if fetch_site:
        proofs.append(fetch_site == "same-origin")
    if origin:
        proofs.append(_origin(origin) in {_origin(own)} - {None})
    if not (proofs and all(proofs)):
        raise OriginRefused()


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port (RFC 6454 §4); None for what has none, as ``null``."""
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None
