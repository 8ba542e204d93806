"""Run an endpoint with a sample request and roll back its changes.

Only rows written by ``log()`` stay: they are committed on their own cursor.
"""

import contextlib
from typing import NamedTuple

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.test import EnvironBuilder

from odoo import http
from odoo.exceptions import UserError
from odoo.models import BaseModel

from odoo.addons.endpoint_route_handler.routing import thread_of_database

from .controllers.main import EndpointController


class SampleResponse(NamedTuple):
    """Status, headers (one per line) and body of a response, as text."""

    status: int
    headers: str
    body: str


def call(endpoint, method, path, query="", headers=(), body=""):
    """Send a sample request to ``endpoint`` (a record) and roll back.

    :param headers: pairs of str
    :returns: SampleResponse
    """
    with endpoint.env.registry.cursor() as cr, _without_commit(endpoint.env, cr):
        record = endpoint.with_env(endpoint.env(cr=cr))
        try:
            with _request(record.env, method, path, query, headers, body) as request:
                return _as_text(_respond(record, request))
        finally:
            record.env.invalidate_all(flush=False)
            cr.rollback()
            # caches can contain values that were never committed
            record.env.registry.reset_changes()


def _respond(record, request):
    try:
        variables = _variables(record, request.httprequest.path)
        records = {n: v for n, v in variables.items() if isinstance(v, BaseModel)}
        variables |= record.sudo()._bind_variables(records, request)
        request.params.update(variables)
        record.sudo()._validate_request(request)
        result = record.sudo()._handle_request(request)
        return EndpointController()._handle_result(result)
    except HTTPException as error:
        return error.get_response(request.httprequest.environ)
    except Exception as error:
        # a caller would get a 500 without the reason; the dialog shows it
        return http.Response(f"{type(error).__name__}: {error}", status=500)


def _variables(record, path):
    """Return the variables in ``path``; raise NotFound if no route matches it."""
    converters = record.env["ir.http"]._get_converters()
    rules = [Rule(route, endpoint=route) for route in record._get_routes()]
    with thread_of_database(record.env.cr.dbname):
        routing_map = Map(rules, converters=converters, strict_slashes=False)
    return routing_map.bind("").match(path)[1]


def _as_text(response):
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    # PostgreSQL cannot store NUL characters in text, and images contain them
    body = response.get_data().decode(errors="replace").replace("\0", "\ufffd")
    return SampleResponse(response.status_code, headers, body)


@contextlib.contextmanager
def _request(env, method, path, query, headers, body):
    """Push a request bound to ``env`` on the request stack."""
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
    """Make ``cr.commit`` raise: a commit in a snippet would keep its changes."""

    def commit():
        raise UserError(env._("A snippet cannot commit during a test."))

    original, cr.commit = cr.commit, commit
    try:
        yield
    finally:
        cr.commit = original
