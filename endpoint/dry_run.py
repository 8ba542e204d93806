"""Run an endpoint with a sample request and roll back its changes.

Only rows written by ``log()`` stay: they are committed on their own cursor.
"""

import contextlib
import io
from typing import NamedTuple

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.test import EnvironBuilder

from odoo import http
from odoo.exceptions import UserError

from odoo.addons.endpoint_route_handler.routing import thread_of_database
from odoo.addons.endpoint_route_handler.utils import make_endpoint

from .controllers.main import EndpointController


class SampleResponse(NamedTuple):
    """Status, headers (one per line) and body of a response, as text.

    ``reason`` is the error that only the log of the server contains, or "".
    """

    status: int
    headers: str
    body: str
    reason: str


def call(endpoint, method, path, query="", headers=(), body=""):
    """Send a sample request to ``endpoint`` (a record) and roll back.

    :param headers: pairs of str
    :returns: SampleResponse
    """
    with endpoint.env.registry.cursor() as cr, _without_commit(endpoint.env, cr):
        record = endpoint.with_env(endpoint.env(cr=cr))
        try:
            with _request(record.env, method, path, query, headers, body) as request:
                return _as_text(*_respond(record, request), request)
        finally:
            record.env.invalidate_all(flush=False)
            cr.rollback()
            # caches can contain values that were never committed
            record.env.registry.reset_changes()


def _respond(record, request):
    """Return the response and the reason of a status 500.

    The steps are those of ``odoo.http.Request._serve_db``, without authentication.
    """
    ir_http = record.env["ir.http"]
    try:
        rule, args = _match(record, request.httprequest.path)
        request.endpoint_rule = rule
        request._set_request_dispatcher(rule)
        ir_http._pre_dispatch(rule, args)
        response = request.dispatcher.dispatch(rule.endpoint, args)
        ir_http._post_dispatch(response)
        return response, ""
    except Exception as error:
        return _error_response(error, ir_http, request)


def _error_response(error, ir_http, request):
    if isinstance(error, HTTPException) and error.code is None:
        # a complete response: Odoo adds the headers of the route
        response = error.get_response(request.httprequest.environ)
        request.dispatcher.post_dispatch(response)
        return response, ""
    response = ir_http._handle_error(error)
    if isinstance(response, HTTPException):
        response = response.get_response(request.httprequest.environ)
    known = isinstance(error, HTTPException | UserError)
    return response, "" if known else f"{type(error).__name__}: {error}"


def _match(record, path):
    """Return rule and variables for ``path``; raise NotFound if no route matches it."""
    converters = record.env["ir.http"]._get_converters()
    # the record itself: the handler of callers would look for a synchronized one
    endpoint = make_endpoint(
        EndpointController()._respond,
        record._make_controller_rule().routing,
        pargs=(record.sudo(),),
    )
    endpoint.endpoint_key = record._endpoint_registry_unique_key()
    rules = [Rule(route, endpoint=endpoint) for route in record._get_routes()]
    with thread_of_database(record.env.cr.dbname):
        routing_map = Map(rules, converters=converters, strict_slashes=False)
    return routing_map.bind("").match(path, return_rule=True)


def _as_text(response, reason, request):
    started = []
    environ = {**request.httprequest.environ, "wsgi.errors": io.StringIO()}
    chunks = response(environ, lambda *start: started.append(start))
    body = b"".join(chunks)
    [(status, pairs)] = started
    headers = "\n".join(f"{name}: {value}" for name, value in pairs)
    # PostgreSQL cannot store NUL characters in text, and images contain them
    text = body.decode(errors="replace").replace("\0", "\ufffd")
    return SampleResponse(int(status[:3]), headers, text, reason)


@contextlib.contextmanager
def _request(env, method, path, query, headers, body):
    """Push a request bound to ``env`` on the request stack."""
    builder = EnvironBuilder(
        path=path, method=method, query_string=query, headers=list(headers), data=body
    )
    request = http.Request(http.HTTPRequest(builder.get_environ()))
    request.session, request.db = _copy_of_session(), env.cr.dbname
    request.registry, request.env = env.registry, env
    # http_routing sets them when it matches a route
    request.is_frontend = request.is_frontend_multilang = False
    http._request_stack.push(request)
    try:
        yield request
    finally:
        http._request_stack.pop()


def _copy_of_session():
    """Return a session like that of the user, whose changes are not saved."""
    session = http.root.session_store.new()
    session.update(http.request.session if http.request else {})
    session.can_save = False
    return session


@contextlib.contextmanager
def _without_commit(env, cr):
    """Make ``cr.commit`` raise: a commit in a snippet would keep its changes."""

    def commit():
        raise UserError(env._("A snippet cannot commit during a test."))

    original, cr.commit = cr.commit, commit
    try:
        yield
    finally:
        cr.commit = original
