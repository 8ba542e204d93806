"""OAuth2 as its RFCs have it: forms in, its own JSON and errors out.

Endpoints are below ``<base path>/oauth``; the metadata of an API stands below
``/.well-known/…``, each document at a base path of its own.
"""

from dataclasses import replace

from odoo import models

from ..wire import oauth
from ..wire.call import Call
from ..wire.oauth_problems import InvalidRequest, OAuthProblem
from ..wire.problem import (
    CredentialsInvalid,
    OriginRefused,
    Problem,
    basic_challenge,
)
from ..wire.received import Reply

PAGES = ("oauth_authorize", "oauth_decide")
ROUTES = {
    "GET authorize": "oauth_authorize",
    "POST authorize": "oauth_decide",
    "POST token": "oauth_token",
    "POST revoke": "oauth_revoke",
    "POST introspect": "oauth_introspect",
}


class RestDialectOauth(models.AbstractModel):
    _name = "rest.dialect.oauth"
    _inherit = "rest.dialect"
    _description = "REST dialect of OAuth2"

    _rest_routes = ROUTES

    def _routes(self, operations):
        routes = self._rest_routes.items()
        return [(route, name) for route, name in routes if name in operations]

    # --- request → call --------------------------------------------------------

    def _credentials(self, received):
        """Those of a client; before them, errors of the path."""
        if self._find(received).operation(received.method) in PAGES:
            return oauth.Browser()
        sent = self._sent(received)
        header = received.headers.get("Authorization") or ""
        return oauth.client_credentials(header, sent)

    def _sent(self, received):
        """The parameters of a request, which stand in its body unless a browser has
        been sent here; raises InvalidRequest."""
        if received.method in ("GET", "HEAD"):
            return oauth.parameters(received.query)
        if received.query:
            raise InvalidRequest("Send parameters in the body, not in the URL.")
        content_type = received.headers.get("Content-Type") or ""
        return oauth.form(received.read(), content_type)

    def _call(self, received, operation, target, api, caller):
        return Call(
            operation=operation,
            api_id=api.id,
            caller=caller,
            target=target,
            body=self._checked(received, operation),
            languages=received.headers.get("Accept-Language") or "",
            url=received.base_url,
            ip=received.ip,
        )

    def _checked(self, received, operation):
        """The parameters; raises OriginRefused for a decision that another site has
        sent."""
        sent = self._sent(received)
        if operation.name == "oauth_decide":
            if not received.check_csrf(sent.get("csrf_token")):
                raise OriginRefused()
        return sent

    # --- result → reply --------------------------------------------------------

    def _render(self, received, call, result):
        if call.operation.name in PAGES:
            return self._page(received, call, result.document)
        if isinstance(result.data, Problem):  # what the call has changed is kept
            api = self.env["rest.configuration"]._api(call.api_id)
            return self._render_problem(received, api, result.data, "")
        if result.outcome == "empty":
            return Reply(200)
        return self._reply(200, result.document)

    def _render_problem(self, received, api, problem, _request_id):
        if received.below.strip("/") == "authorize":
            return self._error_page(problem)
        document = {
            "error": _error(problem),
            "error_description": oauth.described(problem.detail),
        }
        headers = list(problem.headers)
        if problem.wait:
            headers.append(("Retry-After", str(problem.wait)))
        if problem.status == 401:
            headers.append(basic_challenge(api.name))
        reply = self._reply(problem.status, document)
        return replace(reply, headers=tuple(headers))


def _error(problem):
    """The word of OAuth2 for an error."""
    if isinstance(problem, OAuthProblem):
        return problem.error
    if isinstance(problem, CredentialsInvalid):
        return "invalid_client"
    if problem.status in (429, 503):
        return "temporarily_unavailable"
    return "invalid_request" if problem.status < 500 else "server_error"


class RestDialectOauthServer(models.AbstractModel):
    """Documents for anybody, also for pages of any origin."""

    _name = "rest.dialect.oauth.server"
    _inherit = "rest.dialect.oauth"
    _description = "REST metadata of OAuth2"

    _rest_routes = {"GET ": "oauth_server"}

    def _credentials(self, _received):
        return None

    def _sent(self, _received):
        return {}

    def _origins(self, _api):
        return frozenset("*")


class RestDialectOauthResource(models.AbstractModel):
    _name = "rest.dialect.oauth.resource"
    _inherit = "rest.dialect.oauth.server"
    _description = "REST metadata of a protected resource"

    _rest_routes = {"GET ": "oauth_resource"}
