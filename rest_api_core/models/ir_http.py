"""The seam to Odoo's own way of a request."""

from odoo import models
from odoo.http import request

from .. import dispatcher


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _auth_method_rest(cls):
        dispatcher.authenticate()

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Ours have no page, no form and a language of their own."""
        if rule.endpoint.routing["type"] == dispatcher.RestDispatcher.routing_type:
            return request.dispatcher.pre_dispatch(rule, args)
        return super()._pre_dispatch(rule, args)
