"""HTTP in, HTTP out: the only place that knows requests, responses and headers.

ir.http._match → RestDispatcher (one per request) → ir.http._authenticate:
    identify()      credentials → Caller                   401 403 429
dispatch()          path, headers, body → Call             400 404 405 406 413 415
    RestController.answer → rest.pipeline._answer(call) → Answer
handle_error()      any exception → problem+json, with what the request was
_finished()         the headers that every answer has; the log
"""

import logging
import threading
import time
import uuid
from datetime import datetime, timezone

from odoo.http import Dispatcher, Response, request

from .access.configuration import Api
from .limits import rate
from .orm.failures import Refused, problem_of
from .wire import call as calls
from .wire import cors, json_text, negotiation, problem
from .wire.call import Call, Caller
from .wire.problem import Problem
from .wire.result import Answer, DryRun, encode

_logger = logging.getLogger(__name__)

METHODS_WITH_BODY = frozenset(("POST", "PUT", "PATCH", "DELETE", "QUERY"))
PUBLIC = frozenset(("about", "health"))  # verbs for strangers


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
        self.target = None
        self.caller = Caller()
        self.call = None
        self.quota = None  # (Decision, Limit, now) once it is spent
        self.is_rolled_back = False

    @classmethod
    def is_compatible_with(cls, request):
        """All requests: what does not fit gets a problem and not Odoo's page."""
        return True

    # --- before the handler --------------------------------------------------

    def identify(self, endpoint):
        """Who asks; sets the user of the environment. Raises Refused."""
        try:
            self._find_api(endpoint.args[0])
            self._authenticate()
            self.quota = self.quota or self._spend_quota()
        except Problem as refusal:
            raise Refused(refusal) from refusal

    def _find_api(self, api_id):
        api = self.request.env["rest.configuration"]._api(api_id)
        if api is None:
            raise problem.NotFound()
        self.api = api

    def _authenticate(self):
        self.request.session.can_save = False  # unless it is what identifies
        model = self.request.env["rest.authentication"]
        if self.http.method == "OPTIONS":
            self._become_nobody()
            return
        self.caller = model._caller(self.api, self.http, self.request.session)
        if self.caller.user_id is None:
            self._refuse_stranger()
            self._become_nobody()
        else:
            self.request.session.can_save = self.caller.scheme == "session"
            self.request.update_env(user=self.caller.user_id)

    def _refuse_stranger(self):
        """Strangers learn which paths there are, and nothing else."""
        if self._find_target().verb not in PUBLIC:
            raise problem.CredentialsMissing()

    def _become_nobody(self):
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

    def _find_target(self):
        self.target = calls.parse(self._path(), self.http.method)
        return self.target

    def _path(self):
        return calls.relative(self.http.path, self.api.root)

    def pre_dispatch(self, rule, args):
        """Nothing of what Odoo's own routes need: neither language nor CORS.

        Addons that follow visitors look for parameters; there are none for them.
        """
        self.request.params = {}

    # --- the handler ---------------------------------------------------------

    def dispatch(self, endpoint, args):
        if self.http.method == "OPTIONS":
            return self._options()
        if self.api.maintenance and not self._is_health():
            raise problem.Maintenance()
        negotiation.accepted(self.http.headers.get("Accept"))
        self.call = self._make_call()
        answer = endpoint(call=self.call)
        self._keep_nothing_of_a_read()
        return self._respond(answer)

    def _keep_nothing_of_a_read(self):
        """What Odoo's code writes while it reads, where the cursor lets it: without a
        replica, or on the second try. Of sessions and passwords, Odoo keeps traces."""
        kept = self.request.env.cr.readonly or self.caller.scheme != "key"
        if self.call.reads and not kept:
            self._roll_back()

    def _is_health(self):
        return self._find_target().verb == "health"

    def _options(self):
        asked = self.http.headers.get("Access-Control-Request-Method")
        origin = self.http.headers.get("Origin")
        if cors.is_preflight("OPTIONS", origin, asked):
            headers = cors.preflight_headers(origin, self.api.origins)
            return Response(status=204, headers=[*headers, *self._plain_headers()])
        methods = calls.methods(self._path())
        headers = [problem.allow(methods), *self._common_headers()]
        return Response(status=204, headers=headers)

    def _make_call(self):
        target = self._find_target()
        headers = self.http.headers
        return Call(
            *target,
            api_id=self.api.id,
            root=self.api.root,
            path=self._path(),
            query=self._query(),
            body=self._body(),
            headers=calls.Headers.of(headers.get),
            ip=self.http.remote_addr or "",
            request_id=self.request_id,
            caller=self.caller,
            url=self.http.url,
        )

    def _query(self):
        pairs = self.http.args.items(multi=True)
        return tuple(pairs)

    def _body(self):
        """The parsed body; None where there is none."""
        if self.http.method not in METHODS_WITH_BODY:
            return None
        # nobody knows the length of a body in chunks: werkzeug reads so far, no further
        self.http.max_content_length = self.api.max_body + 1
        content = self.http.get_data(cache=True)
        if len(content) > self.api.max_body:
            raise problem.BodyTooLarge()
        if not content:
            return None
        encoding = self.http.headers.get("Content-Encoding", "identity")
        is_json = negotiation.is_json(self.http.headers.get("Content-Type"))
        if not is_json or encoding != "identity":
            raise problem.MediaTypeUnsupported("Send JSON, application/json.")
        try:
            return json_text.loads(content)
        except ValueError as error:
            raise problem.BodyMalformed(f"The body {error}.") from error

    # --- the answer ----------------------------------------------------------

    def _respond(self, answer: Answer):
        content = answer.content
        headers = [*answer.headers, *self._common_headers()]
        headers.append(("Cache-Control", _cache_control(answer)))
        if answer.tag:
            headers.append(("ETag", str(answer.tag)))
        if answer.applied and self.call:
            headers.append(("Preference-Applied", ", ".join(answer.applied)))
        response = Response(content, status=answer.status, headers=headers)
        response.headers.set("Content-Type", "application/json; charset=utf-8")
        if answer.status in (204, 304):
            response.headers.remove("Content-Type")
        self._log(answer.status, response_body=content)
        return response

    def post_dispatch(self, response):
        self.request._save_session()

    def handle_error(self, exc):
        # what is answered is in our log without secrets, a bug just below: Odoo shall
        # log it at no level
        exc.loglevel = logging.NOTSET
        if isinstance(exc, DryRun):
            self._roll_back()
            return self._respond(exc.answer)
        found = problem_of(exc)
        if type(found) is problem.ServerProblem:
            _logger.error("Request %s failed", self.request_id, exc_info=exc)
        self._roll_back()
        return self._respond_to(found)

    def _roll_back(self):
        """What the handler wrote is gone before anything is logged."""
        self.is_rolled_back = True
        if self.request.env is not None:
            self.request.env.cr.rollback()

    def _respond_to(self, found: Problem):
        document = problem.document(found, self.http.path, self.request_id)
        headers = [*problem.headers(found, self.api.name), *self._common_headers()]
        headers.append(("Cache-Control", "private, no-store"))
        content = encode(document)
        response = Response(content, status=found.status, headers=headers)
        response.headers.set("Content-Type", problem.MEDIA_TYPE)
        self._log(found.status, response_body=content, failure=found)
        return response

    def _common_headers(self):
        origin = self.http.headers.get("Origin")
        return [
            *cors.answer_headers(origin, self.api.origins),
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


def _cache_control(answer):
    """What has a tag may be kept if it is asked for each time (RFC 9111 §5.2.2.4)."""
    return "private, no-cache" if answer.tag else "private, no-store"


def authenticate():
    """``auth="rest"``, as ``ir.http`` calls it."""
    request.dispatcher.identify(request.endpoint_rule.endpoint)
