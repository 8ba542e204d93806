"""HTTP in, HTTP out: the only place that knows Odoo's requests and responses.

ir.http._match → RestDispatcher (one per request) → ir.http._authenticate:
    identify()      base path → API, dialect; credentials → Caller   401 403 429
dispatch()          dialect._call(received) → Call             400 404 405 406 413 415
    RestController.respond → rest.pipeline._respond(call) → Result
    dialect._render(result) → Reply
handle_error()      any exception → Problem → dialect._render_problem → Reply
_respond_with()     the headers that every response has; the log
"""

import contextlib
import logging
import threading
import time
import uuid
from datetime import datetime, timezone

from odoo.http import Dispatcher, Response, request

from .access.configuration import V1, Api
from .dialects.v1 import problem_reply
from .limits import rate
from .orm.failures import Refused, problem_of
from .wire import call as calls
from .wire import cors, negotiation, problem, router
from .wire.call import Caller
from .wire.problem import Problem
from .wire.received import Received
from .wire.result import DryRun

_logger = logging.getLogger(__name__)


class RestDispatcher(Dispatcher):
    """What is known of one request so far; Odoo may run it several times."""

    routing_type = "rest"

    def __init__(self, request):
        super().__init__(request)
        self.started = _started()
        self.http = request.httprequest
        given = self.http.headers.get("X-Request-ID")
        self.request_id = calls.request_id(given, str(uuid.uuid4()))
        self.api = Api(id=0, name="REST API", root="")
        self.mount = ("", V1)  # base path and dialect
        self.caller = Caller()
        self.found = None  # router.Found
        self.call = None
        self.quota = None  # (Decision, Limit, now) once it is spent
        self.is_rolled_back = False

    @classmethod
    def is_compatible_with(cls, request):
        """All requests: what does not fit gets a problem and not Odoo's page."""
        return True

    @property
    def dialect(self):
        return self.request.env[self.mount[1]]

    # --- before the handler --------------------------------------------------

    def identify(self, endpoint):
        """Who calls; sets the user of the environment. Raises Refused."""
        try:
            self._find_api(endpoint.args[0])
            self._authenticate()
            self.quota = self.quota or self._spend_quota()
        except Problem as error:
            raise Refused(error) from error

    def _find_api(self, api_id):
        api = self.request.env["rest.configuration"]._api(api_id)
        if api is None:
            raise problem.NotFound()
        self.api, self.mount = api, api.mount(self.http.path)

    def _authenticate(self):
        self.request.session.can_save = False  # unless it is what identifies
        if self.http.method == "OPTIONS":
            self._become_public()
            return
        received, session = self._received(), self.request.session
        self.caller = self.request.env["rest.authentication"]._caller(
            self.api, received, session, self.dialect._credentials(received)
        )
        if self.caller.user_id is None:
            self._check_anonymous(received)
            self._become_public()
        else:
            session.can_save = self.caller.scheme == "session"
            self.request.update_env(user=self.caller.user_id)

    def _check_anonymous(self, received):
        """Anonymous callers learn which paths there are, and nothing else."""
        if not self._operation(received).anonymous:
            raise problem.CredentialsMissing()

    def _become_public(self):
        """Odoo warns of transactions without any user."""
        model = self.request.env["ir.model.data"]
        self.request.update_env(user=model._xmlid_to_res_id("base.public_user"))

    def _spend_quota(self):
        limiter = self.request.env["rest.limiter"]
        quota = limiter._spend(self.api, self.caller, self.http.remote_addr or "")
        if quota and not quota[0].allowed:
            self.quota = quota
            raise problem.RateLimited()
        return quota

    def _received(self):
        http, base = self.http, self.mount[0]
        return Received(
            method=http.method,
            path=http.path,
            below=router.below(http.path, base),
            url=http.url,
            base_url=http.host_url.rstrip("/") + base,
            query=tuple(http.args.items(multi=True)),
            query_string=http.query_string.decode("utf-8", "replace"),
            headers=http.headers,
            ip=http.remote_addr or "",
            read=self._read,
        )

    def _read(self):
        """The body. Nobody knows the length of one in chunks: werkzeug reads as far as
        the limit, and no further."""
        self.http.max_content_length = self.api.max_body + 1
        content = self.http.get_data(cache=True)
        if len(content) > self.api.max_body:
            raise problem.BodyTooLarge()
        return content

    def _operation(self, received):
        """The row of the table that the path and the method lead to; 404, 405."""
        self.found = self.dialect._router().find(received.below)
        name = self.found.operation(received.method)
        return self.request.env["rest.operations"]._by_name()[name]

    def pre_dispatch(self, rule, args):
        """Nothing of what Odoo's own routes need: neither language nor CORS.

        Addons that follow visitors look for parameters; there are none for them.
        """
        self.request.params = {}

    # --- the handler ---------------------------------------------------------

    def dispatch(self, endpoint, args):
        received = self._received()
        if received.method == "OPTIONS":
            return self._options(received)
        operation = self._operation(received)
        if self.api.maintenance and operation.name != "health":
            raise problem.Maintenance()
        self.call = self.dialect._call(
            received, operation, self.found.target, self.api, self.caller
        )
        result = endpoint(call=self.call)
        self._keep_nothing_of_a_read()
        return self._respond_with(self.dialect._render(received, self.call, result))

    def _keep_nothing_of_a_read(self):
        """What Odoo's code writes while it reads, where the cursor lets it: without a
        replica, or on the second try. Odoo keeps traces of sessions and passwords."""
        kept = self.request.env.cr.readonly or self.caller.scheme != "key"
        if self.call.operation.readonly and not kept:
            self._roll_back()

    def _options(self, received):
        asked = received.headers.get("Access-Control-Request-Method")
        origin = received.headers.get("Origin")
        if cors.is_preflight("OPTIONS", origin, asked):
            headers = self.dialect._preflight_headers(origin, self.api)
            return Response(status=204, headers=[*headers, *self._plain_headers()])
        self.found = self.dialect._router().find(received.below)
        headers = [problem.allow(self.found.methods), *self._common_headers()]
        return Response(status=204, headers=headers)

    # --- the response --------------------------------------------------------

    def _respond_with(self, reply, failure=None):
        """:param reply: ``Reply``; :param failure: the Problem that it tells"""
        headers = [*reply.headers, *self._common_headers()]
        headers.append(("Cache-Control", _cache_control(reply)))
        if reply.tag:
            headers.append(("ETag", str(reply.tag)))
        response = Response(reply.content, status=reply.status, headers=headers)
        response.headers.remove("Content-Type")
        if reply.media_type:
            response.headers.set("Content-Type", reply.media_type)
        body = reply.content if isinstance(reply.content, bytes) else None
        self._log(reply.status, body, failure)
        return response

    def post_dispatch(self, response):
        self.request._save_session()

    def handle_error(self, exc):
        # what is told is in our log without secrets, a bug just below: Odoo shall log
        # it at no level
        exc.loglevel = logging.NOTSET
        if isinstance(exc, DryRun):
            self._roll_back()
            reply = self.dialect._render(self._received(), self.call, exc.result)
            return self._respond_with(reply)
        found = problem_of(exc)
        if type(found) is problem.ServerProblem:
            _logger.error("Request %s failed", self.request_id, exc_info=exc)
        self._roll_back()
        return self._respond_with(self._problem_reply(found), found)

    def _problem_reply(self, found):
        if self.request.env is None or not self.api.id:
            name, path = self.api.name, self.http.path
            return problem_reply(path, name, found, self.request_id)
        received = self._received()
        return self.dialect._render_problem(received, self.api, found, self.request_id)

    def _roll_back(self):
        """What the handler wrote is gone before anything is logged."""
        self.is_rolled_back = True
        if self.request.env is not None:
            self.request.env.cr.rollback()

    def _common_headers(self):
        origin = self.http.headers.get("Origin")
        known = self.request.env is not None and self.api.id
        origins = self.dialect._origins(self.api) if known else frozenset()
        return [
            *cors.response_headers(origin, origins),
            *self._plain_headers(),
            ("Vary", negotiation.vary(("Prefer",))),
            *self._rate_headers(),
        ]

    def _rate_headers(self):
        if not self.quota:
            return ()
        settings = self.request.env["rest.configuration"]._rates()
        return rate.headers(*self.quota, draft=settings.draft_headers)

    def _plain_headers(self):
        queries = getattr(threading.current_thread(), "query_time", 0) * 1000
        return [
            ("X-Request-ID", self.request_id),
            ("X-Content-Type-Options", "nosniff"),
            (
                "Server-Timing",
                f"total;dur={self.duration_ms:.1f}, db;dur={queries:.1f}",
            ),
        ]

    # --- the log -------------------------------------------------------------

    def template(self):
        """``router.Found`` of the path, None where it leads nowhere."""
        if self.found is None:
            with contextlib.suppress(Problem):
                self.found = self.dialect._router().find(self._received().below)
        return self.found

    def _log(self, status, response_body, failure=None):
        if self.api.id and self.request.env is not None:
            self.request.env["rest.logger"]._record(
                self, status, response_body, failure
            )

    @property
    def duration_ms(self):
        """Milliseconds since the request came."""
        return (time.time() - self.started) * 1000

    @property
    def now(self):
        return datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)


def _started():
    """When Odoo began with the request: it looks for changes before it asks us."""
    return getattr(threading.current_thread(), "perf_t0", None) or time.time()


def _cache_control(reply):
    """What has a tag may be kept if it is asked for each time (RFC 9111 §5.2.2.4)."""
    return "private, no-cache" if reply.tag else "private, no-store"


def authenticate():
    """``auth="rest"``, as ``ir.http`` calls it."""
    request.dispatcher.identify(request.endpoint_rule.endpoint)
