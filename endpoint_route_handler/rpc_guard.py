"""Block external RPC to models.

A model class sets ``_disable_rpc`` to a tuple of method names or to ``("all",)``. The
addon ``rpc_helper`` reads the same attribute, but is not required. XML-RPC and JSON-RPC
both call ``odoo.service.model.execute_cr``. Odoo has no hook there, so the function is
wrapped. JSON-2 is checked in ``ir.http._dispatch``. The web client is not affected.
"""

import functools

from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service import model as service_model


def check_rpc(registry, model_name, method, exception=UserError):
    """Raise ``exception`` if external RPC to ``method`` of the model is disabled."""
    disabled = getattr(registry.get(model_name), "_disable_rpc", ())
    if disabled and ("all" in disabled or method in disabled):
        raise exception(f"RPC call on {model_name} is not allowed")


def install():
    """Wrap ``execute_cr`` once per process."""
    original = service_model.execute_cr
    if getattr(original, "endpoint_rpc_guard", False):
        return

    @functools.wraps(original)
    def execute_cr(cr, uid, obj, method, args, kw):
        check_rpc(Registry(cr.dbname), obj, method)
        return original(cr, uid, obj, method, args, kw)

    execute_cr.endpoint_rpc_guard = True
    service_model.execute_cr = execute_cr
