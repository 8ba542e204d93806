"""Installation and uninstallation beyond models and data."""

from odoo.tools import SQL

from .access.tokens import DEFAULTS, NAMESPACE
from .capture import triggers, watching
from .engine.limiter import TABLE


def post_init_hook(env):
    """Create the pepper, since the first request can have a read-only cursor, and the
    parameters of the token dialect that no other addon has set."""
    env["rest.configuration"]._pepper()
    parameters = env["ir.config_parameter"].sudo()
    for name, value in DEFAULTS.items():
        if not parameters.get_param(NAMESPACE + name):
            parameters.set_param(NAMESPACE + name, value)


def uninstall_hook(env):
    """Drop triggers, the table without a model, results of jobs, and parameters,
    secrets included."""
    watching.switch_off(env)
    triggers.drop_all(env)
    delete_files(env)
    # Odoo drops only tables of models and parameters of data files
    env.cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(TABLE)))
    parameters = env["ir.config_parameter"].sudo()
    for prefix in ("rest_api_core.", NAMESPACE):
        parameters.search([("key", "=like", f"{prefix}%")]).unlink()


def delete_files(env):
    """Delete the bytes of the files of jobs, which are data of the clients: Odoo keeps
    the attachments of models that it drops."""
    env["ir.attachment"].sudo().search([("res_model", "=", "rest.job.file")]).unlink()
