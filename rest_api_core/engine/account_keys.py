"""The own keys of a caller.

Users have a *personal client* for the keys that they generate themselves: its rights
are those that they have with a session. Clients see and revoke their own keys, and
cannot generate any: who has stolen a key could keep its rights for ever.
"""

import psycopg2

from odoo import fields, models
from odoo.exceptions import ConcurrencyError, ValidationError

from ..body import members
from ..body import values as body_values
from ..wire import times
from ..wire.problem import (
    AccountForbidden,
    NotFound,
    ValueInvalid,
    ValueRequired,
)
from ..wire.result import Result
from .accounts import HONOURED

_MEMBERS = ("name", "password", "expires_at", "read_only")


class RestAccountKeys(models.AbstractModel):
    _name = "rest.account.keys"
    _description = "REST keys of accounts"

    def _operation__keys(self, _context, call):
        keys = self._keys_of(call.caller).filtered(lambda key: key.state == "valid")
        return Result([_shown(key, call.caller) for key in keys])

    def _operation__generate_key(self, context, call):
        """``{"name", "password", "expires_at"?, "read_only"?}`` → the key, once."""
        self._check_may_generate(context, call)
        body = members.known(call.body, *_MEMBERS)
        name = members.required(body, "name")
        if not (isinstance(name, str) and name.strip()):
            raise ValueInvalid.at_pointer("#/name", "must be text")
        expires_at, read_only = (
            self._expiry(context, body),
            body.get("read_only", False),
        )
        if type(read_only) is not bool:
            raise ValueInvalid.at_pointer("#/read_only", "must be true or false")
        self._check_identity(call, body)
        client = self._personal_client(context.env.user)
        values = {"name": name, "expires_at": expires_at, "read_only": read_only}
        key, value = client._generate_key(**values)
        data = {**_shown(key.sudo(), call.caller), "key": value}
        return Result(data, outcome="created", location="auth/keys", honoured=HONOURED)

    def _operation__revoke_key(self, _context, call):
        key = self._keys_of(call.caller).filtered(lambda key: key.id == call.ids[0])
        if not key:
            raise NotFound()
        key.action_revoke()
        return Result(outcome="empty", honoured=HONOURED)

    def _keys_of(self, caller):
        """Those of the client, or of the personal client of the user."""
        if caller.scheme == "token":
            # of a user who has let a client act: the keys are not theirs
            return self.env["rest.credential"]
        own = [("client_id", "=", caller.client_id)]
        if not caller.client_id:
            own = [
                ("client_id.personal", "=", True),
                ("client_id.user_id", "=", caller.user_id),
            ]
        # sudo: users have no right to read the table
        return (
            self.env["rest.credential"].sudo().search([*own, ("kind", "=", "api_key")])
        )

    # --- a new key ------------------------------------------------------------

    def _check_may_generate(self, context, call):
        api = self.env["rest.api"].sudo().browse(call.api_id)
        # as Odoo has it for its own keys
        if not (api.own_keys and api.auth_api_key and context.env.user._is_internal()):
            raise AccountForbidden("You cannot generate keys. Ask an administrator.")

    def _expiry(self, context, body):
        """UTC without zone, or False; within what Odoo allows for its own keys."""
        expires_at = False
        if (text := body.get("expires_at")) is not None:
            try:
                expires_at = times.parse_time(text)
            except ValueError as error:
                raise ValueInvalid.at_pointer("#/expires_at", str(error)) from error
            if expires_at <= fields.Datetime.now():
                raise ValueInvalid.at_pointer("#/expires_at", "must be in the future")
        keys = context.env["res.users.apikeys"]
        try:
            keys._check_expiration_date(expires_at)
        except ValidationError as error:
            raise ValueInvalid.at_pointer("#/expires_at", str(error)) from error
        return expires_at

    def _check_identity(self, call, body):
        """A session may be one that was left open: the password is asked for once more.
        Basic has just sent it."""
        if call.caller.scheme == "basic":
            return
        password = body.get("password")
        if not isinstance(password, str):
            raise ValueRequired.at_pointer("#/password", "is required")
        check = self.env["rest.authentication"]._check_own_password
        check(call, password, "#/password")

    def _personal_client(self, user):
        """The client of a user's own keys, which exists from the first key on."""
        clients = self.env["rest.client"].sudo().with_context(active_test=False)
        own = clients.search([("personal", "=", True), ("user_id", "=", user.id)])
        if own and not own.active:
            raise AccountForbidden("Your keys are archived. Ask an administrator.")
        return own or self._new_personal_client(user)

    def _new_personal_client(self, user):
        values = {
            "name": self.env._("Keys of %s", user.login),
            "user_id": user.id,
            "personal": True,
            "all_resources": True,
        }
        try:
            with self.env.cr.savepoint():
                return self.env["rest.client"].sudo().create(values)
        except psycopg2.errors.UniqueViolation as error:
            # another request made it, which this transaction cannot see
            raise ConcurrencyError(str(error)) from error


def _shown(key, caller):
    write = body_values.write
    return {
        "id": key.id,
        "name": key.name or None,
        "prefix": key.display_name.removesuffix("_…"),
        "read_only": key.read_only,
        "create_date": write(key.create_date, "datetime"),
        "expires_at": write(key.expires_at or None, "datetime"),
        "last_used_at": write(key.last_used_at or None, "datetime"),
        "current": key.id == caller.credential_id,
    }
