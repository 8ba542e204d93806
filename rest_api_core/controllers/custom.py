"""What controllers of other addons need for routes beside the paths of an API.

    class Partners(http.Controller):
        @rest_route("/api/v1/res.partner/summary", model="res.partner")
        def summary(self, **kw):
            count = request.env["res.partner"].search_count([])
            return successful_response(status=200, dict_data={"count": count})

The route belongs to the API below whose base path it lies. Callers need credentials of
that API, its limits count, errors have the form of its dialect, and the log names the
route. ``request.env`` is the environment of the caller, with the rights of its user;
the domains and field rules of the API are for the handler to apply, ``rest_context()``
has them.
"""

from http import HTTPStatus

from odoo import http
from odoo.http import request

from ..wire.problem import Problem
from .custom_dispatcher import METHODS, ROUTING_TYPE

READ = ("read",)


def rest_route(route, methods=METHODS, *, model="", rights=READ, readonly=False):
    """Serve a path below the base path of an API by this method of a controller.

    The method gets query parameters and variables of the path as keyword arguments, and
    returns ``successful_response`` or ``error_response``. Subclasses that override it
    use ``@http.route()``, as always in Odoo.

    :param route: the whole path, or several: ``"/api/res.partner/<int:id>/orders"``
    :param model: the resource that the route is about. Clients without scope for it,
        and all callers where the API does not expose it, are refused. Without a model,
        clients need the right to all resources
    :param rights: the rights on the model that it needs: ``("read", "update")``
    :param readonly: whether it never writes. Odoo then uses a replica, if there is one.
        Read-only clients and keys may call no others
    """
    return http.route(
        route,
        methods=list(methods),
        type=ROUTING_TYPE,
        auth="rest",
        readonly=readonly,
        rest_model=model,
        rest_rights=frozenset(rights if model else ()),
    )


def successful_response(status=200, dict_data=None):
    """The response of a custom route.

    :param dict_data: any JSON; None for an empty object
    """
    dialect = request.dispatcher.exchange.dialect
    return dialect._reply(status, {} if dict_data is None else dict_data)


def error_response(status, error, error_descrip=None):
    """An error in the form of the dialect, to be returned or raised: whatever the
    request has written is rolled back.

    :param status: 400 to 599
    :param error: a word for programs, such as ``"order.closed"``
    :param error_descrip: a sentence; None for the words of the status
    """
    return CustomProblem(HTTPStatus(status), error, error_descrip)


def json_body():
    """The parsed JSON of the request, None for an empty body.

    Raises the error that clients get for a body that is no JSON or too large.
    """
    return request.dispatcher.json_body()


def rest_context():
    """The ``Context`` of the request, which ``rest.reader`` and ``rest.writer`` take.

    ``rest_context().domain(model)`` are the records that API and client permit.
    """
    return request.dispatcher.exchange.context


class CustomProblem(Problem):
    """An error of a custom route, with status and code of its own."""

    def __init__(self, status, code, detail=None):
        self.status = status.value
        self.code = code
        super().__init__(status.phrase if detail is None else detail)
