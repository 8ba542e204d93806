"""Exceptions that become responses of an endpoint.

RequestValidationError    the body does not match its schema: 400 with the errors
"""

import json

from werkzeug.exceptions import HTTPException

from odoo.http import Response


class RequestValidationError(HTTPException):
    """``{"detail": [{"loc", "msg", "type"}, …]}`` with status 400.

    ``code`` is None: Odoo treats such an exception as a complete response and adds the
    headers of the route (CORS).
    """

    code = None

    def __init__(self, detail):
        super().__init__()
        self.detail = detail

    def get_response(self, environ=None, scope=None):
        return Response(
            json.dumps({"detail": self.detail}),
            status=400,
            content_type="application/json",
        )
