"""Authentication and preparation of requests to an API."""

from odoo import models
from odoo.http import request

from .. import dispatcher


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _auth_method_rest(cls):
        # Odoo looks for _auth_method_<auth_type of the route>
        dispatcher.authenticate()

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Leave out what Odoo prepares for pages: language, limits of forms,
        tracking."""
        # without super(): http_routing and website override it for pages, too
        if rule.endpoint.routing["type"] == dispatcher.RestDispatcher.routing_type:
            return request.dispatcher.pre_dispatch(rule, args)
        return super()._pre_dispatch(rule, args)
