"""The authorization code flow with PKCE: what is asked for, and where it leads. No Odoo
here.

RFC 6749 §4.1, RFC 7636 (S256 alone), RFC 9207 (``iss``).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from .oauth import Form, granted_scope, required
from .oauth_metadata import LOOPBACK, is_resource
from .oauth_problems import (
    InvalidRequest,
    InvalidTarget,
    OAuthProblem,
    UnsupportedResponseType,
)

# the parameters that the page of the decision sends once more
PARAMETERS = (
    *("response_type", "client_id", "redirect_uri", "scope", "state"),
    *("code_challenge", "code_challenge_method", "resource"),
)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_URI = re.compile(r"[a-z][a-z0-9+.-]*:[!#-;=?-\[\]_a-z~]+", re.IGNORECASE)
# what browsers do not leave the page for, or read from the own computer
_LOCAL = frozenset(
    "about blob chrome data file filesystem javascript vbscript view-source".split()
)


@dataclass(frozen=True)
class Requested:
    """What a client asks a user for."""

    redirect_uri: str
    scope: str
    state: str
    challenge: str


@dataclass(frozen=True)
class Redirect:
    """Where the browser goes next."""

    url: str


@dataclass(frozen=True)
class Consent:
    """What a page asks a user.

    :param resources: what the client could use, as ``rest.offers`` tells it
    :param more: how many resources are not among them
    :param sent: the parameters of the request, which go with the decision
    """

    client: str
    api: str
    user: str
    login: str
    read_only: bool
    resources: tuple[Mapping[str, Any], ...]
    more: int
    sent: Form

    @property
    def target(self) -> str:
        """Where the user goes on to."""
        parts = urlsplit(self.sent["redirect_uri"])
        return parts.netloc or f"{parts.scheme}:"


# --- what clients register -----------------------------------------------------------


def redirect_uris(text: str) -> tuple[str, ...]:
    """One a line. Raises ValueError with the first that is not absolute, has a fragment
    (RFC 6749 §3.1.2), or is not safe: HTTP is for the own computer (RFC 8252 §7.3)."""
    uris = tuple(filter(None, (line.strip() for line in text.splitlines())))
    for uri in uris:
        if not (_URI.fullmatch(uri) and "#" not in uri and _is_safe(uri)):
            raise ValueError(uri)
    return uris


def _is_safe(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
        host = parts.hostname
    except ValueError:
        return False
    if parts.scheme == "http":
        return host in LOOPBACK
    if parts.scheme == "https":
        return bool(host)
    return parts.scheme not in _LOCAL


# --- what clients ask for ------------------------------------------------------------


def requested(sent: Form, issuer: str, read_only: bool) -> Requested:
    """What is asked for; raises OAuthProblem, which the client is told by a redirect.

    :param sent: with a ``redirect_uri`` that is one of the client
    :param read_only: whether the client can only read
    """
    if required(sent, "response_type") != "code":
        raise UnsupportedResponseType()
    challenge = required(sent, "code_challenge")
    if sent.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(
        challenge
    ):
        raise InvalidRequest("PKCE is required, with code_challenge_method S256.")
    if not is_resource(sent.get("resource", ""), issuer):
        raise InvalidTarget()
    scope = granted_scope(sent.get("scope", ""), read_only)
    return Requested(sent["redirect_uri"], scope, sent.get("state", ""), challenge)


def proves(verifier: str, challenge: str) -> bool:
    """Whether a ``code_verifier`` is that of the challenge (RFC 7636 §4.6)."""
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = hashlib.sha256(verifier.encode()).digest()
    made = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return hmac.compare_digest(made, challenge)


# --- where it leads ------------------------------------------------------------------


def with_code(sent: Form, issuer: str, code: str) -> Redirect:
    return _back(sent, issuer, {"code": code})


def with_error(sent: Form, issuer: str, problem: OAuthProblem) -> Redirect:
    told = {"error": problem.error, "error_description": problem.detail}
    return _back(sent, issuer, told)


def _back(sent: Form, issuer: str, told: dict[str, str]) -> Redirect:
    """To the client; the query of its URI stays."""
    if "state" in sent:
        told["state"] = sent["state"]
    uri = sent["redirect_uri"]
    separator = "&" if "?" in uri else "?"
    return Redirect(f"{uri}{separator}{urlencode({**told, 'iss': issuer})}")


def source(uri: str) -> str:
    """What ``form-action`` of CSP allows, so that a form may lead to this URI."""
    parts = urlsplit(uri)
    if parts.scheme in ("http", "https"):
        return f"{parts.scheme}://{parts.netloc}"
    return f"{parts.scheme}:"
