"""Keys of all clients, for administrators."""

from odoo import fields, models

from ..body import administration
from ..body import values as body_values
from ..wire.problem import ValueInvalid, ValueRequired
from ..wire.result import Result
from .accounts import HONOURED
from .admin import equal, times_domain


class RestAdminKeys(models.AbstractModel):
    _name = "rest.admin.keys"
    _inherit = "rest.admin"
    _description = "REST keys for administrators"

    _rest_model = "rest.credential"

    def _operation__admin_keys(self, context, call):
        criteria = call.criteria
        fields_of = {"client": "client_id", "type": "kind"}
        domain = equal(fields_of, criteria) & times_domain(criteria)
        return self._page(context, call, domain)

    def _operation__admin_key(self, context, call):
        return Result(self._shown(self._found(context, call)))

    def _operation__admin_generate_key(self, context, call):
        """``{"client_id", "name"?, "read_only"?, "expires_at"?}`` → the key, once."""
        values = self._checked(administration.key(call.body))
        if "client_id" not in values:
            raise ValueRequired.at_pointer("#/client_id", "is required")
        clients = context.env["rest.client"].with_context(active_test=False)
        client = clients.search([("id", "=", values.pop("client_id"))])
        if not client:
            detail = "was not found or is not accessible"
            raise ValueInvalid.at_pointer("#/client_id", detail)
        # the key is created as superuser, so the right is checked here
        client.check_access("write")
        return self._generated(*client._generate_key(**values))

    def _operation__admin_rotate_key(self, context, call):
        """``{"overlap_hours"?, "name"?, "read_only"?, "expires_at"?}`` → a new key;
        this one works for the overlap, 24 hours."""
        key = self._found(context, call)
        values = self._checked(administration.rotation(call.body))
        key.client_id.check_access("write")
        return self._generated(*key._rotate(**values))

    def _operation__admin_revoke_key(self, context, call):
        key = self._found(context, call)
        key.action_revoke()
        return Result(self._shown(key), honoured=HONOURED)

    def _operation__admin_delete_key(self, context, call):
        key = self._found(context, call)
        self._check_not_own(key, call.caller.credential_id)
        key.unlink()
        return Result(outcome="empty", honoured=HONOURED)

    def _checked(self, values):
        expires_at = values.get("expires_at")
        if expires_at and expires_at <= fields.Datetime.now():
            raise ValueInvalid.at_pointer("#/expires_at", "must be in the future")
        return values

    def _generated(self, key, value):
        return Result(
            {**self._shown(key), "key": value},
            outcome="created",
            location=f"admin/keys/{key.id}",
            honoured=HONOURED,
        )

    def _shown(self, record):
        write = body_values.write
        times = ("create_date", "expires_at", "revoked_at", "last_used_at")
        return {
            "id": record.id,
            "client": {"id": record.client_id.id, "name": record.client_id.name},
            "name": record.name or None,
            "type": record.kind,
            "prefix": record.display_name.removesuffix("_…"),
            "state": record.state,
            "read_only": record.read_only,
            **{name: write(record[name] or None, "datetime") for name in times},
        }
