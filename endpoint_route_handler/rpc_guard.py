"""Models that no external RPC may reach.

A model class says so by ``_disable_rpc``: a tuple of method names, or ``("all",)``
(the attribute of ``rpc_helper``, honoured with and without that addon). XML-RPC and
JSON-RPC meet in ``odoo.service.model.execute_cr``, which has no hook and is therefore
wrapped; JSON-2 is stopped in ``ir.http._dispatch``. The web client is not concerned.
"""

import functools

from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service import model as service_model


def refuse_rpc(registry, model_name, method, exception=UserError):
    """Raise ``exception`` if ``model_name`` closes ``method`` to external RPC."""
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
        refuse_rpc(Registry(cr.dbname), obj, method)
        return original(cr, uid, obj, method, args, kw)

    execute_cr.endpoint_rpc_guard = True
    service_model.execute_cr = execute_cr
