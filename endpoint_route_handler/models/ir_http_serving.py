"""Requests to stored routes: authentication, CORS, sessions and errors."""

import copy
import functools

from werkzeug.exceptions import MethodNotAllowed, Unauthorized

from odoo import models
from odoo.exceptions import AccessError
from odoo.http import Response, SessionExpiredException, request

from .. import cors, error_response
from ..rpc_guard import check_rpc

# Other types, of other addons, have dispatchers with rules of their own
OUR_TYPES = ("http", "jsonrpc")


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"  # pylint: disable=consider-merging-classes-inherited

    @classmethod
    def _auth_method_user_endpoint(cls):
        """Authenticate like ``user``; respond with 401 instead of the login page."""
        try:
            cls._auth_method_user()
        except SessionExpiredException as error:
            raise Unauthorized() from error

    @classmethod
    def _match(cls, path_info):
        request.endpoint_rule = None
        try:
            rule, args = super()._match(path_info)
        except MethodNotAllowed as error:
            cls._endpoint_render_method_error(error, path_info)
            raise
        if not hasattr(rule.endpoint, "endpoint_key"):
            return rule, args
        request.endpoint_rule = rule
        if _is_for_handler(rule.endpoint.routing, request.httprequest):
            rule = _without_cors(rule)
        return rule, args

    @classmethod
    def _pre_dispatch(cls, rule, args):
        if not _is_stored(rule.endpoint):
            return super()._pre_dispatch(rule, args)
        session, routing = request.session, request.endpoint_rule.endpoint.routing
        # a caller who is not logged in needs no session: no cookie and no file
        request.endpoint_may_save = session.can_save and session.uid is None
        session.can_save &= session.uid is not None
        try:
            return super()._pre_dispatch(rule, args)
        finally:
            # also for preflights: Odoo ends them with an exception
            cors.set_headers(
                request.future_response.headers, routing, request.httprequest.headers
            )

    @classmethod
    def _post_dispatch(cls, response):
        # unless the handler stored something in the session, such as a login
        if getattr(request, "endpoint_may_save", False) and request.session.is_dirty:
            request.session.can_save = request.endpoint_rule.endpoint.routing.get(
                "save_session", True
            )
        return super()._post_dispatch(response)

    @classmethod
    def _endpoint_render_method_error(cls, error, path_info):
        """Render a 405 with the settings of the route that has this path.

        Odoo does not call ``_handle_error`` before it knows a route. Matching again
        with an allowed method finds the route.
        """
        adapter = request.env["ir.http"].routing_map().bind("")
        rule, _args = adapter.match(
            path_info, method=error.valid_methods[0], return_rule=True
        )
        if hasattr(rule.endpoint, "endpoint_key"):
            request.endpoint_rule = rule
            # Odoo sends the attribute ``error_response`` of an exception as it is
            error.error_response = error_response.of(
                error, request, rule.endpoint.routing
            )

    @classmethod
    def _dispatch(cls, endpoint):
        if endpoint.routing["type"] == "json2":
            # JSON-2 calls the method directly: execute_cr never sees it
            check_rpc(
                request.registry,
                request.params.get("__model__"),
                request.params.get("__method__"),
                AccessError,
            )
        result = super()._dispatch(endpoint)
        if not hasattr(endpoint, "endpoint_key") or endpoint.routing["type"] != "http":
            return result
        # the decorator @route converts text to a response; stored routes do not have it
        return Response.load(result)

    @classmethod
    def _handle_error(cls, exception):
        error = super()._handle_error(exception)
        rule = getattr(request, "endpoint_rule", None)
        if rule is None or rule.endpoint.routing["type"] != "http":
            return error
        return error_response.of(error, request, rule.endpoint.routing)


def _is_stored(endpoint):
    return hasattr(endpoint, "endpoint_key") and endpoint.routing["type"] in OUR_TYPES


def _is_for_handler(routing, httprequest):
    """Return whether the handler responds to this OPTIONS request, instead of Odoo.

    Odoo takes every OPTIONS request to a route with CORS as a preflight.
    """
    return (
        httprequest.method == "OPTIONS"
        and routing["type"] == "http"
        and "OPTIONS" in (routing["methods"] or ())
        and not cors.is_preflight(httprequest.headers)
    )


def _without_cors(rule):
    """Return a copy of the werkzeug rule whose endpoint has no CORS."""
    original, rule = rule.endpoint, copy.copy(rule)
    # not copy(): a copy of a partial shares its attributes
    rule.endpoint = functools.partial(
        original.func, *original.args, **original.keywords
    )
    vars(rule.endpoint).update(vars(original))
    rule.endpoint.routing = {**original.routing, "cors": False}
    return rule
