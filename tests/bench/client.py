"""Single requests, and the calls that Odoo's web client makes."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from environment import console

from .case import Request

TIMEOUT = 60.0


@dataclass(frozen=True)
class Answer:
    """``started`` and ``ended`` are of the monotonic clock."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    started: float
    ended: float


def send(
    url: str, request: Request, headers: Mapping[str, str] | None = None
) -> Answer:
    """Send one request over a connection of its own, past any proxy."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    started = time.monotonic()
    connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT)
    try:
        everything = {**dict(request.headers), **(headers or {})}
        connection.request(request.method, path, request.body or None, everything)
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    return Answer(response.status, body, response.headers, started, time.monotonic())


class WebClient:
    """A session of a user."""

    def __init__(
        self, url: str, database: str, login: str = "admin", password: str = "admin"
    ):
        self.url, self._cookie = url, ""
        values = {"db": database, "login": login, "password": password}
        _result, answer = self._post("/web/session/authenticate", values)
        self._cookie = answer.headers["Set-Cookie"].partition(";")[0]

    def call(self, model: str, method: str, *args, **kwargs) -> tuple[object, Answer]:
        """Call a method as a form does: its result, and the answer."""
        values = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", values)

    def _post(self, path: str, params: Mapping) -> tuple[object, Answer]:
        headers = {"Content-Type": "application/json", "Cookie": self._cookie}
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        answer = send(self.url + path, Request("POST", body), headers)
        found = json.loads(answer.body)
        if "error" in found:
            raise console.Failure(
                f"{path}: {found['error'].get('data', found['error'])}"
            )
        return found["result"], answer
