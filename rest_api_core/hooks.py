"""Installation and uninstallation beyond models and data."""

from odoo.tools import SQL

from .engine.limiter import TABLE


def post_init_hook(env):
    """Create the pepper: the first request can have a read-only cursor."""
    env["rest.configuration"]._pepper()


def uninstall_hook(env):
    """Drop the table without a model and the parameters, which include secrets."""
    # Odoo drops only tables of models and parameters of data files
    env.cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(TABLE)))
    parameters = env["ir.config_parameter"].sudo()
    parameters.search([("key", "=like", "rest_api_core.%")]).unlink()
