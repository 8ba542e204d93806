"""Tokens and the log, for administrators. Tokens in Redis are not listed."""

from odoo import models
from odoo.fields import Domain

from ..body import values as body_values
from ..wire.result import Result
from .accounts import HONOURED
from .admin import equal, times_domain

_TOKEN_FIELDS = {"client": "client_id", "type": "kind", "user": "user_id"}
_ENTRY_FIELDS = {
    "client": "client_id",
    "key": "credential_id",
    "user": "user_id",
    **{
        name: name
        for name in ("error_code", "ip", "method", "model", "request_id", "route")
    },
}
_TEXTS = (
    *("method", "path", "route", "model", "ip", "origin", "user_agent", "request_id"),
    *("traceparent", "error_code", "error", "rejection_reason"),
)
_REFERENCES = ("api_id", "client_id", "credential_id", "user_id")
_BODIES = ("request_body", "response_body")


class RestAdminTokens(models.AbstractModel):
    _name = "rest.admin.tokens"
    _inherit = "rest.admin"
    _description = "REST tokens for administrators"

    _rest_model = "rest.token"

    def _operation__admin_tokens(self, context, call):
        domain = equal(_TOKEN_FIELDS, call.criteria) & times_domain(call.criteria)
        return self._page(context, call, domain)

    def _operation__admin_token(self, context, call):
        return Result(self._shown(self._found(context, call)))

    def _operation__admin_revoke_token(self, context, call):
        token = self._found(context, call)
        token.action_revoke()
        return Result(self._shown(token), honoured=HONOURED)

    def _operation__admin_delete_token(self, context, call):
        """Revoked first: an access token that is deleted alone could be issued again
        with its refresh token."""
        token = self._found(context, call)
        token.action_revoke()
        token.unlink()
        return Result(outcome="empty", honoured=HONOURED)

    def _shown(self, record):
        write, user = body_values.write, record.user_id.sudo()
        times = ("create_date", "expires_at", "revoked_at", "last_used_at")
        client = record.client_id
        return {
            "id": record.id,
            "api_id": record.api_id.id,
            "user": {"id": user.id, "name": user.name, "login": user.login},
            "client": {"id": client.id, "name": client.name} if client else None,
            "type": record.kind,
            "prefix": record.display_name.removesuffix("_…"),
            "scope": record.scope or None,
            "state": record.state,
            **{name: write(record[name] or None, "datetime") for name in times},
        }


class RestAdminLogs(models.AbstractModel):
    _name = "rest.admin.logs"
    _inherit = "rest.admin"
    _description = "REST log for administrators"

    _rest_model = "rest.log"

    def _operation__admin_logs(self, context, call):
        given = call.criteria
        domain = equal(_ENTRY_FIELDS, given)
        if "status" in given:
            least, above = given["status"]
            domain &= Domain("status", ">=", least) & Domain("status", "<", above)
        if "since" in given:
            domain &= Domain("date", ">=", given["since"])
        if "until" in given:
            domain &= Domain("date", "<", given["until"])
        if "path" in given:
            domain &= Domain("path", "ilike", given["path"])
        return self._page(context, call, domain)

    def _operation__admin_log(self, context, call):
        entry = self._found(context, call)
        bodies = {name: entry[name] or None for name in _BODIES}
        return Result({**self._shown(entry), **bodies})

    def _operation__admin_delete_log(self, context, call):
        self._found(context, call).unlink()
        return Result(outcome="empty", honoured=HONOURED)

    def _shown(self, record):
        return {
            "id": record.id,
            "date": body_values.write(record.date, "datetime"),
            **{name: record[name].id or None for name in _REFERENCES},
            "status": record.status,
            "duration_ms": record.duration_ms,
            **{name: record[name] or None for name in _TEXTS},
            "requests": record.requests,
        }
