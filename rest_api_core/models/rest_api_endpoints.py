"""The custom endpoints of an API, which move with its base path."""

from odoo import fields, models


class RestApi(models.Model):
    _inherit = "rest.api"  # pylint: disable=consider-merging-classes-inherited

    endpoint_ids = fields.One2many(
        "rest.endpoint",
        "api_id",
        string="Endpoints",
        help="Custom endpoints below the base path of this API.",
    )
    endpoint_count = fields.Integer(
        string="Number of Endpoints",
        compute="_compute_endpoint_count",
        help="Number of custom endpoints of this API.",
    )

    def _compute_endpoint_count(self):
        for record in self:
            record.endpoint_count = len(record.endpoint_ids)

    def write(self, vals):
        result = super().write(vals)
        if "root_path" in vals:
            self._all_endpoints()._follow_api()
        return result

    def unlink(self):
        # the database would delete them without their routes
        self._all_endpoints().unlink()
        return super().unlink()

    def _all_endpoints(self):
        # sudo: who may move an API moves all of its endpoints, those with code too
        return self.sudo().with_context(active_test=False).endpoint_ids

    def action_view_endpoints(self):
        """Open the custom endpoints of this API."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rest_api_core.rest_endpoint_action"
        )
        context = {"default_api_id": self.id}
        domain = [("api_id", "=", self.id)]
        return {**action, "name": self.name, "domain": domain, "context": context}
