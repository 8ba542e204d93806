"""What installing and uninstalling need besides models and data."""

from odoo.tools import SQL

from .access.tokens import DEFAULTS, NAMESPACE
from .engine.limiter import TABLE


def post_init_hook(env):
    """The pepper is there before the first request, which may not write; and the
    parameters of the token dialect, unless another addon has set them before."""
    env["rest.configuration"]._pepper()
    parameters = env["ir.config_parameter"].sudo()
    for name, value in DEFAULTS.items():
        if not parameters.get_param(NAMESPACE + name):
            parameters.set_param(NAMESPACE + name, value)


def uninstall_hook(env):
    """Take away the table that is no model's, and the parameters, secrets above all."""
    env.cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(TABLE)))
    parameters = env["ir.config_parameter"].sudo()
    for prefix in ("rest_api_core.", NAMESPACE):
        parameters.search([("key", "=like", f"{prefix}%")]).unlink()
