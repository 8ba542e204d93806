"""Errors of stored routes as answers that programs can use.

Odoo renders errors for browsers: HTML, without the route's CORS headers. Status and
headers of its answer are kept; the body is ``{"detail": [{"loc", "msg", "type"}]}``
unless the client prefers HTML (the format of ``RequestValidationError``, so a client
reads one kind of error only).
"""

import json
import re

from werkzeug.exceptions import HTTPException

from odoo.http import Response


def of(answer, request, routing):
    """Odoo's ``answer`` to an exception with CORS headers, as JSON where wanted."""
    if isinstance(answer, HTTPException) and answer.response is not None:
        response = answer.response
    elif isinstance(answer, HTTPException):
        response = _render(answer, request)
    else:
        response = answer
    if routing.get("cors"):
        response.headers.setdefault("Access-Control-Allow-Origin", routing["cors"])
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
    """The body for a werkzeug error; nothing is said about what broke inside (5xx)."""
    reason = error.name if error.code >= 500 else error.description or error.name
    kind = re.sub(r"\W+", "_", error.name.lower())
    return {"detail": [{"loc": [], "msg": str(reason), "type": kind}]}


def prefers_html(accept):
    """Whether an Accept header ranks HTML above JSON, as browsers do."""
    return bool(accept) and accept.quality("text/html") > accept.quality(
        "application/json"
    )
