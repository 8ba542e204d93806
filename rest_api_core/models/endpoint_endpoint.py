"""What the log and the administrators of the REST API see of endpoints."""

from odoo import fields, models

from .rest_api import LOG_MODES


class EndpointEndpoint(models.Model):
    _name = "endpoint.endpoint"
    _inherit = ["endpoint.endpoint", "rest.logged.mixin"]
    _rest_log_field = "endpoint_id"

    # administrators of the REST API see the list, but no code and what stands in it
    code_snippet = fields.Text(groups="base.group_system")
    rest_log_mode = fields.Selection(
        LOG_MODES,
        string="Logged Requests",
        default="all",
        help="Requests that get an entry in the log of the REST API, which keeps it for"
        " 90 days. Errors are responses with a status of 400 or above.",
    )
    rest_log_bodies = fields.Boolean(
        string="Log Bodies",
        help="Request and response bodies are logged too, without secrets and binary"
        " content. They can contain personal data.",
    )
