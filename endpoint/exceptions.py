"""Answers that an endpoint gives by raising.

RequestValidationError    the body does not fit its schema: 400 with the reasons
"""

import json

from werkzeug.exceptions import HTTPException

from odoo.http import Response


class RequestValidationError(HTTPException):
    """``{"detail": [{"loc", "msg", "type"}, …]}`` with status 400.

    ``code`` stays None: Odoo then takes the exception for a ready response and adds the
    route's headers (CORS) to it.
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
