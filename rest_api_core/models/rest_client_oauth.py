"""A client as OAuth2 knows it."""

import secrets
from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..access import configuration, credentials
from ..wire import oauth_flow


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

    oauth_public = fields.Boolean(
        string="Public Client",
        help="The client runs on devices of its users and can keep no secret, such as a"
        " mobile app. It gets tokens only for users who have signed in and allowed it.",
    )
    redirect_uris = fields.Text(
        string="Redirect URIs",
        help="Where users go back to after they have allowed or denied access, such as"
        " https://app.example.com/callback. Enter one per line. The client must send"
        " one of them exactly as it is here.",
    )

    _oauth_client_id_unique = models.Constraint(
        "unique(oauth_client_id)", "A client with this OAuth2 client ID already exists."
    )

    @api.depends("user_id")
    def _compute_oauth_client_id(self):
        for client in self:
            new = f"rc_{secrets.token_hex(12)}"
            client.oauth_client_id = client.oauth_client_id or new

    @api.constrains("redirect_uris")
    def _check_redirect_uris(self):
        for client in self:
            try:
                oauth_flow.redirect_uris(client.redirect_uris or "")
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "“%s” is not a redirect URI. Enter an absolute URI without"
                        " fragment, such as https://app.example.com/callback. http://"
                        " is for localhost only.",
                        error,
                    )
                ) from error

    def write(self, vals):
        """Tokens have the rights of a user: those of another one are not valid."""
        changed = self.browse()
        if "user_id" in vals:
            changed = self.filtered(lambda client: client.user_id.id != vals["user_id"])
        result = super().write(vals)
        self.env["rest.tokens"]._revoke_of_clients(changed.ids)
        return result

    def _frozen_oauth(self):
        """This client as ``configuration.OAuthClient``."""
        self.ensure_one()
        return configuration.OAuthClient(
            id=self.id,
            name=self.name,
            public=self.oauth_public,
            redirect_uris=oauth_flow.redirect_uris(self.redirect_uris or ""),
            read_only=self.read_only,
            validity=credentials.Validity(
                client_active=self.active,
                client_expires_at=self.expires_at or None,
                networks=credentials.parse_networks(self.allowed_ips or None),
            ),
        )

    def _frozen(self):
        return replace(super()._frozen(), oauth_client_id=self.oauth_client_id or "")
