"""OAuth2: tokens and metadata; only its dialect has paths for these. No Odoo here."""

from __future__ import annotations

from functools import partial

from ..wire.operation import Operation

# The dialect identifies clients; those without a secret have no user
_oauth = partial(
    Operation, service="rest.oauth", anonymous=True, metered=False, secret=True
)

ROWS = (
    _oauth("oauth_token", "A token for a client"),
    _oauth(
        "oauth_authorize",
        "Ask the user whether a client may act for them",
        service="rest.authorizations",
    ),
    _oauth(
        "oauth_decide",
        "Allow or deny a client to act for the user",
        service="rest.authorizations",
    ),
    _oauth("oauth_revoke", "Revoke a token of the client and those issued with it"),
    _oauth("oauth_introspect", "Whether a token is valid, and its rights"),
    _oauth("oauth_server", "Where tokens are issued", readonly=True, secret=False),
    _oauth("oauth_resource", "Who issues tokens", readonly=True, secret=False),
)
