"""What users have allowed applications, so that they are not asked each time."""

from odoo import fields, models

from ..wire import oauth


class RestOauthConsent(models.Model):
    _name = "rest.oauth.consent"
    _description = "REST consent"
    _order = "create_date desc, id desc"
    _rec_name = "client_id"

    user_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
        help="User who has allowed the client to act for them.",
    )
    client_id = fields.Many2one(
        "rest.client",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
        help="Client that the user has allowed to act for them.",
    )
    api_id = fields.Many2one(
        "rest.api",
        string="API",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
        help="API that the client uses.",
    )
    scope = fields.Char(
        required=True, readonly=True, help="Rights that the user has allowed."
    )

    _once = models.Constraint(
        "unique(user_id, client_id, api_id)", "This consent already exists."
    )

    def _covers(self, api, client_id, user_id, scope):
        """Whether the user has allowed this scope, or more."""
        known = self._of(api, client_id, user_id)
        return bool(known) and (
            oauth.is_read_only(scope) or not oauth.is_read_only(known.scope)
        )

    def _remember(self, api, client_id, user_id, scope):
        values = {"api_id": api.id, "client_id": client_id, "user_id": user_id}
        known = self._of(api, client_id, user_id)
        if known:
            known.scope = scope
        else:
            self.create({**values, "scope": scope})

    def _of(self, api, client_id, user_id):
        return self.search(
            [
                ("api_id", "=", api.id),
                ("client_id", "=", client_id),
                ("user_id", "=", user_id),
            ]
        )

    def unlink(self):
        """What clients have got by them ends, with all other tokens of the users."""
        user_ids = self.user_id.ids
        result = super().unlink()
        self.env["rest.tokens"]._revoke_of(user_ids)
        return result
