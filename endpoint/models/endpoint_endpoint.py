"""Endpoints that administrators create in the user interface."""

import shlex

from odoo import api, fields, models

from .endpoint_request import BODY_METHODS
from .endpoint_synced import CONTENT_TYPES


class EndpointEndpoint(models.Model):
    _name = "endpoint.endpoint"
    _inherit = "endpoint.mixin"
    _description = "Endpoint"

    description = fields.Text(
        help="Purpose of the endpoint. The OpenAPI description contains this text."
    )
    endpoint_url = fields.Char(
        string="URL",
        compute="_compute_endpoint_url",
        help="Complete URL of the endpoint on this server.",
    )
    curl_example = fields.Char(
        string="Curl Command",
        compute="_compute_endpoint_url",
        help="Command that calls the endpoint. Replace the words in capitals.",
    )

    @api.depends("route", "request_method", "auth_type", *CONTENT_TYPES)
    def _compute_endpoint_url(self):
        for record in self:
            # a new record in a form has no route yet
            record.endpoint_url = f"{record.get_base_url()}{record.route or ''}"
            record.curl_example = shlex.join(record._curl_arguments())

    def _curl_arguments(self):
        """Return the arguments of a curl command. CAPITALS are placeholders."""
        words = ["curl", "-i"]
        if self.request_method and self.request_method != "GET":
            words += ["-X", self.request_method]
        if self.auth_type == "bearer":
            words += ["-H", "Authorization: Bearer YOUR_API_KEY"]
        elif self.auth_type == "user_endpoint":
            words += ["-b", "session_id=YOUR_SESSION_ID"]
        for content_type in self._get_content_types()[:1]:
            words += ["-H", f"Content-Type: {content_type.replace('*', 'ANY')}"]
        if self.request_method in BODY_METHODS:
            words += ["--data", "BODY"]
        return [*words, self.endpoint_url]

    def _openapi_description(self):
        return {**super()._openapi_description(), "help": self.description or ""}

    def action_test(self):
        """Open the dialog that runs the endpoint and rolls back its changes."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Test %s", self.name),
            "res_model": "endpoint.test",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_endpoint_id": self.id,
                "default_method": self.request_method,
                "default_content_type": self.request_content_type or False,
                "default_path": self.route,
            },
        }
