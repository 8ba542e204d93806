"""Run an endpoint with a made-up request, and take back what it did to the database.

Only rows that ``log()`` wrote stay: they are meant to survive a failing request.
"""

import contextlib
from typing import NamedTuple

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.test import EnvironBuilder

from odoo import http
from odoo.exceptions import UserError

from odoo.addons.endpoint_route_handler.routing import thread_of_database

from .controllers.main import EndpointController


class Answer(NamedTuple):
    status: int
    headers: str
    body: str


def call(endpoint, method, path, query="", headers=(), body=""):
    """Answer of ``endpoint`` (a record) to a request, in a transaction taken back.

    :param headers: pairs of str
    """
    with endpoint.env.registry.cursor() as cr, _without_commit(endpoint.env, cr):
        record = endpoint.with_env(endpoint.env(cr=cr))
        try:
            with _request(record.env, method, path, query, headers, body) as request:
                return _answer(_respond(record, request))
        finally:
            record.env.invalidate_all(flush=False)
            cr.rollback()
            # as after a failed request: caches hold what was never committed
            record.env.registry.reset_changes()


def _respond(record, request):
    try:
        request.params.update(_variables(record, request.httprequest.path))
        record.sudo()._validate_request(request)
        result = record.sudo()._handle_request(request)
        return EndpointController()._handle_result(result)
    except HTTPException as error:
        return error.get_response(request.httprequest.environ)
    except Exception as error:
        # what would be a 500 with a traceback in the log is what the dialog must show
        return http.Response(f"{type(error).__name__}: {error}", status=500)


def _variables(record, path):
    """Variables of the record's route that serves ``path``; NotFound if none does."""
    converters = record.env["ir.http"]._get_converters()
    rules = [Rule(route, endpoint=route) for route in record._get_routes()]
    with thread_of_database(record.env.cr.dbname):
        routing_map = Map(rules, converters=converters, strict_slashes=False)
    return routing_map.bind("").match(path)[1]


def _answer(response):
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    # an image or the like is shown as far as text, and PostgreSQL, can hold it
    body = response.get_data().decode(errors="replace").replace("\0", "\ufffd")
    return Answer(response.status_code, headers, body)


@contextlib.contextmanager
def _request(env, method, path, query, headers, body):
    """A request on top of the current one, bound to ``env``."""
    builder = EnvironBuilder(
        path=path, method=method, query_string=query, headers=list(headers), data=body
    )
    request = http.Request(http.HTTPRequest(builder.get_environ()))
    session = http.request.session if http.request else http.root.session_store.new()
    request.session, request.db = session, env.cr.dbname
    request.registry, request.env = env.registry, env
    request.params = request.get_http_params()
    http._request_stack.push(request)
    try:
        yield request
    finally:
        http._request_stack.pop()


@contextlib.contextmanager
def _without_commit(env, cr):
    """A snippet that commits would make the trial real: refuse it."""

    def commit():
        raise UserError(env._("A test run cannot commit."))

    original, cr.commit = cr.commit, commit
    try:
        yield
    finally:
        cr.commit = original
