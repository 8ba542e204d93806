"""Records in the path of an endpoint: <model("res.partner"):partner>."""

from odoo import models
from odoo.http import request

from ..controllers.main import EndpointControllerMixin


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"  # pylint: disable=consider-merging-classes-inherited

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Give records of the path to the user that the snippet runs as.

        Odoo gives them to the caller and checks the rights of the caller.
        """
        records = {n: v for n, v in args.items() if isinstance(v, models.BaseModel)}
        endpoint = endpoint_of(rule) if records else None
        if not endpoint:
            return super()._pre_dispatch(rule, args)
        for name in records:
            del args[name]
        super()._pre_dispatch(rule, args)
        args.update(endpoint._bind_variables(records, request))


def endpoint_of(rule):
    """Return the record that handles the requests of a rule, or None."""
    handler = getattr(rule.endpoint, "func", None)
    if not isinstance(getattr(handler, "__self__", None), EndpointControllerMixin):
        return None
    first, *others = rule.endpoint.args
    # the Test dialog passes the record, stored routes its model and route
    if isinstance(first, models.BaseModel):
        return first
    return request.env[first]._find_endpoint(*others) if first in request.env else None
