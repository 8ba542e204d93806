"""What OAuth2 clients send: forms, their credentials, scopes. No Odoo here.

A scope is a list of names, separated by spaces; it narrows the rights of the client:

    read    reads only
    write   all rights of the client; it includes read
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import parse_qsl, unquote_plus

from .auth_problems import CredentialsInvalid, Rejection
from .oauth_problems import InvalidRequest, InvalidScope

FORM = "application/x-www-form-urlencoded"
MAX_PARAMETERS = 50
READ, WRITE = "read", "write"
SCOPES = (READ, WRITE)
# what an error_description may consist of (RFC 6749 §5.2)
_UNSPEAKABLE = re.compile(r"[^\x20\x21\x23-\x5b\x5d-\x7e]")
Form = Mapping[str, str]


# --- forms ------------------------------------------------------------------------


def form(content: bytes, content_type: str) -> Form:
    """The parameters of a body; raises InvalidRequest. An empty one counts as one that
    was not sent (RFC 6749 §3.2)."""
    if not content:
        return {}
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise InvalidRequest(f"Send a form, {FORM}.")
    try:
        pairs = parse_qsl(
            content.decode(),
            keep_blank_values=True,
            max_num_fields=MAX_PARAMETERS,
            errors="strict",
        )
    except ValueError as error:
        raise InvalidRequest("The form cannot be parsed.") from error
    return parameters(pairs)


def parameters(pairs: Iterable[tuple[str, str]]) -> Form:
    """Each parameter, which must not be repeated (RFC 6749 §3.1)."""
    sent: dict[str, str] = {}
    for name, value in pairs:
        if name in sent:
            raise InvalidRequest(f"The parameter '{name[:50]}' is repeated.")
        if "\0" in value:
            raise InvalidRequest(f"The parameter '{name[:50]}' is not valid.")
        sent[name] = value
    return {name: value for name, value in sent.items() if value}


def required(sent: Form, name: str) -> str:
    """The value of a parameter; raises InvalidRequest."""
    if name not in sent:
        raise InvalidRequest(f"The parameter '{name}' is required.")
    return sent[name]


def described(text: str) -> str:
    """An ``error_description``."""
    return _UNSPEAKABLE.sub("'", text)


# --- clients ----------------------------------------------------------------------


@dataclass(frozen=True)
class ClientCredentials:
    """Who a client says it is; the secret is None for a public client, which has none.

    ``client_id`` is empty where nothing was sent.
    """

    client_id: str
    secret: str | None = field(default=None, repr=False)
    scheme: ClassVar[str] = "client"


def client_credentials(authorization: str, sent: Form) -> ClientCredentials:
    """By the header or the body (RFC 6749 §2.3.1), not both. Raises InvalidRequest and
    CredentialsInvalid."""
    if not authorization:
        return ClientCredentials(sent.get("client_id", ""), sent.get("client_secret"))
    found = _basic(authorization)
    if "client_secret" in sent:
        raise InvalidRequest("Send the client secret once, in a header or the body.")
    if sent.get("client_id", found.client_id) != found.client_id:
        raise InvalidRequest("The header and the body name different clients.")
    return found


def _basic(authorization: str) -> ClientCredentials:
    """Client id and secret are encoded as in a form before they are joined."""
    scheme, _space, value = authorization.strip().partition(" ")
    try:
        if scheme.lower() != "basic":
            raise ValueError(scheme)
        text = base64.b64decode(value.strip(), validate=True).decode()
        name, colon, secret = text.partition(":")
        if not (name and colon):
            raise ValueError("no pair")
        return ClientCredentials(
            unquote_plus(name, errors="strict"), unquote_plus(secret, errors="strict")
        )
    except ValueError as error:
        raise CredentialsInvalid(
            "Send client id and secret as Authorization: Basic.",
            rejection=Rejection("malformed"),
        ) from error


@dataclass(frozen=True)
class Browser:
    """The session of a user who looks at a page of ours."""

    scheme: ClassVar[str] = "browser"


# --- scopes -----------------------------------------------------------------------


def granted_scope(requested: str, read_only: bool) -> str:
    """The scope of a token; all that the client may do where none is requested.

    :param read_only: whether the client can only read
    Raises InvalidScope for unknown names, and for more than the client has.
    """
    names = set(requested.split())
    if unknown := sorted(names - set(SCOPES)):
        allowed = ", ".join(SCOPES)
        raise InvalidScope(f"Unknown scope '{unknown[0][:50]}'. Allowed: {allowed}.")
    if WRITE in names and read_only:
        raise InvalidScope("This client can only read.")
    return READ if read_only or names == {READ} else f"{READ} {WRITE}"


def narrowed_scope(requested: str, scope: str) -> str:
    """The scope of an access token for a refresh token of this scope (RFC 6749 §6)."""
    return granted_scope(requested or scope, is_read_only(scope))


def is_read_only(scope: str) -> bool:
    """Whether a token of this scope only reads; one without a scope is as it is."""
    return bool(scope) and WRITE not in scope.split()
