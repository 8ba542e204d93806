"""HTTP in, HTTP out: the steps of a request between Odoo and the engine.

ir.http._match → RestDispatcher (one per request) → ir.http._authenticate:
    identify()      base path → API, dialect; credentials → Caller   401 403 429
dispatch()          dialect._call(received) → Call             400 404 405 406 413 415
    RestController.respond → rest.pipeline: call → Context, then → Result
    dialect._render(result) → Reply
handle_error()      any exception → Problem → dialect._render_problem → Reply
_respond_with()     the headers that every response has; the log
"""

import logging
from collections.abc import Generator
from dataclasses import replace

from odoo.http import Dispatcher, Response, request

from . import sessions
from .capture import origin
from .dialects.v1 import problem_reply
from .exchange import Exchange
from .orm.failures import Refused, problem_of, waiting_bounded
from .path_methods import PathMethods
from .wire import cors, problem
from .wire.call import Caller
from .wire.problem import Problem
from .wire.received import Reply
from .wire.result import DryRun, Result
from .wire.sending import Sending

_logger = logging.getLogger(__name__)


class RestDispatcher(Dispatcher):
    """One for each request; Odoo may dispatch it several times."""

    routing_type = "rest"

    exchange_class = Exchange

    def __init__(self, request):
        super().__init__(request)
        self.exchange = self.exchange_class(request)

    @classmethod
    def is_compatible_with(cls, request):
        """All requests: what does not fit gets a problem and not Odoo's page."""
        return True

    # --- before the handler --------------------------------------------------

    def identify(self, endpoint):
        """Who calls; sets the user of the environment. Raises Refused."""
        try:
            self._find_api(endpoint)
            self._authenticate()
            self.request.env["rest.admission"]._admit(self.exchange)
        except Problem as error:
            # callers without credentials are told, too, that they need none any more
            raise Refused(self.exchange.ended() or error) from error

    def _find_api(self, endpoint):
        settings = self.request.env["rest.configuration"]
        api = settings._api(self._api_id(endpoint))
        if api is None:
            raise problem.NotFound()
        self.exchange.enter(api)

    def _api_id(self, endpoint):
        """The handler behind the paths of an API is bound to its id."""
        return endpoint.args[0]

    def _authenticate(self):
        exchange, session = self.exchange, self.request.session
        session.can_save = False  # unless it is what identifies
        if exchange.http.method == "OPTIONS":
            _become_public(self.request)
            return
        exchange.caller = self._caller(session)
        if exchange.caller.user_id is None:
            # anonymous callers learn which paths there are, and nothing else
            if not exchange.operation().anonymous:
                raise problem.CredentialsMissing()
            _become_public(self.request)
        else:
            session.can_save = exchange.caller.scheme == "session"
            self.request.update_env(user=exchange.caller.user_id)
            self._check_caller()

    def _caller(self, session):
        """The ``Caller``; anonymous also where only a session is sent that may not be
        used, by those who need none: a login replaces it."""
        exchange = self.exchange
        received = exchange.received()
        credentials = exchange.dialect._credentials(received)
        try:
            return self.request.env["rest.authentication"]._caller(
                exchange.api, received, session, credentials
            )
        except problem.OriginRefused:
            if not exchange.operation().anonymous:
                raise
            return Caller()

    def _check_caller(self):
        """What a kind of route asks of callers that are known; raises Problem."""

    def pre_dispatch(self, rule, args):
        """Nothing of what Odoo's own routes need: neither language nor CORS.

        Addons that follow visitors look for parameters; there are none for them.
        """
        self.request.params = {}

    def act_for(self, context):
        """Odoo's code may look at the request for user, language and companies: it
        finds those of the call. The change feed tells who has called.

        :param context: the ``Context`` of the call; None for anonymous callers
        """
        origin.act(self.request.env.cr, self.exchange.origin())
        if context is not None:
            env = context.env
            self.request.update_env(user=env.uid, context=env.context)

    # --- the handler ---------------------------------------------------------

    def dispatch(self, endpoint, args):
        exchange = self.exchange
        if exchange.http.method == "OPTIONS":
            return self._options()
        if ended := exchange.ended():
            raise ended
        operation = exchange.operation()
        if exchange.api.maintenance and operation.name != "health":
            raise problem.Maintenance()
        return self._respond_with(self._perform(endpoint, args))

    def _perform(self, endpoint, args):
        """The ``Reply`` of the handler to the parsed request."""
        exchange = self.exchange
        received, operation = exchange.received(), exchange.operation()
        exchange.call = exchange.dialect._call(
            received, operation, exchange.found.target, exchange.api, exchange.caller
        )
        if not operation.metered:
            exchange.call = replace(exchange.call, rate=exchange.quota)
        if operation.readonly:
            result = endpoint(call=exchange.call)
        else:
            with waiting_bounded(self.request.env.cr):
                result = endpoint(call=exchange.call)
        self._keep_nothing_of_a_read()
        if isinstance(result, Reply):
            return result
        return self._kept(result)

    def _kept(self, result):
        """The ``Reply`` of a result, which a request with the same key gets, too."""
        reply = self._reply_of(result)
        # custom routes give a Reply, which has none
        if isinstance(result, Result) and result.session is not None:
            sessions.apply(self.request, result.session)
        self.request.env["rest.idempotency"]._keep(self.exchange.call, reply)
        return reply

    def _reply_of(self, result):
        """:param result: ``Result``"""
        exchange = self.exchange
        return exchange.dialect._render(exchange.received(), exchange.call, result)

    def _keep_nothing_of_a_read(self):
        """What Odoo's code writes while it reads, where the cursor lets it: without a
        replica, or on the second try. Odoo keeps traces of sessions and passwords."""
        kept = self.request.env.cr.readonly or self.exchange.caller.scheme != "key"
        if self.exchange.call.operation.readonly and not kept:
            self._roll_back()

    def _options(self):
        exchange = self.exchange
        asked = exchange.http.headers.get("Access-Control-Request-Method")
        origin = exchange.http.headers.get("Origin")
        if cors.is_preflight("OPTIONS", origin, asked):
            headers = exchange.dialect._preflight_headers(origin, exchange.api)
            headers = [*headers, *exchange.plain_headers()]
        else:
            exchange.find()  # or NotFound
            allowed = PathMethods(exchange).allowed()
            headers = [problem.allow(allowed), *exchange.headers()]
        headers.append(("Cache-Control", "private, no-store"))
        response = Response(status=204, headers=headers)
        response.headers.remove("Content-Type")  # that of Odoo's pages
        return response

    # --- the response --------------------------------------------------------

    def _respond_with(self, reply, failure=None):
        """:param reply: ``Reply``; :param failure: the Problem that it tells"""
        headers = [*reply.headers, *self.exchange.headers()]
        headers.append(("Cache-Control", reply.cache_control))
        if reply.tag:
            headers.append(("ETag", str(reply.tag)))
        if reply.media_type:
            headers.append(("Content-Type", reply.media_type))
        response = Response(
            self._sent(reply.content), status=reply.status, headers=headers
        )
        if not reply.media_type:
            response.headers.remove("Content-Type")  # that of Odoo's pages
        if self.exchange.is_known:
            logger = self.request.env["rest.logger"]
            logger._record(self.exchange, reply.status, reply.logged, failure)
        return response

    def _sent(self, content):
        """The same content, or what watches over a generator that makes it."""
        if not isinstance(content, Generator):
            return content
        exchange = self.exchange
        return Sending(content, exchange.connection, self._cut, exchange.peer)

    def _cut(self, error):
        """Odoo's log tells of a response that could not be finished."""
        found, request_id = problem_of(error), self.exchange.request_id
        bug = error if type(found) is problem.ServerProblem else None
        level = logging.ERROR if bug else logging.WARNING
        text = "Request %s: the response was cut off, %s"
        _logger.log(level, text, request_id, found.code, exc_info=bug)

    def post_dispatch(self, response):
        sessions.save(self.request, response)

    def handle_error(self, exc):
        # what is told is in our log without secrets, a bug just below: Odoo shall log
        # it at no level
        exc.loglevel = logging.NOTSET
        exchange = self.exchange
        if isinstance(exc, DryRun):
            self._roll_back()
            return self._respond_with(self._reply_of(exc.result))
        found = problem_of(exc)
        if type(found) is problem.ServerProblem:
            _logger.error("Request %s failed", exchange.request_id, exc_info=exc)
        self._roll_back()
        if exchange.is_known:
            found = self.request.env["rest.admission"]._throttled(exchange, found)
            found = PathMethods(exchange).corrected(found)
        return self._respond_with(self._problem_reply(found), found)

    def _problem_reply(self, found):
        exchange = self.exchange
        if not exchange.is_known:
            path = exchange.http.path
            return problem_reply(path, exchange.api, found, exchange.request_id)
        return exchange.dialect._render_problem(
            exchange.received(), exchange.api, found, exchange.request_id
        )

    def _roll_back(self):
        """What the handler wrote is gone before anything is logged."""
        self.exchange.is_rolled_back = True
        if self.request.env is not None:
            self.request.env.cr.rollback()


def _become_public(request):
    """Odoo warns of transactions without any user."""
    model = request.env["ir.model.data"]
    request.update_env(user=model._xmlid_to_res_id("base.public_user"))


def authenticate():
    """``auth="rest"``, as ``ir.http`` calls it."""
    request.dispatcher.identify(request.endpoint_rule.endpoint)
