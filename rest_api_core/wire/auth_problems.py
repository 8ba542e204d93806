"""Errors about who calls; ``problem.py`` has the whole tree. No Odoo here."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from .problem_details import Problem


class Rejection(NamedTuple):
    """Why credentials are not valid, and whose they are: for the log alone.

    ``reason`` is one of ``REASONS``. The ids are set only for a whole key or token: the
    prefix of a key is no secret, and anybody could act in its name.

    :param key: what identifies the key in lists, such as ``rak_ab12cd34``
    """

    reason: str
    key: str = ""
    user_id: int | None = None
    client_id: int | None = None
    credential_id: int | None = None


# and their names on screens
REASONS = {
    "malformed": "Malformed",
    "unknown": "Unknown",
    "password": "Wrong Login or Password",
    "revoked": "Revoked",
    "expired": "Expired",
    "address": "Address Not Allowed",
    "client archived": "Client Archived",
    "client expired": "Client Expired",
    "user archived": "User Archived",
    "api": "Other API",
    "not accepted": "Type Not Accepted by the API",
}


class AuthProblem(Problem):
    status, code, detail = 401, "auth.refused", "Authentication failed."
    challenge: ClassVar[str | None] = "invalid_token"


class CredentialsMissing(AuthProblem):
    status, code = 401, "auth.missing"
    detail = "Credentials are required: send a key as Authorization: Bearer <key>."
    challenge = ""


class CredentialsInvalid(AuthProblem):
    """The response is the same whatever the reason."""

    status, code, detail = 401, "auth.invalid", "The credentials are not valid."

    def __init__(
        self,
        detail: str | None = None,
        *,
        rejection: Rejection | None = None,
        **options: Any,
    ) -> None:
        super().__init__(detail, **options)
        self.rejection = rejection


class CredentialsMisused(AuthProblem):
    status, code = 400, "auth.misused"
    detail = "Credentials must be sent once, in a header."
    challenge = "invalid_request"


class OriginRefused(AuthProblem):
    status, code, detail = 403, "auth.origin", "This origin cannot use a session."
    challenge = None


class SecondFactorNeeded(AuthProblem):
    status, code = 403, "auth.second_factor"
    detail = (
        "This user signs in with a second factor, which the API cannot ask for. Sign in"
        " at /web/login, or use an API key."
    )
    challenge = None


class LoginThrottled(AuthProblem):
    status, code = 429, "auth.throttled"
    detail = "Too many requests without valid credentials from your network."
    challenge = None
