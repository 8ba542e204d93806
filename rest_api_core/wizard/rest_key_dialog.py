"""Dialog with the settings of a new key; ``rest.key.shown`` shows its value."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RestKeyDialog(models.TransientModel):
    """A new key of a client, which can replace another one."""

    _name = "rest.key.dialog"
    _description = "New REST key"

    client_id = fields.Many2one(
        "rest.client",
        required=True,
        ondelete="cascade",
        help="Client whose requests the key authenticates.",
    )
    credential_id = fields.Many2one(
        "rest.credential",
        string="Replaces",
        ondelete="cascade",
        readonly=True,
        help="Key that the new one replaces.",
    )
    kind = fields.Selection(
        [("api_key", "API Key"), ("oauth_secret", "OAuth2 Client Secret")],
        string="Type",
        required=True,
        default="api_key",
        help="An API key authenticates requests. With its client ID and an OAuth2"
        " client secret, a client gets tokens that do.",
    )
    name = fields.Char(
        string="Description", help="Where the key is used, such as a server."
    )
    read_only = fields.Boolean(
        string="Read-Only",
        help="Requests with this key can only read, even if the client has more"
        " rights.",
    )
    expires_at = fields.Datetime(
        string="Expiration Date", help="The key stops working at this time."
    )
    overlap_hours = fields.Float(
        string="Overlap (Hours)",
        default=24,
        help="The old key works for this time after the rotation. 0 revokes it at"
        " once.",
    )

    @api.constrains("expires_at", "overlap_hours")
    def _check_times(self):
        for dialog in self:
            if dialog.expires_at and dialog.expires_at <= fields.Datetime.now():
                raise ValidationError(
                    self.env._("The expiration date is in the past. Enter a later one.")
                )
            if not 0 <= dialog.overlap_hours <= 24 * 366:
                raise ValidationError(
                    self.env._(
                        "The overlap is out of range. Enter 0 to 8,784 hours (a year)."
                    )
                )

    def action_generate(self):
        """Generate the key and open the dialog that shows its value."""
        self.ensure_one()
        # the credential is created as superuser, so the right is checked here
        self.client_id.check_access("write")
        values = {
            "name": self.name,
            "read_only": self.read_only,
            "expires_at": self.expires_at,
        }
        if self.credential_id:
            _record, value = self.credential_id._rotate(self.overlap_hours, **values)
        else:
            _record, value = self.client_id._generate_key(self.kind, **values)
        return self.env["rest.key.shown"]._action(value, self.client_id)
