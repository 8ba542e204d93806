"""Tokens: issued for a login, refreshed, revoked and verified.

A store (``access.tokens.Store``) keeps them: the table ``rest.token`` or, where the
system parameter ``rest_api.use_redis_token_store`` says so, Redis.
"""

import functools
import logging
import secrets
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from odoo import models

from ..access import credentials, tokens
from ..access.redis_tokens import RedisTokens
from ..body import members
from ..wire import oauth
from ..wire.problem import (
    CredentialsInvalid,
    Overloaded,
    Rejection,
)
from ..wire.result import Result

_logger = logging.getLogger(__name__)


class RestTokens(models.AbstractModel):
    """Methods take ``api`` as ``configuration.Api``. They raise CredentialsInvalid for
    every token that is not valid now, whatever the reason, and Overloaded while the
    store cannot be reached."""

    _name = "rest.tokens"
    _description = "REST tokens"

    def _issue(self, api, user_id, client_id=None, scope="", seconds=None):
        """``tokens.Issued`` of a new family, for a user who has been authenticated.

        :param seconds: how long the refresh token is valid, if not as usual
        """
        settings, now = self._settings(), _now()
        owner = tokens.Owner(api.id, user_id, client_id, scope)
        seconds = seconds or settings.refresh_seconds
        access_seconds = min(settings.access_seconds, seconds)
        refresh, refresh_value = self._new("refresh", owner, now, seconds)
        access, access_value = self._new("access", owner, now, access_seconds)
        self._store().add(refresh, access)
        return tokens.Issued(access_value, refresh_value, access_seconds, seconds)

    def _issue_access(self, api, user_id, client_id, scope):
        """``tokens.Issued`` without a refresh token, for a client that has been
        authenticated."""
        owner = tokens.Owner(api.id, user_id, client_id, scope)
        seconds = self._settings().access_seconds
        access, value = self._new("access", owner, _now(), seconds)
        self._store().add_access(access)
        return tokens.Issued(value, "", seconds)

    def _refresh(self, api, value):
        """``tokens.Issued`` with a new access token and the same refresh token.

        The access tokens that were issued before with this refresh token are revoked.
        """
        now = _now()
        refresh = self._found(api, value, credentials.REFRESH_TOKEN)
        if refresh.owner.client_id:  # it is for ``_rotate``
            raise _rejected("not accepted", refresh.owner, refresh.name)
        left = tokens.seconds_left(refresh, now)
        seconds = min(self._settings().access_seconds, left)
        access, access_value = self._new("access", refresh.owner, now, seconds)
        if not self._store().renew(refresh, access):
            name = f"{credentials.REFRESH_TOKEN}_{refresh.prefix}"
            raise _rejected("revoked", refresh.owner, name)
        return tokens.Issued(access_value, value, seconds, left)

    def _rotate(self, api, value, client_id, scope, seconds):
        """``(tokens.Issued, scope)`` in the place of a refresh token of a client; the
        scope of the access token can be narrower.

        None if it was used before: then the family is revoked, because one of the two
        who have used it has stolen it.
        """
        refresh = self._found(api, value, credentials.REFRESH_TOKEN)
        if refresh.owner.client_id != client_id:
            raise CredentialsInvalid(rejection=Rejection("unknown", refresh.name))
        if refresh.rotated:
            self._store().revoke(refresh)
            return None
        now, owner = _now(), refresh.owner
        narrowed = oauth.narrowed_scope(scope, owner.scope)
        access_seconds = min(self._settings().access_seconds, seconds)
        after, value = self._new("refresh", owner, now, seconds)
        narrow = replace(owner, scope=narrowed)
        access, access_value = self._new("access", narrow, now, access_seconds)
        if not self._store().rotate(refresh, after, access):
            raise _rejected("revoked", owner, refresh.name)
        return tokens.Issued(access_value, value, access_seconds, seconds), narrowed

    def _revoke_of_value(self, prefix, digest):
        """Revoke the family of a refresh token that is known by these."""
        token = self._store().find("refresh", prefix, digest)
        if token is not None:
            self._store().revoke(token)

    def _revoke(self, api, value):
        """Revoke a token of either type and its whole family."""
        kinds = (credentials.ACCESS_TOKEN, credentials.REFRESH_TOKEN)
        self._store().revoke(self._found(api, value, *kinds))

    def _revoke_of(self, user_ids):
        """Revoke all tokens of users, as after a change of their passwords."""
        for user_id in user_ids:
            self._store().revoke_of(user_id)

    def _revoke_of_clients(self, client_ids):
        """Revoke all tokens of clients, as after a change of their user."""
        for client_id in client_ids:
            self._store().revoke_of_client(client_id)

    def _verified(self, api, value, ip=""):
        """``tokens.VerifiedToken`` of an access token that came from this address."""
        token = self._found(api, value, credentials.ACCESS_TOKEN, ip=ip)
        owner = token.owner
        return tokens.VerifiedToken(
            token.id, owner.user_id, owner.client_id, owner.scope
        )

    # --- one token -----------------------------------------------------------

    def _new(self, kind, owner, now, seconds):
        random = secrets.token_bytes(credentials.RANDOM_BYTES)
        pepper = self.env["rest.configuration"]._pepper()
        times = (now, now + timedelta(seconds=seconds))
        return tokens.new_token(kind, owner, times, random, pepper)

    def _found(self, api, value, *key_kinds, ip=None):
        """The ``tokens.Token`` that ``value`` is, valid now.

        :param ip: the address it came from; None where that does not matter
        An unknown prefix and a wrong secret take the same work.
        """
        key = credentials.parse(value, *key_kinds)
        if key is None:
            raise CredentialsInvalid(rejection=Rejection("malformed"))
        pepper = self.env["rest.configuration"]._pepper()
        digest = credentials.digest(value, pepper)
        token = self._store().find(tokens.KINDS[key.kind], key.prefix, digest)
        if not credentials.verify(value, token and token.digest, pepper):
            raise CredentialsInvalid(rejection=Rejection("unknown", key.name))
        reason = self._rejection_reason(api, token, ip)
        if reason is None:
            return token
        raise _rejected(reason, token.owner, key.name)

    def _rejection_reason(self, api, token, ip):
        if token.owner.api_id != api.id:
            return "api"
        # those of logins by password have no client
        if token.owner.client_id and not api.auth_oauth:
            return "not accepted"
        validity = replace(
            self._validity(token.owner),
            revoked_at=token.revoked_at,
            expires_at=token.expires_at,
        )
        if ip is None:
            validity = replace(validity, networks=())
        return credentials.rejection_reason(validity, _now(), ip or "")

    def _validity(self, owner):
        """``credentials.Validity`` of the user and client, without the token's times.

        Workers keep it until users or clients change.
        """

        def fill(env):
            user = env["res.users"].browse(owner.user_id).exists()
            client = env["rest.client"].browse(owner.client_id or ()).exists()
            return credentials.Validity(
                user_active=user.active,
                client_active=client.active if owner.client_id else True,
                client_expires_at=client.expires_at or None,
                networks=credentials.parse_networks(client.allowed_ips or None),
            )

        key = ("token owner", owner.user_id, owner.client_id)
        return self.env["rest.configuration"]._kept(key, fill)

    # --- settings and store --------------------------------------------------

    def _settings(self):
        """``tokens.Settings``; workers read them again when a parameter changes."""

        def fill(env):
            settings = tokens.Settings.of(env["ir.config_parameter"].get_param)
            if settings.mistyped:
                names = ", ".join(settings.mistyped)
                _logger.warning("Invalid system parameters: %s", names)
            return settings

        return self.env["rest.configuration"]._kept("token settings", fill)

    def _store(self):
        """The ``tokens.Store`` of this database."""
        settings = self._settings()
        if not settings.use_redis:
            return self.env["rest.token"].sudo()
        if settings.redis is None:
            raise Overloaded("The token store is not configured.")
        return _redis(settings.redis, self.env.cr.dbname)

    # --- operations, of anonymous callers ------------------------------------

    def _operation__get_tokens(self, _context, call):
        """``{"username", "password"}`` → tokens, and the settings of the user."""
        body = members.texts(call.body, "username", "password")
        login = members.required(body, "username")
        password = members.required(body, "password")
        settings = self.env["rest.configuration"]
        api = settings._api(call.api_id)
        login_of = self.env["rest.authentication"]._login
        user = settings._user(login_of(api, login, password, call.ip))
        issued = self._issue(api, user.id)
        data = {
            "uid": user.id,
            "user_context": {"lang": user.lang, "tz": user.tz, "uid": user.id},
            "company_id": user.company_id,
            "access_token": issued.access,
            "expires_in": issued.access_expires_in,
            "refresh_token": issued.refresh,
            "refresh_expires_in": issued.refresh_expires_in,
        }
        return Result(data=data)

    def _operation__refresh_token(self, _context, call):
        """``{"refresh_token"}`` → a new access token."""
        body = members.texts(call.body, "refresh_token")
        value = members.required(body, "refresh_token")
        api = self.env["rest.configuration"]._api(call.api_id)
        issued = self._refresh(api, value)
        data = {"access_token": issued.access, "expires_in": issued.access_expires_in}
        return Result(data=data)

    def _operation__delete_tokens(self, _context, call):
        """``{"refresh_token"}`` or ``{"access_token"}``: revoke the family."""
        body = members.texts(call.body, "refresh_token", "access_token")
        only_access = "access_token" in body and "refresh_token" not in body
        name = "access_token" if only_access else "refresh_token"
        api = self.env["rest.configuration"]._api(call.api_id)
        self._revoke(api, members.required(body, name))
        return Result(data={})


def _rejected(reason, owner, name):
    rejection = Rejection(reason, name, owner.user_id, owner.client_id)
    return CredentialsInvalid(rejection=rejection)


def _now():
    """UTC without zone, and without fractions, as Odoo stores times."""
    return datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)


# One for each server and database: it has connections
@functools.lru_cache(maxsize=64)
def _redis(address, database_name):
    return RedisTokens(address, database_name)
