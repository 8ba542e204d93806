"""The log of requests to endpoints. ``rest.endpoint.logger`` writes the entries.

Odoo has no single place that all responses pass: each method here sees some of them.
"""

import contextlib
import threading

from werkzeug.exceptions import HTTPException

from odoo import models
from odoo.http import request

from odoo.addons.endpoint_route_handler import cors

from ..engine.endpoint_logger import EndpointCall

MODEL = "endpoint.endpoint"


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"  # pylint: disable=consider-merging-classes-inherited

    @classmethod
    def _pre_dispatch(cls, rule, args):
        with _errors_logged():
            return super()._pre_dispatch(rule, args)

    @classmethod
    def _dispatch(cls, endpoint):
        with _errors_logged():
            return super()._dispatch(endpoint)

    @classmethod
    def _post_dispatch(cls, response):
        result = super()._post_dispatch(response)
        # after super(), which can still replace a response that cannot be sent
        _log(response)
        return result

    @classmethod
    def _handle_error(cls, exception):
        error = super()._handle_error(exception)
        _log(error, exception)
        return error

    @classmethod
    def _endpoint_render_method_error(cls, error, path_info):
        result = super()._endpoint_render_method_error(error, path_info)
        _log(error, error)
        return result


@contextlib.contextmanager
def _errors_logged():
    """Log exceptions that are complete responses: Odoo handles no error then."""
    try:
        yield
    except HTTPException as error:
        if error.code is None:
            _log(error.get_response(request.httprequest.environ), error)
        raise


def _log(response, failure=None):
    """Log the response of an endpoint.

    :param response: a Response, or an HTTPException with a code
    :param failure: the exception that it tells, None for a success
    """
    route = _route()
    http = request.httprequest
    if not route or cors.is_preflight(http.headers) and http.method == "OPTIONS":
        return
    if failure is not None:
        # the transaction ends anyway; an error of the database has broken it
        request.env.cr.rollback()
    call = EndpointCall(
        http=http,
        route=route,
        response=response,
        failure=failure,
        # its body, as far as the endpoint has read it
        body=getattr(request, "endpoint_body", None),
        started=getattr(threading.current_thread(), "perf_t0", None),
    )
    request.env["rest.endpoint.logger"]._record(call)


def _route():
    """The stored route of the endpoint that gets the request, or None.

    The Test dialog has the record in place of its model: what it runs is not logged.
    """
    endpoint = getattr(getattr(request, "endpoint_rule", None), "endpoint", None)
    if not hasattr(endpoint, "endpoint_key"):
        return None
    model, *others = endpoint.args or (None,)
    is_stored = isinstance(model, str) and model == MODEL
    return others[0] if is_stored and others else None
