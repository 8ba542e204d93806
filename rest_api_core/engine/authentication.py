"""Credentials of a request → ``Caller``.

Each type of credentials has a ``scheme`` and a method ``_caller_by__<scheme>`` here:
``key``, ``token``, ``client``, ``basic`` and, for requests without credentials,
``session``. An addon adds credentials by overriding ``_presented`` and with a method
for their scheme.
"""

from datetime import datetime, timezone

from odoo import models
from odoo.exceptions import AccessDenied

from ..access import credentials
from ..limits import rate
from ..wire import oauth
from ..wire.call import Caller
from ..wire.problem import (
    CredentialsInvalid,
    Rejection,
    ValueInvalid,
    basic_challenge,
)

# Wrong passwords from one network for one API of a database, in each worker, before no
# more are checked. ``rest.limiter`` counts all requests without valid credentials
FAILURES = rate.Limit(60)
_failures = rate.MemoryStore(size=10_000)
_KINDS = {credentials.API_KEY: "api_key", credentials.OAUTH_SECRET: "oauth_secret"}


class RestAuthentication(models.AbstractModel):
    _name = "rest.authentication"
    _description = "REST authentication"

    def _presented(self, received, access_token=None):
        """The unchecked credentials of a request: ``credentials.Key``, ``Basic`` or
        another object with a ``scheme``; None if it has none.

        :param received: ``wire.received.Received``
        :param access_token: the header ``Access-Token``, in dialects that use it
        """
        return credentials.presented(
            received.headers.get("Authorization"),
            access_token,
            query=(name for name, _value in received.query),
        )

    def _caller(self, api, received, session, presented):
        """The ``Caller``, who is anonymous without credentials. Raises AuthProblem.

        :param api: ``configuration.Api``
        :param session: Odoo's session, whose token Odoo has checked
        :param presented: the result of ``_presented``
        """
        scheme = "session" if presented is None else presented.scheme
        identify = getattr(self, f"_caller_by__{scheme}")
        return identify(api, received, session, presented)

    def _throttle(self, api, ip, count):
        """Raise LoginThrottled after too many wrong passwords from one network.

        :param count: ``_failures.spend``, or ``_failures.peek`` to count no attempt
        """
        network = f"{self.env.cr.dbname}:{rate.key(api.id, None, None, ip)}"
        now = int(datetime.now(timezone.utc).timestamp() * rate.SECOND)
        decision = count(network, FAILURES, now)
        if not decision.allowed:
            raise rate.throttled(decision, FAILURES)

    # --- keys ----------------------------------------------------------------

    def _caller_by__key(self, api, received, _session, key):
        known = self._verified(api, key, received.ip)
        return Caller(
            scheme="key",
            user_id=known.user_id,
            client_id=known.client_id,
            credential_id=known.id,
            read_only=known.read_only,
        )

    def _verified(self, api, key, ip):
        """The credential of a key, or of a secret of OAuth2, that is valid now.

        A key that does not match the cache takes one SQL statement, whether its prefix
        exists or not. More is read only for a valid key.
        """
        settings = self.env["rest.configuration"]
        pepper = settings._pepper()
        name = (_KINDS[key.kind], key.prefix)
        known = settings._known_credentials().get(name)
        if not credentials.verify(key.value, known and known.digest, pepper):
            digest = settings._digest(*name)
            is_valid = credentials.verify(key.value, digest, pepper)
            known = settings._credential(*name) if is_valid else None
            if known is None or known.digest != digest:
                raise CredentialsInvalid(rejection=Rejection("unknown", key.name))
        reason = self._rejection_reason(api, known, ip)
        if reason is None:
            return known
        ids = (known.user_id, known.client_id, known.id)
        raise CredentialsInvalid(rejection=Rejection(reason, key.name, *ids))

    def _rejection_reason(self, api, known, ip):
        is_accepted = {"api_key": api.auth_api_key, "oauth_secret": api.auth_oauth}
        if not is_accepted[known.kind]:
            return "not accepted"
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        return credentials.rejection_reason(known.validity, now, ip)

    # --- tokens --------------------------------------------------------------

    def _caller_by__token(self, api, received, _session, token):
        known = self.env["rest.tokens"]._verified(api, token.value, received.ip)
        return Caller(
            scheme="token",
            user_id=known.user_id,
            client_id=known.client_id,
            read_only=oauth.is_read_only(known.scope),
        )

    # --- clients of OAuth2 ----------------------------------------------------

    def _caller_by__client(self, api, received, _session, sent):
        """A client that asks for tokens, by its secret (RFC 6749 §2.3)."""
        if sent.secret is None:
            return self._public_client(api, sent.client_id, received.ip)
        key = credentials.parse(sent.secret, credentials.OAUTH_SECRET)
        if key is None:
            raise CredentialsInvalid(rejection=Rejection("malformed"))
        known = self._verified(api, key, received.ip)
        client = self.env["rest.configuration"]._client(known.client_id)
        if client.oauth_client_id != sent.client_id:
            raise CredentialsInvalid(rejection=Rejection("unknown", key.name))
        return Caller("client", known.user_id, client.id, known.id, known.read_only)

    def _public_client(self, api, client_id, ip):
        """A client without a secret, which has no rights of its own."""
        client = self.env["rest.configuration"]._oauth_client(client_id)
        if not (client and client.public and api.auth_oauth):
            raise CredentialsInvalid(rejection=Rejection("unknown"))
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        reason = credentials.rejection_reason(client.validity, now, ip)
        if reason is not None:
            raise CredentialsInvalid(rejection=Rejection(reason))
        return Caller("client", None, client.id)

    # --- login and password --------------------------------------------------

    def _caller_by__basic(self, api, received, _session, basic):
        if not api.auth_basic:
            raise CredentialsInvalid(rejection=Rejection("not accepted"))
        try:
            user_id = self._login(api, basic.login, basic.password, received.ip)
        except CredentialsInvalid as error:
            # who tried may try again; others are not invited to send passwords
            headers = [basic_challenge(api.name)]
            rejection = error.rejection
            raise CredentialsInvalid(headers=headers, rejection=rejection) from error
        return Caller("basic", user_id)

    def _login(self, api, login, password, ip, interactive=False):
        """The id of the user with this login and password.

        :param interactive: whether a person signs in: Odoo's own API keys are no
            passwords then, and a second factor is left to be checked

        Unlike keys, passwords can be guessed, and their hashes take much CPU time.
        Raises CredentialsInvalid and LoginThrottled. An unknown login takes the same
        time as a wrong password.
        """
        self._throttle(api, ip, _failures.peek)
        try:
            return self._user_of(login, password, interactive)
        except CredentialsInvalid:
            self._throttle(api, ip, _failures.spend)
            raise

    def _check_own_password(self, call, password, at):
        """Raise ValueInvalid at this pointer for a password that is not that of the
        caller, and LoginThrottled."""
        settings = self.env["rest.configuration"]
        api, user = settings._api(call.api_id), settings._user(call.caller.user_id)
        try:
            found = self._login(api, user.login, password, call.ip, interactive=True)
        except CredentialsInvalid:
            found = None
        if found != user.id:
            raise ValueInvalid.at_pointer(at, "is not your password")

    def _user_of(self, login, password, interactive):
        users = self.env["res.users"].sudo()
        try:
            with users._assert_can_auth(user=login):
                return self._check_password(users, login, password, interactive)
        except AccessDenied as error:
            rejection = Rejection("password")
            raise CredentialsInvalid(rejection=rejection) from error

    def _check_password(self, users, login, password, interactive):
        domain = users._get_login_domain(login)
        user = users.search(domain, order=users._get_login_order(), limit=1)
        if not user:
            users._crypt_context().hash(password)  # as long as a wrong password takes
            raise AccessDenied()
        credential = {"type": "password", "login": login, "password": password}
        info = (
            user.with_user(user)
            .sudo()
            ._check_credentials(credential, {"interactive": interactive})
        )
        return info["uid"]

    # --- sessions ------------------------------------------------------------

    def _caller_by__session(self, api, received, session, _presented):
        """The user who is logged in, for requests from pages of the same origin."""
        if not (api.auth_session and session.uid):
            return Caller()
        user = self.env["rest.configuration"]._user(session.uid)
        if user is None or not user.active:
            return Caller()
        self._check_origin(received, received.method)
        return Caller(scheme="session", user_id=session.uid)

    def _caller_by__browser(self, _api, _received, session, _presented):
        """Who is logged in to Odoo, where a page of ours asks for a decision: it checks
        where its form comes from."""
        user = (
            self.env["rest.configuration"]._user(session.uid) if session.uid else None
        )
        if user is None or not user.active:
            return Caller()
        return Caller(scheme="session", user_id=user.id)

    def _check_origin(self, received, method):
        """Raise OriginRefused for a request with a session cookie that a page of
        another site has sent, as for this method."""
        if not self._has_csrf_token(received):
            credentials.check_origin(
                method,
                received.origin,
                received.headers.get("Origin", ""),
                received.headers.get("Sec-Fetch-Site", ""),
            )

    def _has_csrf_token(self, received):
        token = received.headers.get("X-CSRF-Token")
        return bool(token) and received.check_csrf(token)
