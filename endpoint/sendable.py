"""Complete responses before the transaction commits."""

import werkzeug.wrappers
from werkzeug.exceptions import HTTPException

from odoo.http import Response

from . import disposition, json_response, wire


def check(response, request):
    """Raise UnsendableResponse if the server could not send ``response``.

    The response is started with the environment of the request, as a server does.
    """
    started = []
    _encode_file_name(response)
    response(request.httprequest.environ, lambda *start: started.append(start[:2]))
    [(line, headers)] = started
    wire.check_start(line, headers)
    if response.is_sequence and _sends_body(response, request):
        wire.check_length(headers, sum(len(chunk) for chunk in response.iter_encoded()))


def _encode_file_name(response):
    for name, value in list(response.headers.items()):
        if json_response.is_disposition(name):
            response.headers[name] = disposition.encoded(value)


def _sends_body(response, request):
    no_body = response.status_code in (204, 304)
    return not no_body and request.httprequest.method != "HEAD"


def read_body(response):
    """Read the body of a response that a snippet produces piece by piece.

    The server would read it after the commit, when the cursor of the snippet is closed
    and an error can no longer be reported. Files are not read.
    """
    if response.direct_passthrough or response.is_qweb:
        return
    chunks = list(response.iter_encoded())
    wrong = [chunk for chunk in chunks if not isinstance(chunk, bytes)]
    if wrong:
        raise TypeError(f"The response contains {wrong[0]!r}, not text or bytes")
    response.response = chunks


def response_of(result):
    """Return the complete response of a result dict, or None.

    Raises TypeError for another value, and an HTTPException that is the value.
    """
    response = result.get("response")
    if response is None or response is False:
        return None
    if isinstance(response, HTTPException):
        raise response
    if not isinstance(response, Response | werkzeug.wrappers.Response):
        raise TypeError(f"'response' is {response!r}, not a Response")
    return Response.load(response)
