from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import dry_run


class EndpointTest(models.TransientModel):
    """Dialog: a sample request, its answer, nothing kept."""

    _name = "endpoint.test"
    _description = "Test of an endpoint"

    endpoint_id = fields.Many2one(
        "endpoint.endpoint", required=True, ondelete="cascade"
    )
    method = fields.Char(required=True, default="GET")
    path = fields.Char(required=True)
    query = fields.Char(help="Without the question mark: name=value&other=value")
    content_type = fields.Char()
    headers = fields.Text(help="One per line: Name: value")
    body = fields.Text()
    response_status = fields.Integer(readonly=True)
    response_headers = fields.Text(readonly=True)
    response_body = fields.Text(readonly=True)

    @api.constrains("headers")
    def _check_headers(self):
        for test in self:
            test._header_pairs()

    def _header_pairs(self):
        pairs = []
        for line in filter(None, map(str.strip, (self.headers or "").splitlines())):
            name, colon, value = line.partition(":")
            if not colon:
                raise UserError(self.env._("Not a header (Name: value): %s", line))
            pairs.append((name.strip(), value.strip()))
        if self.content_type:
            pairs.append(("Content-Type", self.content_type))
        return pairs

    def action_run(self):
        """Send the request and show the answer in the same dialog."""
        self.ensure_one()
        answer = dry_run.call(
            self.endpoint_id,
            self.method,
            self.path,
            query=self.query or "",
            headers=self._header_pairs(),
            body=self.body or "",
        )
        self.write(
            {
                "response_status": answer.status,
                "response_headers": answer.headers,
                "response_body": answer.body,
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
