"""The handler of all endpoints. Start reading at ``_handle_endpoint``."""

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import Response, request
from odoo.tools.json import json_default

from .. import json_response


class EndpointControllerMixin:
    # positional-only: Odoo passes query parameters as keywords, with any name
    def auto_endpoint(self, model, endpoint_route, /, **params):
        """Respond to the current request with the record of ``model`` for the route."""
        return self._handle_endpoint(request.env, model, endpoint_route, **params)

    def _handle_endpoint(self, env, model, endpoint_route, /, **params):
        endpoint = self._find_endpoint(env, model, endpoint_route)
        if not endpoint:
            raise NotFound()
        endpoint._validate_request(request)
        result = endpoint._handle_request(request)
        return self._handle_result(result)

    def _find_endpoint(self, env, model, endpoint_route):
        if model not in env:
            raise NotFound()
        return env[model]._find_endpoint(endpoint_route)

    def _handle_result(self, result):
        """Return the response.

        :param result: dict of a snippet, see ``json_response.from_result``
        """
        response = result.get("response")
        if isinstance(response, Response):
            json_response.check_headers(response.headers.items())
            return response
        parts = json_response.from_result(result, json_default)
        json_response.check_headers(parts.headers)
        return request.make_response(
            parts.body, headers=parts.headers, status=parts.status
        )

    def _make_json_response(self, payload, headers=None, status=200, **kw):
        """Return a JSON response, for handlers of modes without a result dict."""
        result = {"payload": payload, "headers": headers, "status_code": status}
        return self._handle_result(result)


class EndpointController(http.Controller, EndpointControllerMixin):
    pass
