"""Keys, tokens and the checks of a request's credentials. No Odoo here.

A key is ``<kind>_<8 id characters>_<43 random characters>``. The id is its ``prefix``,
which is stored and shown. Of the whole key, only an HMAC-SHA256 with the pepper of the
database is stored.

Callers get the same error for every key that is not valid. The log has the reason.
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

from ..wire.problem import (
    CredentialsInvalid,
    CredentialsMisused,
    OriginRefused,
    Rejection,
)

API_KEY, OAUTH_SECRET, ACCESS_TOKEN, REFRESH_TOKEN = "rak", "ros", "rat", "rrt"
BEARER_KINDS = (API_KEY, ACCESS_TOKEN)  # the other two are parameters of bodies
RANDOM_BYTES = 37  # 5 become the id (base32), 32 the secret (base64url)
QUERY_NAMES = frozenset(
    ("access_token", "access-token", "api_key", "apikey", "authorization", "token")
)
SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS", "QUERY"))  # RFC 9110, RFC 10008
DEFAULT_PORTS = {"http": 80, "https": 443}

Network = IPv4Network | IPv6Network

_KEY = re.compile(r"(rak|ros|rat|rrt)_([A-Za-z0-9]{8})_([A-Za-z0-9_-]{43})")
_BEARER = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750 §2.1, b64token
# told by the form alone: neither says whether a key exists
_WITHOUT_SCHEME = "The Authorization header must be 'Bearer', a space and a key."
_OTHER_SORT = (
    "This is not a key of a client of the REST API. Those begin with 'rak_'; API keys "
    "of users are for other services."
)
_MALFORMED = Rejection("malformed")
_UNKNOWN = "0" * 64  # compared in place of the digest of an unknown key


@dataclass(frozen=True)
class Key:
    """A key; its ``value`` is the whole, which is shown once and never stored."""

    kind: str
    prefix: str
    value: str = field(repr=False)

    @property
    def scheme(self) -> str:
        """The ``scheme`` of the caller: ``key`` or ``token``."""
        return "key" if self.kind == API_KEY else "token"

    @property
    def name(self) -> str:
        """What identifies it without being a secret."""
        return f"{self.kind}_{self.prefix}"


@dataclass(frozen=True)
class Basic:
    """Login and password of RFC 7617."""

    login: str
    password: str = field(repr=False)
    scheme: ClassVar[str] = "basic"


def generate(kind: str, random: bytes) -> Key:
    """A new key from ``RANDOM_BYTES`` of a secure source: ``secrets.token_bytes``."""
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"{RANDOM_BYTES} random bytes are needed")
    prefix = base64.b32encode(random[:5]).decode().lower()
    secret = base64.urlsafe_b64encode(random[5:]).decode().rstrip("=")
    return Key(kind, prefix, f"{kind}_{prefix}_{secret}")


def parse(text: str, *kinds: str) -> Key | None:
    """The key in ``text``, or None if it does not have the form of these kinds."""
    match = _KEY.fullmatch(text)
    if match is None or match[1] not in kinds:
        return None
    return Key(match[1], match[2], text)


def digest(value: str, pepper: bytes) -> str:
    """The stored digest of a key: HMAC-SHA256 of the whole, as 64 hex digits."""
    message = value.encode("utf-8", "surrogatepass")  # JSON can have lone surrogates
    return hmac.digest(pepper, message, "sha256").hex()


def verify(value: str, stored: str | None, pepper: bytes) -> bool:
    """Whether ``stored`` is the digest of ``value``.

    :param stored: None for an unknown prefix, which takes the same time
    """
    equal = hmac.compare_digest(digest(value, pepper), stored or _UNKNOWN)
    return equal and stored is not None


@dataclass(frozen=True)
class Validity:
    """The conditions of a valid key. All times are UTC without time zone.

    :param networks: where requests can come from; empty for anywhere
    """

    revoked_at: datetime | None = None
    expires_at: datetime | None = None
    client_active: bool = True
    client_expires_at: datetime | None = None
    user_active: bool = True
    networks: tuple[Network, ...] = ()


def rejection_reason(validity: Validity, now: datetime, ip: str) -> str | None:
    """The reason why a key is not valid at ``now`` from ``ip``, None if it is.

    ``revoked_at`` can be in the future: a rotated key works until then.
    """
    reasons = (
        ("revoked", _reached(validity.revoked_at, now)),
        ("expired", _reached(validity.expires_at, now)),
        ("client archived", not validity.client_active),
        ("client expired", _reached(validity.client_expires_at, now)),
        ("user archived", not validity.user_active),
        ("address", not is_within(ip, validity.networks)),
    )
    return next((reason for reason, applies in reasons if applies), None)


def _reached(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def parse_networks(text: str | None) -> tuple[Network, ...]:
    """IP addresses and CIDR ranges, separated by lines, commas or spaces; raises
    ValueError."""
    parts = re.split(r"[\s,]+", text or "")
    return tuple(ip_network(part, strict=False) for part in parts if part)


def is_within(ip: str, networks: Iterable[Network]) -> bool:
    """Whether an address is in one of the networks, or there are none.

    The IPv6 form of an IPv4 address (``::ffff:10.0.0.1``) matches like the address.
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
    """The unchecked credentials of a request; None if it has none.

    :param authorization: the header of that name
    :param access_token: the header ``Access-Token``; None in dialects without it
    :param query: the names of the query parameters

    Raises CredentialsMisused for credentials in the query, for several credentials
    (RFC 6750 §2) and for a malformed Bearer header; CredentialsInvalid for a value that
    is not a key or token. A session cookie is ignored if there are other credentials.
    """
    if any(name.lower() in QUERY_NAMES for name in query):
        raise CredentialsMisused("Send credentials in a header, not in the URL.")
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
    raise CredentialsInvalid(_WITHOUT_SCHEME, rejection=_MALFORMED)


def _bearer(value: str) -> Key:
    if not _BEARER.fullmatch(value):
        detail = "The Authorization header is malformed. Send 'Bearer' and a key."
        raise CredentialsMisused(detail)
    return _key(value)


def _key(value: str) -> Key:
    key = parse(value, *BEARER_KINDS)
    if key is None:
        raise CredentialsInvalid(_OTHER_SORT, rejection=_MALFORMED)
    return key


def _basic(value: str) -> Basic:
    try:
        text = base64.b64decode(value, validate=True).decode()
    except ValueError as error:
        raise CredentialsInvalid(rejection=_MALFORMED) from error
    login, colon, password = text.partition(":")
    if not (login and colon):
        raise CredentialsInvalid(rejection=_MALFORMED)
    return Basic(login, password)


def check_origin(method: str, own: str, origin: str, fetch_site: str) -> None:
    """Reject a session cookie that a page of another site made the browser send.

    :param own: the origin of this server, ``https://erp.example.com``
    :param origin: the header ``Origin``, empty if missing
    :param fetch_site: the header ``Sec-Fetch-Site``, empty if missing

    Methods that are not safe need one of these headers, and each must be of the same
    origin. Raises OriginRefused. A valid CSRF token replaces this check.
    """
    if method in SAFE_METHODS:
        return
    checks = []
    if fetch_site:
        checks.append(fetch_site == "same-origin")
    if origin:
        checks.append(_origin(origin) in {_origin(own)} - {None})
    if not (checks and all(checks)):
        raise OriginRefused()


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port (RFC 6454 §4); None for an opaque origin like ``null``."""
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None
