"""Requests to endpoints, from before they are parsed until before they commit."""

from odoo import models
from odoo.http import request

from .. import received, sendable
from ..controllers.main import EndpointControllerMixin
from .ir_http_variables import endpoint_of


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        result = super()._pre_dispatch(rule, args)
        endpoint = endpoint_of(rule)
        if endpoint:
            endpoint._validate_request_size(request)
            received.receive(request, endpoint._max_body_size())
        return result

    @classmethod
    def _post_dispatch(cls, response):
        result = super()._post_dispatch(response)
        # after super(), which adds the last headers; Odoo commits when this returns
        if _is_endpoint(getattr(request, "endpoint_rule", None)):
            sendable.check(response, request)
        return result


def _is_endpoint(rule):
    """Return whether the handler of a route is that of this addon."""
    handler = getattr(getattr(rule, "endpoint", None), "func", None)
    return isinstance(getattr(handler, "__self__", None), EndpointControllerMixin)
