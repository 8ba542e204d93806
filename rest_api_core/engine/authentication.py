"""Credentials of a request → ``Caller``.

Another way to identify is another kind of credentials in ``credentials.presented`` and
a method ``_caller_by__<kind>`` here.
"""

import logging
from datetime import datetime, timezone

from odoo import models
from odoo.exceptions import AccessDenied

from ..access import credentials
from ..access.credentials import Basic, Key
from ..limits import rate
from ..wire.call import Caller
from ..wire.problem import (
    AddressRefused,
    CredentialsInvalid,
    LoginThrottled,
    retry_after,
)

_logger = logging.getLogger(__name__)

# Failed attempts of one network, in each worker; right keys are never counted
FAILURES = rate.Limit(60)
_failures = rate.MemoryStore(size=10_000)


class RestAuthentication(models.AbstractModel):
    _name = "rest.authentication"
    _description = "REST authentication"

    def _caller(self, api, http, session):
        """The caller; one without user for a request without credentials.

        :param api: ``configuration.Api``; :param http: the werkzeug request;
        :param session: Odoo's session, whose token Odoo has checked
        Raises AuthProblem.
        """
        shown = credentials.presented(
            http.headers.get("Authorization"), query=http.args.keys()
        )
        if shown is None:
            return self._caller_by__session(api, http, session)
        try:
            if isinstance(shown, Basic):
                # unlike keys, passwords can be guessed, and hashes are work
                self._throttle(api, http, _failures.look)
                return self._caller_by__basic(api, shown, http)
            return self._caller_by__key(api, shown, http)
        except CredentialsInvalid:
            self._throttle(api, http, _failures.spend)
            raise

    def _throttle(self, api, http, ask):
        """Guessing ends in 429, whoever is guessed.

        :param ask: of ``_failures``, for one more or without counting
        """
        network = rate.key(api.id, None, None, http.remote_addr or "")
        now = int(datetime.now(timezone.utc).timestamp() * rate.SECOND)
        decision = ask(network, FAILURES, now)
        if not decision.allowed:
            wait = retry_after(decision.retry_after / rate.SECOND)
            raise LoginThrottled(headers=[wait])

    # --- keys ----------------------------------------------------------------

    def _caller_by__key(self, api, key: Key, http):
        if key.kind != credentials.API_KEY or not api.auth_api_key:
            raise CredentialsInvalid()
        known = self._verified(key, http.remote_addr or "")
        return Caller(
            scheme="key",
            user_id=known.user_id,
            client_id=known.client_id,
            credential_id=known.id,
            read_only=known.read_only,
        )

    def _verified(self, key, ip):
        """The credential of a key that is good now.

        A key that does not fit what this worker knows takes one statement, whether its
        prefix exists or not; more is read only of a key that is right.
        """
        settings = self.env["rest.configuration"]
        pepper = settings._pepper()
        known = settings._known_credentials().get(("api_key", key.prefix))
        if not credentials.verify(key.value, known and known.digest, pepper):
            digest = settings._digest("api_key", key.prefix)
            if not credentials.verify(key.value, digest, pepper):
                raise CredentialsInvalid()
            known = settings._credential("api_key", key.prefix)
            if known is None or known.digest != digest:
                raise CredentialsInvalid()
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        reason = credentials.refusal(known.standing, now, ip)
        if reason is None:
            return known
        _logger.info("Key %s refused: %s", key.prefix, reason)
        raise AddressRefused() if reason == "address" else CredentialsInvalid()

    # --- login and password --------------------------------------------------

    def _caller_by__basic(self, api, shown: Basic, http):
        if not api.auth_basic:
            raise CredentialsInvalid()
        users = self.env["res.users"].sudo()
        try:
            with users._assert_can_auth(user=shown.login):
                user_id = self._check_password(users, shown)
        except AccessDenied as error:
            raise CredentialsInvalid() from error
        return Caller(scheme="basic", user_id=user_id)

    def _check_password(self, users, shown):
        domain = users._get_login_domain(shown.login)
        user = users.search(domain, order=users._get_login_order(), limit=1)
        if not user:
            users._crypt_context().hash(shown.password)  # the work of a wrong one
            raise AccessDenied()
        credential = {
            "type": "password",
            "login": shown.login,
            "password": shown.password,
        }
        info = (
            user.with_user(user)
            .sudo()
            ._check_credentials(credential, {"interactive": False})
        )
        return info["uid"]

    # --- sessions ------------------------------------------------------------

    def _caller_by__session(self, api, http, session):
        """The user who is logged in, if the request comes from our own pages."""
        if not (api.auth_session and session.uid):
            return Caller()
        user = self.env["rest.configuration"]._user(session.uid)
        if user is None or not user.active:
            return Caller()
        if not self._has_csrf_token(http):
            credentials.check_origin(
                http.method,
                http.host_url.rstrip("/"),
                http.headers.get("Origin", ""),
                http.headers.get("Sec-Fetch-Site", ""),
            )
        return Caller(scheme="session", user_id=session.uid)

    def _has_csrf_token(self, http):
        from odoo.http import request

        token = http.headers.get("X-CSRF-Token")
        return bool(token) and request.validate_csrf(token)
