"""Endpoints that administrators create in the user interface."""

from odoo import fields, models


class EndpointEndpoint(models.Model):
    _name = "endpoint.endpoint"
    _inherit = "endpoint.mixin"
    _description = "Endpoint"

    description = fields.Text(
        help="Purpose of the endpoint. The OpenAPI description contains this text."
    )

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
                "default_body": self._example_body() or False,
            },
        }
