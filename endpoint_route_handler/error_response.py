"""Error responses of stored routes, as JSON for programs.

Odoo renders errors as HTML and without the CORS headers of the route. This module keeps
the status and the headers and writes the body ``{"detail": [{"loc", "msg", "type"}]}``,
unless the client prefers HTML. ``RequestValidationError`` uses the same format, so
clients parse a single one.
"""

import json
import re

from werkzeug.exceptions import HTTPException

from odoo.http import Response

from . import cors


def of(error, request, routing):
    """Return the response for ``error``, with the CORS headers of the route.

    :param error: result of ``ir.http._handle_error``, an HTTPException or a response
    :param routing: dict, ``cors`` is read
    """
    if not isinstance(error, HTTPException):
        response = error
    elif error.response is not None:
        # werkzeug's abort(response) wraps a complete response in an exception
        response = error.response
    else:
        response = _render(error, request)
    if "Access-Control-Allow-Origin" not in response.headers:
        cors.set_headers(response.headers, routing, request.httprequest.headers)
    return response


def _render(error, request):
    environ = request.httprequest.environ
    if prefers_html(request.httprequest.accept_mimetypes):
        return Response.load(error.get_response(environ))
    headers = [
        (name, value)
        for name, value in error.get_headers(environ)
        if name.lower() not in ("content-type", "content-length")
    ]
    return Response(
        json.dumps(payload(error), ensure_ascii=False),
        status=error.code,
        headers=headers,
        content_type="application/json; charset=utf-8",
    )


def payload(error):
    """Return the body for a werkzeug error. A 5xx does not reveal its cause."""
    message = error.name if error.code >= 500 else error.description or error.name
    error_type = re.sub(r"\W+", "_", error.name.lower())
    return {"detail": [{"loc": [], "msg": str(message), "type": error_type}]}


def prefers_html(accept):
    """Return whether an Accept header ranks HTML above JSON, as browsers do."""
    return bool(accept) and accept.quality("text/html") > accept.quality(
        "application/json"
    )
