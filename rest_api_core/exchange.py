"""What is known of one HTTP request so far, from its first line to the log.

Odoo's request goes no further: dialects get ``Received``, the engine ``Call``.
"""

import contextlib
import threading
import time
import uuid
from datetime import datetime, timezone

from odoo.http import Request

from odoo.addons.endpoint import request_body

from .access.configuration import V1, Api
from .capture import origin
from .limits import quota, rate
from .wire import call as calls
from .wire import cors, languages, negotiation, problem, router
from .wire.call import Caller
from .wire.problem import Problem
from .wire.received import Received


class Exchange:
    """One request and its response.

    ``api``, ``mount`` (base path and dialect), ``caller``, ``found`` (what the path
    leads to), ``call``, ``quota`` (Decision, Limit, now), ``usage`` (``quota.Usage``)
    and ``counted_on`` (the day for whose quotas it counts) are set as they are known,
    ``rejection`` and ``is_throttled`` where there are no valid credentials.
    """

    def __init__(self, request: Request):
        self.request = request
        self.http = request.httprequest
        self.started = started()
        given = self.http.headers.get("X-Request-ID")
        self.request_id = calls.request_id(given, str(uuid.uuid4()))
        self.api = Api(id=0, name="REST API", root="")
        self.mount = ("", V1)
        self.caller = Caller()
        self.found = None
        self._operation = None
        self._received = None
        self.call = None
        self.quota = None
        self.usage = None
        self.counted_on = None
        self.rejection = None
        self.is_throttled = False
        self.is_rolled_back = False

    @property
    def env(self):
        return self.request.env

    @property
    def is_known(self):
        """Whether there is an API to speak for, and a database to ask."""
        return bool(self.api.id) and self.env is not None

    @property
    def dialect(self):
        return self.env[self.mount[1]]

    def enter(self, api):
        """The API that the request is for; by its path, also the dialect."""
        if api is self.api:
            return  # entered already, and not changed in between
        self.api, self.mount = api, api.mount(self.http.path)
        self.found = self._operation = self._received = None

    def received(self):
        """The request as dialects see it; raises NotFound outside of the base path."""
        if self._received is None:
            self._received = self._receive()
        return self._received

    def _receive(self):
        http, base = self.http, self.mount[0]
        return Received(
            method=http.method,
            path=http.path,
            below=router.below(http.path, base),
            # ``http.host_url`` would translate the host for people to read
            base_url=f"{http.scheme}://{http.host}{base}",
            query=tuple(http.args.items(multi=True)),
            query_string=http.query_string.decode("utf-8", "replace"),
            headers=http.headers,
            ip=http.remote_addr or "",
            read=self._read,
            check_csrf=self.request.validate_csrf,
            csrf_token=self.request.csrf_token,
        )

    def _read(self):
        """The body. Nobody knows the length of one in chunks: werkzeug reads as far as
        the limit, and no further."""
        self.http.max_content_length = self.api.max_body + 1
        content = self.http.get_data(cache=True)
        if len(content) > self.api.max_body:
            raise problem.BodyTooLarge()
        encodings = self.http.headers.get("Content-Encoding")
        if not encodings:
            return content
        return _decompressed(content, encodings, self.api.max_body)

    @property
    def connection(self):
        """The socket to the client; None where the server does not tell it."""
        # as Odoo's ``bus`` does: what it shows of the environment is without sockets
        return self.http._HTTPRequest__environ.get("werkzeug.socket")

    @property
    def peer(self):
        """The socket to the client, also where responses cannot be reset; or None."""
        # that of the server for long connections, as Odoo's ``bus`` finds it
        return self.connection or self.http._HTTPRequest__environ.get("socket")

    def origin(self):
        """What the change feed tells about the cause of changes."""
        trace = negotiation.traceparent(self.http.headers.get("traceparent"))
        caller = self.caller
        return origin.of_caller(
            caller.user_id, caller.client_id, self.request_id, trace and str(trace)
        )

    # --- where the path leads --------------------------------------------------

    def find(self):
        """``router.Found``; raises NotFound and PageTooLarge."""
        if self.found is None:
            self.found = self.dialect._find(self.received())
        return self.found

    def operation(self):
        """The row of the table; raises also MethodNotAllowed."""
        if self._operation is None:
            name = self.find().operation(self.http.method)
            row = self.env["rest.operations"]._by_name()[name]
            self._operation = self.dialect._requested(self.received(), row)
        return self._operation

    def is_metered(self):
        """Whether it counts for quotas; what leads nowhere does, too."""
        try:
            return self.operation().metered
        except Problem:
            return True

    def ended(self):
        """The problem of an API that exists no more; only its health is told."""
        if not self.api.lifecycle.is_over(self.now) or self._is_health():
            return None
        return problem.Ended()

    def _is_health(self):
        with contextlib.suppress(Problem):
            return self.operation().name == "health"
        return False

    def template(self):
        """``find``, or None where the path leads nowhere: for the log."""
        with contextlib.suppress(Problem):
            self.find()
        return self.found

    # --- headers of every response -----------------------------------------------

    def plain_headers(self):
        queries = getattr(threading.current_thread(), "query_time", 0) * 1000
        timing = f"total;dur={self.duration_ms:.1f}, db;dur={queries:.1f}"
        return [
            ("X-Request-ID", self.request_id),
            ("X-Content-Type-Options", "nosniff"),
            ("Server-Timing", timing),
        ]

    def headers(self):
        origin = self.http.headers.get("Origin")
        origins = self.dialect._origins(self.api) if self.is_known else frozenset()
        return [
            *cors.response_headers(origin, origins),
            *self.plain_headers(),
            ("Vary", negotiation.vary(("Prefer",))),
            *self._language_headers(),
            *self._rate_headers(),
            *self.api.lifecycle.headers(),
        ]

    def _language_headers(self):
        """That of the call, once it is known; errors before are in English."""
        code = self.env.context.get("lang") if self.is_known else None
        return [("Content-Language", languages.tag(code))] if code else []

    def _rate_headers(self):
        if not self.quota and not self.usage:
            return ()
        draft = self.env["rest.configuration"]._rates().draft_headers
        listed = rate.headers(*self.quota, draft=draft) if self.quota else []
        if draft and self.usage:
            listed = quota.one_line([*listed, *quota.headers(self.usage)])
        return listed

    # --- time ----------------------------------------------------------------------

    @property
    def duration_ms(self):
        """Milliseconds since the request came."""
        return (time.time() - self.started) * 1000

    @property
    def now(self):
        """UTC without zone, with fractions: requests of one second have an order."""
        return datetime.now(timezone.utc).replace(tzinfo=None)


def _decompressed(content, encodings, limit):
    """The body without its Content-Encoding (RFC 9110 §8.4). Raises BodyTooLarge,
    BodyMalformed and, with the codings that are known (§15.5.16), MediaTypeUnsupported.
    """
    try:
        return request_body.decompress(content, encodings, limit)
    except request_body.BodyProblem as error:
        if error.reason == "large":
            raise problem.BodyTooLarge() from error
        if error.reason != "encoding":
            raise problem.BodyMalformed(str(error)) from error
        headers = [("Accept-Encoding", request_body.ENCODINGS)]
        raise problem.MediaTypeUnsupported(str(error), headers=headers) from error


def started():
    """When Odoo began with the request: it looks for changes before it asks us."""
    return getattr(threading.current_thread(), "perf_t0", None) or time.time()
