"""The documents by which OAuth2 clients find the endpoints of an API. No Odoo here.

The *issuer* of an API is its URL: scheme and host of the server, then its base path.
It also names the API as the resource that tokens are for (RFC 8707).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from .oauth import SCOPES

SERVER_PATH = "/.well-known/oauth-authorization-server"  # RFC 8414 §3.1
RESOURCE_PATH = "/.well-known/oauth-protected-resource"  # RFC 9728 §3.1
SECRETS = ("client_secret_basic", "client_secret_post")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def check_issuer(issuer: str, base_path: str) -> None:
    """Raise ValueError unless it is an URL of the API: HTTPS, or HTTP to the own
    computer, without query and fragment (RFC 8414 §2)."""
    parts = urlsplit(issuer)
    secure = parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in LOOPBACK
    )
    expected = f"{parts.scheme}://{parts.netloc}{base_path}"
    if not (secure and parts.hostname and "@" not in parts.netloc):
        raise ValueError(issuer)
    if issuer != expected:
        raise ValueError(issuer)


def resource_metadata_url(issuer: str, base_path: str) -> str:
    """Where the metadata of an API stands, for ``WWW-Authenticate`` (RFC 9728 §5.1)."""
    return f"{issuer.removesuffix(base_path)}{RESOURCE_PATH}{base_path}"


def is_resource(value: str, issuer: str) -> bool:
    """Whether a parameter ``resource`` names the API, or is not sent (RFC 8707 §2)."""
    return not value or value.removesuffix("/") == issuer


def server(issuer: str, grant_types: Iterable[str]) -> dict[str, Any]:
    """The metadata of the authorization server (RFC 8414 §2)."""
    endpoint = f"{issuer}/oauth"
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{endpoint}/authorize",
        "token_endpoint": f"{endpoint}/token",
        "revocation_endpoint": f"{endpoint}/revoke",
        "introspection_endpoint": f"{endpoint}/introspect",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(grant_types),
        "token_endpoint_auth_methods_supported": [*SECRETS, "none"],
        "revocation_endpoint_auth_methods_supported": [*SECRETS, "none"],
        "introspection_endpoint_auth_methods_supported": list(SECRETS),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "scopes_supported": list(SCOPES),
    }


def resource(issuer: str, name: str) -> dict[str, Any]:
    """The metadata of the API as a protected resource (RFC 9728 §2)."""
    return {
        "resource": issuer,
        "resource_name": name,
        "authorization_servers": [issuer],
        "scopes_supported": list(SCOPES),
        "bearer_methods_supported": ["header"],
    }
