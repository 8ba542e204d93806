"""The handler of all ``rest.endpoint`` records."""

from odoo import http
from odoo.http import request

# registers the dispatcher
from . import endpoint_dispatcher  # noqa: F401


class RestEndpointController(http.Controller):
    # positional-only: query parameters come as keywords, with any name
    def respond(self, model, endpoint_route, /, **params):
        """The ``Result`` or ``Reply`` of the record of a route.

        :param params: query parameters and variables of the path
        """
        endpoint = request.env[model]._find_endpoint(endpoint_route)
        return endpoint._rest_respond(request, params)
