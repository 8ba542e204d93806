"""Errors about who calls; ``problem.py`` has the whole tree. No Odoo here."""

from __future__ import annotations

from typing import ClassVar

from .problem_details import Problem


class AuthProblem(Problem):
    status, code, detail = 401, "auth.refused", "Authentication failed."
    challenge: ClassVar[str | None] = "invalid_token"


class CredentialsMissing(AuthProblem):
    status, code = 401, "auth.missing"
    detail = "Credentials are required: send a key as Authorization: Bearer <key>."
    challenge = ""


class CredentialsInvalid(AuthProblem):
    status, code, detail = 401, "auth.invalid", "The credentials are not valid."


class CredentialsMisused(AuthProblem):
    status, code = 400, "auth.misused"
    detail = "Credentials must be sent once, in a header."
    challenge = "invalid_request"


class AddressRefused(AuthProblem):
    status, code, detail = 401, "auth.address", "Your network address is not allowed."


class OriginRefused(AuthProblem):
    status, code, detail = 403, "auth.origin", "This origin cannot use a session."
    challenge = None


class LoginThrottled(AuthProblem):
    status, code, detail = (
        429,
        "auth.throttled",
        "Too many failed attempts from your network.",
    )
    challenge = None
