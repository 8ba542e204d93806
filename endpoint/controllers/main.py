"""The handler of all endpoints. Start reading at ``_handle_endpoint``."""

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request
from odoo.tools.json import json_default

from .. import json_response, sendable


class EndpointControllerMixin:
    # positional-only: Odoo passes query parameters as keywords, with any name
    def auto_endpoint(self, model, endpoint_route, /, **params):
        """Respond to the current request with the record of ``model`` for the route."""
        return self._handle_endpoint(request.env, model, endpoint_route, **params)

    def _handle_endpoint(self, env, model, endpoint_route, /, **params):
        endpoint = self._find_endpoint(env, model, endpoint_route)
        if not endpoint:
            raise NotFound()
        return self._respond(endpoint)

    def _respond(self, endpoint, /, **params):
        """Return the response of a record to the current request."""
        endpoint._validate_request(request)
        result = endpoint._handle_request(request)
        endpoint._check_result(result)
        return self._handle_result(result)

    def _find_endpoint(self, env, model, endpoint_route):
        if model not in env:
            raise NotFound()
        return env[model]._find_endpoint(endpoint_route)

    def _handle_result(self, result):
        """Return the response.

        :param result: dict of a snippet, see ``json_response.from_result``
        """
        response = sendable.response_of(result)
        if response is not None:
            return response
        parts = json_response.from_result(result, json_default)
        return request.make_response(
            parts.body, headers=parts.headers, status=parts.status
        )

    def _make_json_response(self, payload, headers=None, status=200, **kw):
        """Return a JSON response, for handlers of modes without a result dict."""
        result = {"payload": payload, "headers": headers, "status_code": status}
        return self._handle_result(result)


class EndpointController(http.Controller, EndpointControllerMixin):
    pass
