"""The errors of OAuth2 (RFC 6749 §5.2): their ``error`` is what clients look at; the
dialect has a body of its own for them. No Odoo here."""

from __future__ import annotations

from typing import ClassVar

from .auth_problems import AuthProblem


class OAuthProblem(AuthProblem):
    status, code, detail = 400, "auth.oauth", "The request is not valid."
    error: ClassVar[str] = "invalid_request"
    challenge = None


class InvalidRequest(OAuthProblem):
    status, code, error = 400, "auth.invalid_request", "invalid_request"


class InvalidGrant(OAuthProblem):
    status, code, error = 400, "auth.invalid_grant", "invalid_grant"
    detail = "The code or refresh token is not valid."


class AccessDenied(OAuthProblem):
    status, code, error = 400, "auth.access_denied", "access_denied"
    detail = "The user has denied access."


class UnsupportedResponseType(OAuthProblem):
    status, code = 400, "auth.unsupported_response_type"
    error = "unsupported_response_type"
    detail = "The response type must be code."


class UnauthorizedClient(OAuthProblem):
    status, code, error = 400, "auth.unauthorized_client", "unauthorized_client"
    detail = "This client cannot do this."


class UnsupportedGrantType(OAuthProblem):
    status, code, error = 400, "auth.unsupported_grant_type", "unsupported_grant_type"
    detail = "This grant type is not supported."


class InvalidScope(OAuthProblem):
    status, code, error = 400, "auth.invalid_scope", "invalid_scope"
    detail = "The scope is not valid."


class InvalidTarget(OAuthProblem):
    status, code, error = 400, "auth.invalid_target", "invalid_target"
    detail = "The resource is not this API."


class UnsupportedTokenType(OAuthProblem):
    status, code = 400, "auth.unsupported_token_type"
    error = "unsupported_token_type"
    detail = "Only access tokens and refresh tokens can be revoked."
