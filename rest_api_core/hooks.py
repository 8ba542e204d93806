"""What installing and uninstalling need besides models and data."""

from odoo.tools import SQL

from .engine.limiter import TABLE


def post_init_hook(env):
    """The pepper is there before the first request, which may not write."""
    env["rest.configuration"]._pepper()


def uninstall_hook(env):
    """Take away the table that is no model's, and the parameters, secrets above all."""
    env.cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(TABLE)))
    parameters = env["ir.config_parameter"].sudo()
    parameters.search([("key", "=like", "rest_api_core.%")]).unlink()
