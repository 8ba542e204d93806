from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import dry_run


class EndpointTest(models.TransientModel):
    """Dialog that sends a sample request and shows the response."""

    _name = "endpoint.test"
    _description = "Endpoint Test"

    endpoint_id = fields.Many2one(
        "endpoint.endpoint",
        required=True,
        ondelete="cascade",
        help="Endpoint that gets the request.",
    )
    method = fields.Char(required=True, default="GET", help="HTTP method to send.")
    path = fields.Char(
        required=True, help="Path to send, with values for the variables of the route."
    )
    query = fields.Char(
        help="Query string without the question mark: name=value&other=value."
    )
    content_type = fields.Char(help="Media type of the body.")
    headers = fields.Text(help="Headers to send. Enter one per line: Name: value.")
    body = fields.Text(help="Body to send, as text.")
    response_status = fields.Integer(
        readonly=True, help="HTTP status that callers get."
    )
    response_headers = fields.Text(readonly=True, help="Headers that callers get.")
    response_body = fields.Text(readonly=True, help="Body that callers get.")
    response_reason = fields.Text(
        readonly=True, help="Reason of the error. Callers do not receive it."
    )

    @api.constrains("headers")
    def _check_headers(self):
        for test in self:
            test._header_pairs()

    def _header_pairs(self):
        pairs = []
        for line in filter(None, map(str.strip, (self.headers or "").splitlines())):
            name, colon, value = line.partition(":")
            if not colon:
                raise UserError(
                    self.env._(
                        "Invalid header '%s'. Expected format: Name: value.", line
                    )
                )
            pairs.append((name.strip(), value.strip()))
        if self.content_type:
            pairs.append(("Content-Type", self.content_type))
        return pairs

    def action_run(self):
        """Send the request and show the response in the same dialog."""
        self.ensure_one()
        response = dry_run.call(
            self.endpoint_id,
            self.method,
            self.path,
            query=self.query or "",
            headers=self._header_pairs(),
            body=self.body or "",
        )
        self.write(
            {
                "response_status": response.status,
                "response_headers": response.headers,
                "response_body": response.body,
                "response_reason": response.reason,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Test %s", self.endpoint_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
