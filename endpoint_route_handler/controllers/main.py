import logging

from werkzeug.exceptions import NotFound

from odoo import http

_logger = logging.getLogger(__name__)


class EndpointNotFoundController(http.Controller):
    """Answers routes for which nobody named a handler."""

    # positional-only: a query parameter may have the same name
    def auto_not_found(self, endpoint_route, /, **params):
        _logger.error("Non registered endpoint for %s", endpoint_route)
        raise NotFound()
