"""The clients that can use an API, for the button of its form."""

from odoo import fields, models


class RestApi(models.Model):
    _inherit = "rest.api"  # pylint: disable=consider-merging-classes-inherited

    client_count = fields.Integer(
        string="Clients",
        compute="_compute_client_count",
        help="Number of clients that can use resources of this API.",
    )

    def _compute_client_count(self):
        for record in self:
            clients = self.env["rest.client"]
            domain = record._client_domain()
            record.client_count = clients.search_count(domain) if record.ids else 0

    def _client_domain(self):
        """The clients with a scope on a resource, or with all resources."""
        return [
            "|",
            ("all_resources", "=", True),
            ("scope_ids.resource_id.api_id", "in", self.ids),
        ]

    def action_view_clients(self):
        """Open the clients that can use this API."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rest_api_core.rest_client_action"
        )
        return {**action, "name": self.name, "domain": self._client_domain()}
