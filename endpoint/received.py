"""The body of the current request: read once, decompressed, decoded and parsed.

``receive`` runs before Odoo parses the request, ``of`` gives the body to validation and
snippet.
"""

import contextlib
import functools
import io
import re

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from odoo import http

from . import request_body, signatures
from .exceptions import RequestValidationError, UnsupportedContentEncoding

_BODY = re.compile(r"\bbody\b")
# older snippets assign the name to something else
_OWN_BODY = re.compile(r"(?m)^\s*body\s*=[^=]")


class Body:
    """The body of a request. Invalid bodies raise an HTTPException."""

    def __init__(self, request):
        self.request = request
        headers = request.httprequest.headers
        # mocked requests of tests can have a plain, case-sensitive dict
        self.content_type = headers.get("Content-Type") or headers.get("Content-type")

    @functools.cached_property
    def raw(self):
        """The bytes of the body, decompressed."""
        # mocked requests can return text, or have no body at all
        get_data = getattr(self.request.httprequest, "get_data", None)
        data = get_data() if callable(get_data) else b""
        data = data.encode() if isinstance(data, str) else data
        return data if isinstance(data, bytes) else b""

    @functools.cached_property
    def value(self):
        """The parsed body: see ``request_body.parse``."""
        if self.is_form():
            return MultiDict(self.request.httprequest.form)
        with _as_http_errors():
            return request_body.parse(self.raw, self.content_type)

    def is_form(self):
        """Return whether werkzeug parses the body, with its limits for forms."""
        media_type = request_body.media_type(self.content_type)
        if media_type == request_body.FORM:
            return not _declares_charset(self.content_type)
        return media_type == "multipart/form-data"

    def as_utf8(self):
        """Return the bytes in UTF-8, for schemas."""
        with _as_http_errors():
            return request_body.as_utf8(self.raw, self.content_type)

    def check(self):
        """Raise an error for JSON that cannot be parsed, used by the snippet or not."""
        if request_body.is_json(self.content_type) and self.raw:
            _parsed = self.value


def begin(request):
    """Return the body for a new try of the request.

    Odoo can repeat a request, and a snippet can have changed the parsed value.
    """
    request.endpoint_body = Body(request)
    return request.endpoint_body


def of(request):
    """Return the body of ``request``."""
    body = getattr(request, "endpoint_body", None)
    # a mocked request has any attribute
    return body if isinstance(body, Body) else begin(request)


def names(request, source):
    """Return the names of a snippet for the body of ``request``, which can be None.

    :param source: the snippet; text and XML are parsed only for snippets that use them
    """
    if request is None:
        return dict.fromkeys(("body", "raw_body", "verify_hmac"))
    body = of(request)
    is_parsed = request_body.is_json(body.content_type) or body.is_form()
    is_used = _BODY.search(source) and not _OWN_BODY.search(source)
    return {
        "body": body.value if is_parsed or is_used else None,
        "raw_body": body.raw,
        "verify_hmac": functools.partial(_verify_hmac, body),
    }


def _verify_hmac(
    body,
    secret,
    header,
    algorithm="sha256",
    encoding="hex",
    prefix="",
    message=None,
):
    """Return whether a header contains the HMAC of the body, or of ``message``."""
    signature = body.request.httprequest.headers.get(header)
    signed = body.raw if message is None else message
    return signatures.is_valid_hmac(
        signed, signature, secret, algorithm, encoding, prefix
    )


def receive(request, limit):
    """Read the body before Odoo parses it as a form, which would consume it.

    :param limit: maximum size in bytes, also of a decompressed body
    """
    received = request.httprequest
    body = received.get_data()
    if len(body) > limit:
        # old versions of werkzeug check the length of forms only
        raise RequestEntityTooLarge()
    encodings = received.headers.get("Content-Encoding")
    if body and encodings:
        with _as_http_errors():
            body = request_body.decompress(body, encodings, limit)
        request.httprequest = _with_body(received, body)
    _decode_as_declared(request)


def _with_body(received, body):
    """Return a request like ``received`` that was sent with another body."""
    # public attributes only: the wrapped request of Odoo cannot be changed
    environ = {**received.environ, "wsgi.input": io.BytesIO(body)}
    environ["CONTENT_LENGTH"] = str(len(body))
    for header in ("HTTP_CONTENT_ENCODING", "HTTP_TRANSFER_ENCODING"):
        environ.pop(header, None)
    request = http.HTTPRequest(environ)
    request.max_content_length = received.max_content_length
    request.get_data()
    return request


def _decode_as_declared(request):
    """Make ``get_json_data`` and ``params`` use the charset of the body."""
    body = begin(request)
    if body.raw and request_body.is_json(body.content_type):
        request.get_json_data = functools.partial(_json_data, body)
    elif _is_declared_form(body.content_type):
        request.get_http_params = functools.partial(_http_params, body)


def _is_declared_form(content_type):
    is_form = request_body.media_type(content_type) == request_body.FORM
    return is_form and _declares_charset(content_type)


def _declares_charset(content_type):
    with _as_http_errors():
        return request_body.charset(content_type) not in (None, "utf-8")


def _json_data(body):
    return request_body.parse_json(body.raw, body.content_type)


def _http_params(body):
    return {**body.request.httprequest.args, **dict(body.value.items())}


@contextlib.contextmanager
def _as_http_errors():
    try:
        yield
    except request_body.BodyProblem as problem:
        raise http_error(problem) from problem


def http_error(problem):
    """Return the HTTPException for a ``BodyProblem``."""
    message = str(problem)
    if problem.reason == "large":
        return RequestEntityTooLarge(message)
    if problem.reason == "encoding":
        return UnsupportedContentEncoding(message)
    if problem.reason == "charset":
        return UnsupportedMediaType(message)
    error = {"loc": ["body"], "msg": message, "type": problem.error_type}
    return RequestValidationError([error])
