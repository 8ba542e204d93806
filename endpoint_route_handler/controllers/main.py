import logging

from werkzeug.exceptions import NotFound

from odoo import http

_logger = logging.getLogger(__name__)


class EndpointNotFoundController(http.Controller):
    """Default handler for rules that do not name one: responds with 404."""

    # positional-only: Odoo passes query parameters as keywords, with any name
    def auto_not_found(self, endpoint_route, /, **params):
        _logger.error("Non registered endpoint for %s", endpoint_route)
        raise NotFound()
