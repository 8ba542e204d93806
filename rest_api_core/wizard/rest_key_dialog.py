"""Dialog: what a new key shall be; ``rest.key.shown`` shows it."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RestKeyDialog(models.TransientModel):
    """A new key of a client, or one that takes the place of another."""

    _name = "rest.key.dialog"
    _description = "New REST key"

    client_id = fields.Many2one("rest.client", required=True, ondelete="cascade")
    credential_id = fields.Many2one(
        "rest.credential",
        string="Replaces",
        ondelete="cascade",
        readonly=True,
    )
    name = fields.Char(string="Description")
    read_only = fields.Boolean(string="Only reads", help="This key can only read.")
    expires_at = fields.Datetime(
        string="Expires",
    )
    overlap_hours = fields.Float(
        string="Old key works for (hours)",
        default=24,
        help="Time to change over; 0 ends the old key at once.",
    )

    @api.constrains("expires_at", "overlap_hours")
    def _check_times(self):
        for dialog in self:
            if dialog.expires_at and dialog.expires_at <= fields.Datetime.now():
                raise ValidationError(self.env._("The key would have expired already."))
            if not 0 <= dialog.overlap_hours <= 24 * 366:
                raise ValidationError(
                    self.env._("The old key can work for 0 to 8,784 hours (a year).")
                )

    def action_generate(self):
        """Make the key and show its value, which exists nowhere else."""
        self.ensure_one()
        self.client_id.check_access("write")
        values = {
            "name": self.name,
            "read_only": self.read_only,
            "expires_at": self.expires_at,
        }
        if self.credential_id:
            _record, value = self.credential_id._rotate(self.overlap_hours, **values)
        else:
            _record, value = self.client_id._generate_key(**values)
        return self.env["rest.key.shown"]._action(value)
