"""The tokens of the token dialect; v1 has no paths for these. No Odoo here."""

from __future__ import annotations

from ..wire.operation import Operation

ROWS = (
    Operation(
        "get_tokens",
        "An access token and a refresh token for login and password",
        anonymous=True,
        service="rest.tokens",
    ),
    Operation(
        "refresh_token",
        "A new access token for a refresh token",
        anonymous=True,
        service="rest.tokens",
    ),
    Operation(
        "delete_tokens",
        "Revoke a refresh token and its access tokens",
        anonymous=True,
        service="rest.tokens",
    ),
)
