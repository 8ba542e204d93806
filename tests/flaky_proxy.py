"""A proxy between a client and a server that fails where a request says so.

    X-Faults: first:drop,busy

of the requests with the word ``first``, the first one reaches the server but its client
gets no response, the second one gets 503, all others pass.
"""

import contextlib
import itertools
import json
import threading
import time
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HOP = ("connection", "transfer-encoding", "content-length", "keep-alive")
SLOW = 3.0  # seconds
PROBLEM = {"title": "Busy", "code": "server.overloaded", "detail": "Try again."}
REPLIES = {
    "busy": (503, {"Retry-After": "0"}, PROBLEM),
    "limit": (429, {"Retry-After": "1"}, {**PROBLEM, "code": "policy.rate_limit"}),
    "quota": (429, {"Retry-After": "36000"}, {**PROBLEM, "code": "policy.quota"}),
    "gateway": (502, {}, None),
    "expired": (401, {}, {"code": "auth.invalid"}),
    "moved": (302, {"Location": "{elsewhere}"}, None),
}


class FlakyProxy:
    """In a ``with`` block it runs; ``requests`` has the headers of what it received.

    ``elsewhere`` has those that came to the other host, to which it redirects.
    """

    def __init__(self, server_url):
        self.target = urlsplit(server_url)
        self.requests, self.elsewhere, self.tokens = [], [], []
        self._counters, self._lock = {}, threading.Lock()

    def __enter__(self):
        self._proxy = self._serve(self._handler())
        self._other = self._serve(self._other_handler())
        self.url = _url(self._proxy)
        return self

    def __exit__(self, *_error):
        for each in (self._proxy, self._other):
            each.shutdown()
            each.server_close()

    def _serve(self, handler):
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def received(self, word):
        """The headers of the requests with a word, in their order."""
        return [h for h in self.requests if h.get("X-Faults", "").startswith(word)]

    def next_fault(self, headers):
        """What happens to a request; empty if it passes."""
        word, _colon, faults = headers.get("X-Faults", "").partition(":")
        with self._lock:
            number = next(self._counters.setdefault(word, itertools.count()))
        faults = [each for each in faults.split(",") if each]
        return faults[number] if number < len(faults) else ""

    def _handler(self):
        proxy = self

        class Handler(_Handler):
            def handle_any(self):
                self.proxied(proxy)

        return Handler

    def _other_handler(self):
        """Of another host, where no credentials may come."""
        proxy = self

        class Handler(_Handler):
            def handle_any(self):
                proxy.elsewhere.append(dict(self.headers))
                self.reply(200, {}, b"{}")

        return Handler

    @property
    def other_url(self):
        return _url(self._other)


def _url(server):
    return f"http://127.0.0.1:{server.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.handle_any
        raise AttributeError(name)

    def log_message(self, *_arguments):
        """Nothing."""

    def proxied(self, proxy):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.endswith("/oauth/token"):
            proxy.tokens.append((self.headers["Authorization"], body.decode()))
        proxy.requests.append(dict(self.headers))
        fault = proxy.next_fault(self.headers)
        if fault == "slow":
            time.sleep(SLOW)
        if fault in REPLIES:
            return self.fail(proxy, fault)
        status, headers, content = self.forwarded(proxy.target, body)
        if fault == "drop":
            self.close_connection = True
            return
        self.reply(status, headers, content)

    def fail(self, proxy, fault):
        status, headers, problem = REPLIES[fault]
        headers = {
            name: value.format(elsewhere=proxy.other_url)
            for name, value in headers.items()
        }
        content = b"<html>" if problem is None else json.dumps(problem).encode()
        self.reply(status, headers, content)

    def forwarded(self, target, body):
        with contextlib.closing(HTTPConnection(target.netloc, timeout=60)) as server:
            sent = {n: v for n, v in self.headers.items() if n.lower() not in HOP}
            server.request(self.command, self.path, body or None, sent)
            response = server.getresponse()
            content = response.read()
            headers = [h for h in response.getheaders() if h[0].lower() not in HOP]
            return response.status, dict(headers), content

    def reply(self, status, headers, content):
        with contextlib.suppress(ConnectionError):
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
