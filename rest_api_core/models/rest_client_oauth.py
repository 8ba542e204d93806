"""A client as OAuth2 knows it."""

import secrets
from dataclasses import replace

from odoo import api, fields, models


class RestClient(models.Model):
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "rest.client"

    oauth_client_id = fields.Char(
        string="OAuth2 Client ID",
        compute="_compute_oauth_client_id",
        store=True,
        copy=False,
        help="Name of the client in requests of OAuth2, where it is client_id.",
    )

    _oauth_client_id_unique = models.Constraint(
        "unique(oauth_client_id)", "A client with this OAuth2 client ID already exists."
    )

    @api.depends("user_id")
    def _compute_oauth_client_id(self):
        for client in self:
            new = f"rc_{secrets.token_hex(12)}"
            client.oauth_client_id = client.oauth_client_id or new

    def write(self, vals):
        """Tokens have the rights of a user: those of another one are not valid."""
        changed = self.browse()
        if "user_id" in vals:
            changed = self.filtered(lambda client: client.user_id.id != vals["user_id"])
        result = super().write(vals)
        self.env["rest.tokens"]._revoke_of_clients(changed.ids)
        return result

    def _frozen(self):
        return replace(super()._frozen(), oauth_client_id=self.oauth_client_id or "")
