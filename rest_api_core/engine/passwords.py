"""Passwords: a change by the user, and the mail that resets a forgotten one."""

from datetime import datetime, timezone

from odoo import models

from ..body import members
from ..limits import rate
from ..wire.problem import ResetMissing, ValueInvalid
from ..wire.result import Result, SignedIn
from .accounts import HONOURED

# mails from one network for one API of a database, in each worker
MAILS = rate.Limit(10)
_mails = rate.MemoryStore(size=10_000)


class RestPasswords(models.AbstractModel):
    _name = "rest.passwords"
    _description = "REST passwords"

    def _operation__change_password(self, context, call):
        """``{"old", "new"}``: all other sessions and all tokens of the user end."""
        body = members.texts(call.body, "old", "new")
        old, new = members.required(body, "old"), members.required(body, "new")
        if not new or new != new.strip():
            detail = "must not be empty, nor begin or end with spaces"
            raise ValueInvalid.at_pointer("#/new", detail)
        self.env["rest.authentication"]._check_own_password(call, old, "#/old")
        user = context.env.user
        user._change_password(new)
        user.flush_recordset()
        stays = call.caller.scheme == "session"
        session = SignedIn(user.id, user.login) if stays else None
        return Result(outcome="empty", honoured=HONOURED, session=session)

    def _operation__reset_password(self, _context, call):
        """``{"login"}``: 202 whether there is such a user or not. The mail is sent
        later: the time of a response tells nothing either."""
        body = members.texts(call.body, "login")
        login = members.required(body, "login")
        if not self.env["rest.password.reset"]._is_available():
            raise ResetMissing()
        self._limit_mails(call)
        self.env["rest.password.reset"].sudo()._request(login)
        return Result(outcome="accepted", honoured=HONOURED)

    def _limit_mails(self, call):
        key = rate.key(call.api_id, None, None, call.ip)
        now = int(datetime.now(timezone.utc).timestamp() * rate.SECOND)
        decision = _mails.spend(f"{self.env.cr.dbname}:{key}", MAILS, now)
        if not decision.allowed:
            raise rate.throttled(decision, MAILS)
