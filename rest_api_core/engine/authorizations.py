"""The authorization code flow: a user lets a client act for them (RFC 6749 §4.1)."""

from datetime import datetime, timezone

from odoo import models

from ..access import credentials
from ..wire import oauth, oauth_flow
from ..wire.call import Caller
from ..wire.oauth_problems import AccessDenied, InvalidRequest, OAuthProblem
from ..wire.result import Result

SHOWN = 30  # resources on the page


class RestAuthorizations(models.AbstractModel):
    """Errors that are raised here are shown to the user: where the client or the
    redirect URI is not known, nobody is redirected. Other errors are told to the
    client."""

    _name = "rest.authorizations"
    _description = "REST authorizations"

    def _operation__oauth_authorize(self, _context, call):
        """Ask the user, unless they have allowed the same before."""
        return self._result(call, self._asked)

    def _operation__oauth_decide(self, _context, call):
        """The user has allowed or denied it."""
        return self._result(call, self._decided)

    def _result(self, call, step):
        """What ``step(api, client, call, requested)`` gives, or the error for the
        client; without a document where the user must sign in first."""
        api, client = (
            self.env["rest.configuration"]._api(call.api_id),
            self._client(call),
        )
        try:
            requested = oauth_flow.requested(call.body, api.issuer, client.read_only)
            if call.caller.user_id is None:
                return Result()
            return Result(document=step(api, client, call, requested))
        except OAuthProblem as problem:
            return Result(
                document=oauth_flow.with_error(call.body, api.issuer, problem)
            )

    def _client(self, call):
        """``configuration.OAuthClient``, whose redirect URI is known."""
        client_id = oauth.required(call.body, "client_id")
        client = self.env["rest.configuration"]._oauth_client(client_id)
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        if client is None or credentials.rejection_reason(
            client.validity, now, call.ip
        ):
            raise InvalidRequest("The application is not known here.")
        if oauth.required(call.body, "redirect_uri") not in client.redirect_uris:
            raise InvalidRequest("The application has another redirect URI.")
        return client

    def _asked(self, api, client, call, requested):
        user_id = call.caller.user_id
        consents = self.env["rest.oauth.consent"].sudo()
        if consents._covers(api, client.id, user_id, requested.scope):
            return self._allowed(api, client, call, requested)
        return self._consent(api, client, call, requested)

    def _decided(self, api, client, call, requested):
        if call.body.get("decision") != "allow":
            raise AccessDenied()
        if call.body.get("remember"):
            self.env["rest.oauth.consent"].sudo()._remember(
                api, client.id, call.caller.user_id, requested.scope
            )
        return self._allowed(api, client, call, requested)

    def _allowed(self, api, client, call, requested):
        codes = self.env["rest.oauth.code"].sudo()
        code = codes._issue(api, client.id, call.caller.user_id, requested)
        return oauth_flow.with_code(call.body, api.issuer, code)

    def _consent(self, api, client, call, requested):
        """``oauth_flow.Consent``: what the page shows."""
        read_only = oauth.is_read_only(requested.scope)
        caller = Caller("token", call.caller.user_id, client.id, read_only=read_only)
        context = self.env["rest.context"]._make(api, caller, accept=call.languages)
        resources = self.env["rest.offers"]._resources(context)
        user, names = context.env.user, oauth_flow.PARAMETERS
        return oauth_flow.Consent(
            client=client.name,
            api=api.name,
            user=user.name,
            login=user.login,
            read_only=read_only,
            resources=tuple(resources[:SHOWN]),
            more=max(0, len(resources) - SHOWN),
            sent={name: call.body[name] for name in names if name in call.body},
        )
