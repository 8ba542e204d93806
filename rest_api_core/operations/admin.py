"""Clients, keys, tokens and the log, for administrators of the API. No Odoo here."""

from __future__ import annotations

from functools import partial

from ..query import criteria
from ..query.query import LOCALE
from ..wire.operation import Operation

_admin = partial(Operation, parameters=LOCALE, administrative=True)
_client = partial(_admin, service="rest.admin.clients")
_key = partial(_admin, service="rest.admin.keys")
_token = partial(_admin, service="rest.admin.tokens")
_log = partial(_admin, service="rest.admin.logs")

ROWS = (
    _client(
        "admin_clients",
        "All clients",
        ("GET admin/clients",),
        readonly=True,
        parameters=criteria.CLIENTS,
    ),
    _client("admin_client", "One client", ("GET admin/clients/<id>",), readonly=True),
    _client("admin_create_client", "Create a client", ("POST admin/clients",)),
    _client(
        "admin_change_client",
        "Change, archive or restore a client",
        ("PATCH admin/clients/<id>",),
    ),
    _client(
        "admin_delete_client",
        "Delete a client with its keys",
        ("DELETE admin/clients/<id>",),
    ),
    _key(
        "admin_keys",
        "The keys of all clients",
        ("GET admin/keys",),
        readonly=True,
        parameters=criteria.KEYS,
    ),
    _key("admin_key", "One key", ("GET admin/keys/<id>",), readonly=True),
    _key(
        "admin_generate_key",
        "Generate a key for a client",
        ("POST admin/keys",),
        secret=True,
    ),
    _key(
        "admin_rotate_key",
        "Replace a key",
        ("POST admin/keys/<id>/rotate",),
        secret=True,
    ),
    _key("admin_revoke_key", "Revoke a key", ("POST admin/keys/<id>/revoke",)),
    _key("admin_delete_key", "Delete a key", ("DELETE admin/keys/<id>",)),
    _token(
        "admin_tokens",
        "The tokens of all users",
        ("GET admin/tokens",),
        readonly=True,
        parameters=criteria.TOKENS,
    ),
    _token("admin_token", "One token", ("GET admin/tokens/<id>",), readonly=True),
    _token(
        "admin_revoke_token",
        "Revoke the tokens of a login",
        ("POST admin/tokens/<id>/revoke",),
    ),
    _token(
        "admin_delete_token",
        "Delete the tokens of a login",
        ("DELETE admin/tokens/<id>",),
    ),
    _log(
        "admin_logs",
        "The log",
        ("GET admin/logs",),
        readonly=True,
        parameters=criteria.LOGS,
    ),
    _log("admin_log", "One entry of the log", ("GET admin/logs/<id>",), readonly=True),
    _log("admin_delete_log", "Delete an entry", ("DELETE admin/logs/<id>",)),
)
