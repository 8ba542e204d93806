"""OAuth2: tokens for clients, their revocation and introspection, metadata."""

from datetime import timezone

from odoo import models

from ..access import credentials
from ..wire import oauth, oauth_metadata
from ..wire.oauth_problems import (
    InvalidGrant,
    InvalidTarget,
    UnauthorizedClient,
    UnsupportedGrantType,
    UnsupportedTokenType,
)
from ..wire.problem import CredentialsInvalid
from ..wire.result import Result

# other keys of ours, which are revoked elsewhere
_OTHER_KEYS = (credentials.API_KEY, credentials.OAUTH_SECRET)


class RestOauth(models.AbstractModel):
    _name = "rest.oauth"
    _description = "REST OAuth2"

    def _grants(self):
        """``{grant type: method}``; each takes (api, call) and gives a ``Result``."""
        return {
            "client_credentials": self._by_client_credentials,
            "authorization_code": self._by_code,
            "refresh_token": self._by_refresh_token,
        }

    # --- tokens -----------------------------------------------------------------

    def _operation__oauth_token(self, _context, call):
        api = self._api(call)
        grant_type = oauth.required(call.body, "grant_type")
        grant = self._grants().get(grant_type)
        if grant is None:
            raise UnsupportedGrantType()
        if not oauth_metadata.is_resource(call.body.get("resource", ""), api.issuer):
            raise InvalidTarget()
        return grant(api, call)

    def _by_client_credentials(self, api, call):
        """RFC 6749 §4.4: a token with the rights of the client, and no refresh token:
        the client can get another one as easily."""
        caller = call.caller
        if not caller.credential_id:
            raise UnauthorizedClient()
        read_only = self._is_read_only(caller)
        scope = oauth.granted_scope(call.body.get("scope", ""), read_only)
        issued = self.env["rest.tokens"]._issue_access(
            api, caller.user_id, caller.client_id, scope
        )
        return Result(document=self._issued(issued, scope))

    def _by_code(self, api, call):
        """RFC 6749 §4.1.3: tokens for a user who has allowed it."""
        codes = self.env["rest.oauth.code"].sudo()
        code = codes._spend(api, call.caller.client_id, call.body)
        if not code:
            return Result(data=InvalidGrant())
        user_id, client_id = code.user_id.id, code.client_id.id
        issued = self.env["rest.tokens"]._issue(
            api, user_id, client_id, code.scope, api.refresh_seconds
        )
        code._keep_issued(issued)
        return Result(document=self._issued(issued, code.scope))

    def _by_refresh_token(self, api, call):
        """RFC 6749 §6, with a new refresh token each time (RFC 9700 §4.14)."""
        value = oauth.required(call.body, "refresh_token")
        client_id, scope = call.caller.client_id, call.body.get("scope", "")
        try:
            found = self.env["rest.tokens"]._rotate(
                api, value, client_id, scope, api.refresh_seconds
            )
        except CredentialsInvalid as error:
            raise InvalidGrant() from error
        if found is None:
            return Result(data=InvalidGrant())
        return Result(document=self._issued(*found))

    def _is_read_only(self, caller):
        client = self.env["rest.configuration"]._client(caller.client_id)
        return client.policy.with_key(caller.read_only).read_only

    def _issued(self, issued, scope):
        return {
            "access_token": issued.access,
            "token_type": "Bearer",
            "expires_in": issued.access_expires_in,
            "scope": scope,
            **({"refresh_token": issued.refresh} if issued.refresh else {}),
        }

    # --- about tokens -------------------------------------------------------------

    def _operation__oauth_revoke(self, _context, call):
        """RFC 7009: what is not valid needs no revocation."""
        value = oauth.required(call.body, "token")
        if credentials.parse(value, *_OTHER_KEYS):
            raise UnsupportedTokenType()
        service = self.env["rest.tokens"]
        token = self._token(call, value)
        if token is None:
            return Result(outcome="empty")
        if token.owner.client_id != call.caller.client_id:
            raise UnauthorizedClient("The token was issued to another client.")
        service._store().revoke(token)
        return Result(outcome="empty")

    def _operation__oauth_introspect(self, _context, call):
        """RFC 7662: what clients may know of their own tokens."""
        value = oauth.required(call.body, "token")
        if not call.caller.credential_id:
            raise UnauthorizedClient()
        token = self._token(call, value)
        if token is None or token.owner.client_id != call.caller.client_id:
            return Result(document={"active": False})
        return Result(document=self._about(self._api(call), token))

    def _token(self, call, value):
        """``tokens.Token`` that is valid and the last of its family; None for all
        else."""
        try:
            token = self.env["rest.tokens"]._found(
                self._api(call),
                value,
                credentials.ACCESS_TOKEN,
                credentials.REFRESH_TOKEN,
            )
        except CredentialsInvalid:
            return None
        return None if token.rotated else token

    def _about(self, api, token):
        owner, settings = token.owner, self.env["rest.configuration"]
        issued_at = _timestamp(token.issued_at) if token.issued_at else None
        about = {
            "active": True,
            "scope": owner.scope,
            "client_id": settings._client(owner.client_id).oauth_client_id,
            "username": settings._user(owner.user_id).login,
            "token_type": "Bearer" if token.kind == "access" else None,
            "exp": _timestamp(token.expires_at),
            "iat": issued_at,
            "nbf": issued_at,
            "sub": str(owner.user_id),
            "aud": api.issuer,
            "iss": api.issuer,
            "jti": token.name,
        }
        return {name: value for name, value in about.items() if value is not None}

    # --- metadata -----------------------------------------------------------------

    def _operation__oauth_server(self, _context, call):
        grant_types = self._grants()
        return Result(
            document=oauth_metadata.server(self._api(call).issuer, grant_types)
        )

    def _operation__oauth_resource(self, _context, call):
        api = self._api(call)
        return Result(document=oauth_metadata.resource(api.issuer, api.name))

    def _api(self, call):
        return self.env["rest.configuration"]._api(call.api_id)


def _timestamp(moment):
    """Unix time of a moment in UTC."""
    return int(moment.replace(tzinfo=timezone.utc).timestamp())
