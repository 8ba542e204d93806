"""HTTP requests of a test without sockets and threads: straight to Odoo's application.

All of Odoo and of the suite runs as behind a socket: routing, dispatcher, transactions.
A request takes about a third of the time.
"""

import contextlib
import io
import threading
from http.client import HTTPMessage
from types import SimpleNamespace
from urllib.parse import unquote_to_bytes, urlsplit

from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse
from werkzeug.test import run_wsgi_app

from odoo import http

# of the thread; Odoo's application forgets them, and the log of the test wants them
KEPT = ("dbname", "uid", "url")


class InThreadAdapter(HTTPAdapter):
    """Transport for ``requests.Session.mount``: calls Odoo in the same thread."""

    def send(self, request, **_options):
        """Return the response; exceptions of the application rise."""
        with thread_attributes_kept():
            content, status, headers = run_wsgi_app(http.root, environ(request), True)
        code, _space, reason = status.partition(" ")
        raw = HTTPResponse(
            body=io.BytesIO(b"".join(content)),
            headers=HTTPHeaderDict(list(headers)),
            status=int(code),
            reason=reason,
            preload_content=False,
            original_response=_original(headers),
            request_method=request.method,
        )
        return self.build_response(request, raw)


def _original(headers):
    """Where ``requests`` looks for cookies: the response of ``http.client``."""
    message = HTTPMessage()
    for name, value in headers:
        message[name] = value
    return SimpleNamespace(msg=message, isclosed=lambda: True, close=lambda: None)


def environ(request):
    """WSGI environment (PEP 3333) of a ``requests.PreparedRequest``."""
    url = urlsplit(request.url)
    body = request.body or b""
    content = body.encode() if isinstance(body, str) else body
    path, _mark, query = request.path_url.partition("?")
    return {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        # bytes as latin-1, as PEP 3333 has it
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": request.path_url,
        "RAW_URI": request.path_url,
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "0",
        "SERVER_NAME": url.hostname,
        "SERVER_PORT": str(url.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(content),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **_headers(request, url.netloc),
    }


def _headers(request, netloc):
    found = {"HTTP_HOST": netloc}
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        own = key in ("CONTENT_TYPE", "CONTENT_LENGTH")
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        found[key if own else f"HTTP_{key}"] = text
    return found


@contextlib.contextmanager
def thread_attributes_kept():
    """Give the thread back what the application deletes or sets."""
    thread = threading.current_thread()
    kept = {name: getattr(thread, name) for name in KEPT if hasattr(thread, name)}
    try:
        yield
    finally:
        for name in KEPT:
            thread.__dict__.pop(name, None)
        thread.__dict__.update(kept)
