"""Clients and their scopes, for administrators."""

from odoo import models
from odoo.fields import Command

from ..access.policy import RIGHTS
from ..body import administration
from ..body import values as body_values
from ..wire.problem import ValueInvalid, ValueRequired, pointer
from ..wire.result import Result
from .accounts import HONOURED

_FLAGS = ("active", "all_resources", "read_only")
_NUMBERS = (
    *("rate_limit", "max_concurrent", "statement_timeout", "quota_day", "quota_month"),
    "request_count",
)


class RestAdminClients(models.AbstractModel):
    _name = "rest.admin.clients"
    _inherit = "rest.admin"
    _description = "REST clients for administrators"

    _rest_model = "rest.client"

    def _operation__admin_clients(self, context, call):
        fields = {"active": "active", "user": "user_id", "name": "name"}
        domain = [
            (fields[name], "ilike" if name == "name" else "=", value)
            for name, value in call.criteria.items()
        ]
        return self._page(context, call, domain)

    def _operation__admin_client(self, context, call):
        return Result(self._shown(self._found(context, call)))

    def _operation__admin_create_client(self, context, call):
        """``{"name", "user_id", "scopes": [{"model", "rights"}], …}``"""
        values = administration.client(call.body)
        for name in ("name", "user_id"):
            if name not in values:
                raise ValueRequired.at_pointer(pointer(name), "is required")
        values = self._checked(context, call, values, self._records(context))
        client = self._records(context).create(values)
        client.flush_recordset()
        return Result(
            self._shown(client),
            outcome="created",
            location=f"admin/clients/{client.id}",
            honoured=HONOURED,
        )

    def _operation__admin_change_client(self, context, call):
        """``scopes`` are all that there shall be: those with the ``id`` of one that
        there is change it, and keep its field rules."""
        client = self._found(context, call)
        values = administration.client(call.body)
        client.write(self._checked(context, call, values, client))
        client.flush_recordset()
        return Result(self._shown(client), honoured=HONOURED)

    def _operation__admin_delete_client(self, context, call):
        client = self._found(context, call)
        self._check_not_own(client, call.caller.client_id)
        client.unlink()
        return Result(outcome="empty", honoured=HONOURED)

    # --- values ---------------------------------------------------------------

    def _checked(self, context, call, values, client):
        """The values of fields, for ``create`` and ``write``."""
        if "user_id" in values:
            users = context.env["res.users"].with_context(active_test=False)
            if not users.search_count([("id", "=", values["user_id"])]):
                detail = "was not found or is not accessible"
                raise ValueInvalid.at_pointer("#/user_id", detail)
        if "scopes" not in values:
            return values
        listed = values.pop("scopes")
        scopes = administration.scopes(listed)
        commands = [
            self._command(context, call, scope, client, index)
            for index, scope in enumerate(scopes)
        ]
        kept = {scope.get("id") for scope in scopes}
        gone = [Command.delete(s.id) for s in client.scope_ids if s.id not in kept]
        return {**values, "scope_ids": [*gone, *commands]}

    def _command(self, context, call, scope, client, index):
        known = client.scope_ids.filtered(lambda each: each.id == scope.get("id"))
        if "id" in scope and not known:
            raise ValueInvalid.at_pointer(
                pointer("scopes", index, "id"), "is not the id of a scope of the client"
            )
        values = {n: v for n, v in scope.items() if n.startswith("can_")}
        values |= {n: scope[n] for n in ("domain",) if n in scope}
        resource = known.resource_id
        if "model" in scope or not known:
            resource = self._resource(context, call, scope, index)
            values["resource_id"] = resource.id
        if "methods" in scope:
            methods = self._methods(resource, scope["methods"], index)
            values["method_ids"] = [Command.set(methods.ids)]
        return Command.update(known.id, values) if known else Command.create(values)

    def _resource(self, context, call, scope, index):
        place = pointer("scopes", index, "model")
        if "model" not in scope:
            raise ValueRequired.at_pointer(place, "is required")
        api_id = scope.get("api_id", call.api_id)
        domain = [("api_id", "=", api_id), ("model", "=", scope["model"])]
        resource = context.env["rest.resource"].search(domain, limit=1)
        if not resource:
            raise ValueInvalid.at_pointer(place, "is not a resource of the API")
        return resource

    def _methods(self, resource, names, index):
        methods = resource.method_ids.filtered(lambda method: method.name in names)
        if set(names) - set(methods.mapped("name")):
            place = pointer("scopes", index, "methods")
            detail = "must have methods of the resource only"
            raise ValueInvalid.at_pointer(place, detail)
        return methods

    # --- documents ------------------------------------------------------------

    def _shown(self, record):
        write, user = body_values.write, record.user_id.sudo()
        times = ("create_date", "expires_at", "last_used_at")
        return {
            "id": record.id,
            **{name: record[name] or None for name in ("name", "note")},
            "user": {"id": user.id, "name": user.name, "login": user.login},
            **{name: record[name] for name in _FLAGS},
            **{name: record[name] for name in _NUMBERS},
            "allowed_ips": (record.allowed_ips or "").split(),
            **{name: write(record[name] or None, "datetime") for name in times},
            "scopes": [_scope(scope) for scope in record.scope_ids],
            "keys": len(record.credential_ids),
        }


def _scope(scope):
    return {
        "id": scope.id,
        "api_id": scope.api_id.id,
        "model": scope.resource_id.model,
        "rights": sorted(right for right in RIGHTS if scope[f"can_{right}"]),
        "domain": scope.domain or None,
        "methods": sorted(scope.method_ids.mapped("name")),
    }
