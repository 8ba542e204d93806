"""The session and the user: signing in and out, who one is, own preferences."""

from odoo import models

from ..body import members
from ..wire import languages
from ..wire.call import Caller
from ..wire.problem import (
    CredentialsInvalid,
    Rejection,
    SecondFactorNeeded,
    ValueInvalid,
    pointer,
)
from ..wire.result import Result, SignedIn, SignedOut

HONOURED = ("tx",)
_TEXTS = ("name", "email", "phone", "signature")


class RestAccounts(models.AbstractModel):
    _name = "rest.accounts"
    _description = "REST accounts"

    # --- the session ----------------------------------------------------------

    def _operation__login(self, _context, call):
        """``{"login", "password", "db"?}`` → a session of this user."""
        body = members.texts(call.body, "login", "password", "db")
        login = members.required(body, "login")
        password = members.required(body, "password")
        api = self.env["rest.configuration"]._api(call.api_id)
        if not api.auth_session:
            raise CredentialsInvalid(rejection=Rejection("not accepted"))
        user = self._signed_in(api, login, password, call.ip)
        if body.get("db") not in (None, self.env.cr.dbname):
            raise CredentialsInvalid(rejection=Rejection("password"))
        user._update_last_login()
        context = self._context_of(call, Caller("session", user.id))
        return Result(
            self._me(context), honoured=HONOURED, session=SignedIn(user.id, login)
        )

    def _signed_in(self, api, login, password, ip):
        authentication = self.env["rest.authentication"]
        user_id = authentication._login(api, login, password, ip, interactive=True)
        user = self.env["res.users"].sudo().browse(user_id).with_user(user_id).sudo()
        if user._mfa_type():
            raise SecondFactorNeeded()
        return user

    def _operation__logout(self, _context, call):
        """Keys and tokens stay valid: they have no session."""
        ends = call.caller.scheme == "session"
        return Result(
            outcome="empty",
            honoured=HONOURED,
            session=SignedOut() if ends else None,
        )

    def _operation__check_credentials(self, _context, _call):
        return Result(outcome="empty")

    # --- the user -------------------------------------------------------------

    def _operation__me(self, context, _call):
        return Result(self._me(context))

    def _me(self, context):
        """Who calls, and what they may do."""
        data = self.env["rest.operations"]._user(context)
        client = self.env["rest.client"].sudo().browse(context.caller.client_id or ())
        if client:
            data["client"] = {"id": client.id, "name": client.name}
        else:
            user = context.env.user
            data |= {name: user[name] or None for name in _TEXTS}
            data["company_id"] = user.company_id.id
        data["resources"] = self.env["rest.offers"]._resources(context)
        return data

    def _operation__change_me(self, context, call):
        """The preferences that users can set for themselves in Odoo, too."""
        names = (*_TEXTS, "lang", "tz", "company_id")
        given = members.known(call.body, *names)
        values = {name: self._value(context, name, v) for name, v in given.items()}
        user = context.env.user.sudo(False)
        user.write(values)
        user.flush_recordset()
        data = self._me(self._context_of(call, call.caller))
        return Result(data, honoured=HONOURED)

    def _value(self, context, name, value):
        """The value of a field; raises ValueInvalid."""
        check = _text if name in _TEXTS else getattr(self, f"_checked_{name}")
        try:
            return check(value) if name in _TEXTS else check(context, value)
        except ValueError as error:
            raise ValueInvalid.at_pointer(pointer(name), str(error)) from error

    def _checked_lang(self, _context, value):
        installed = self.env["rest.context"]._installed_languages()
        wanted = value.replace("_", "-") if isinstance(value, str) else ""
        found = languages.best_language(wanted, installed) if wanted else None
        if found is None:
            raise ValueError(f"must be one of {', '.join(installed)}")
        return found

    def _checked_tz(self, context, value):
        zones = context.env["res.users"]._fields["tz"].get_values(context.env)
        if value is not None and value not in zones:
            raise ValueError("must be a time zone, such as Europe/Brussels, or null")
        return value or False

    def _checked_company_id(self, context, value):
        own = self.env["rest.configuration"]._user(context.env.uid).company_ids
        if type(value) is not int or value not in own:
            raise ValueError("must be the id of a company of the user")
        return value

    def _context_of(self, call, caller):
        api = self.env["rest.configuration"]._api(call.api_id)
        return self.env["rest.context"]._make(api, caller, url=call.url)


def _text(value):
    if value is not None and not isinstance(value, str):
        raise ValueError("must be text or null")
    return value or False
