"""Exceptions that become responses of an endpoint.

RequestValidationError      the body does not match its schema: 400 with the errors
UnsupportedContentType      the endpoint does not accept the type of the body: 415
UnsupportedContentEncoding  the body is compressed in an unknown way: 415
"""

import json

from werkzeug.exceptions import HTTPException, UnsupportedMediaType

from odoo.http import Response

from .request_body import ENCODINGS


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


class UnsupportedContentType(UnsupportedMediaType):
    """415 with a header that has the accepted types (RFC 9110 §15.5.16).

    Accept-Post is that of POST (Linked Data Platform), Accept-Patch that of PATCH (RFC
    5789).
    """

    HEADERS = {"POST": "Accept-Post", "PATCH": "Accept-Patch"}

    def __init__(self, received, allowed, method):
        self.allowed = ", ".join(allowed)
        self.header = self.HEADERS.get(method, "Accept")
        problem = f"Unsupported media type: {received or 'no Content-Type'}."
        super().__init__(f"{problem} Allowed: {self.allowed}.")

    def get_headers(self, environ=None, scope=None):
        return [*super().get_headers(environ, scope), (self.header, self.allowed)]


class UnsupportedContentEncoding(UnsupportedMediaType):
    """Status 415 that names the content encodings (RFC 9110 §15.5.16)."""

    def get_headers(self, environ=None, scope=None):
        headers = super().get_headers(environ, scope)
        return [*headers, ("Accept-Encoding", ENCODINGS)]
