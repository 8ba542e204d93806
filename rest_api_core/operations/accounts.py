"""Accounts: the session, the user, the own keys. No Odoo here."""

from __future__ import annotations

from functools import partial

from ..query.query import LOCALE
from ..wire.operation import Operation

_account = partial(Operation, parameters=LOCALE, service="rest.accounts")

ROWS = (
    _account(
        "login",
        "Sign in with login and password: a session",
        ("POST auth/login",),
        anonymous=True,
        secret=True,
    ),
    _account(
        "logout",
        "End the session, or revoke the access token",
        ("POST auth/logout",),
    ),
    _account(
        "check_credentials",
        "Whether the credentials are valid",
        ("GET auth/check",),
        readonly=True,
    ),
    _account(
        "me",
        "The user, and what the caller may do",
        ("GET user/me",),
        readonly=True,
    ),
    _account(
        "change_me",
        "Change the preferences of the user",
        ("PATCH user/me",),
        personal=True,
    ),
    _account(
        "change_password",
        "Change the password of the user",
        ("POST auth/password",),
        service="rest.passwords",
        personal=True,
        secret=True,
    ),
    _account(
        "reset_password",
        "Send a mail to reset a password",
        ("POST auth/password/reset",),
        service="rest.passwords",
        anonymous=True,
        secret=True,
    ),
    _account(
        "keys",
        "The keys of the caller",
        ("GET auth/keys",),
        service="rest.account.keys",
        readonly=True,
    ),
    _account(
        "generate_key",
        "Generate a key for the user",
        ("POST auth/keys",),
        service="rest.account.keys",
        personal=True,
        secret=True,
    ),
    _account(
        "revoke_key",
        "Revoke a key of the caller",
        ("DELETE auth/keys/<id>",),
        service="rest.account.keys",
    ),
)
