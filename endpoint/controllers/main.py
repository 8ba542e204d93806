"""The one handler behind all endpoints; the story is ``_handle_endpoint``."""

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import Response, request
from odoo.tools.json import json_default

from .. import json_response


class EndpointControllerMixin:
    # positional-only: a query parameter may bear any of these names
    def auto_endpoint(self, model, endpoint_route, /, **params):
        """Answer the current request by the record of ``model`` with this route."""
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
        """:param result: dict of a snippet, see ``json_response.from_result``"""
        response = result.get("response")
        if isinstance(response, Response):
            json_response.check_headers(response.headers.items())
            return response
        answer = json_response.from_result(result, json_default)
        json_response.check_headers(answer.headers)
        return request.make_response(
            answer.body, headers=answer.headers, status=answer.status
        )

    def _make_json_response(self, payload, headers=None, status=200, **kw):
        """For handlers of other modes that have no result dict."""
        result = {"payload": payload, "headers": headers, "status_code": status}
        return self._handle_result(result)


class EndpointController(http.Controller, EndpointControllerMixin):
    pass
