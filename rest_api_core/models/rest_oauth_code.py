"""Authorization codes: what a client gets for a user, to be exchanged for tokens."""

import secrets
from datetime import timedelta

from odoo import api, fields, models

from ..access import credentials
from ..wire import oauth, oauth_flow
from ..wire.oauth_problems import InvalidGrant

SECONDS = 60  # a client exchanges a code at once
KEPT = timedelta(days=1)  # for those who use one twice


class RestOauthCode(models.Model):
    """Only code as superuser reads it. The value of a code is not stored."""

    _name = "rest.oauth.code"
    _description = "REST authorization code"

    api_id = fields.Many2one("rest.api", required=True, index=True, ondelete="cascade")
    client_id = fields.Many2one(
        "rest.client", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users", required=True, index=True, ondelete="cascade"
    )
    digest = fields.Char(required=True, groups=fields.NO_ACCESS)
    redirect_uri = fields.Char(required=True)
    scope = fields.Char(required=True)
    challenge = fields.Char(required=True)
    expires_at = fields.Datetime(required=True, index=True)
    used_at = fields.Datetime()
    # the refresh token that it was exchanged for
    issued_prefix = fields.Char()
    issued_digest = fields.Char(groups=fields.NO_ACCESS)

    _digest_unique = models.Constraint("unique(digest)", "This code already exists.")

    def _issue(self, api_value, client_id, user_id, requested):
        """The value of a new code.

        :param api_value: ``configuration.Api``
        :param requested: ``oauth_flow.Requested``
        """
        value = secrets.token_urlsafe(32)
        self.create(
            {
                "api_id": api_value.id,
                "client_id": client_id,
                "user_id": user_id,
                "digest": self._digest(value),
                "redirect_uri": requested.redirect_uri,
                "scope": requested.scope,
                "challenge": requested.challenge,
                "expires_at": fields.Datetime.now() + timedelta(seconds=SECONDS),
            }
        )
        return value

    def _spend(self, api_value, client_id, sent):
        """The code that a client sends, which is valid once; raises InvalidGrant.

        None if it was used before: then what it was exchanged for is revoked, because
        one of the two who have used it has stolen it (RFC 6749 §4.1.2).
        """
        digest = self._digest(oauth.required(sent, "code"))
        known = [("api_id", "=", api_value.id), ("client_id", "=", client_id)]
        code = self.search([("digest", "=", digest), *known])
        if not code:
            raise InvalidGrant()
        if code.used_at:
            code._revoke_issued()
            return None
        user = self.env["rest.configuration"]._user(code.user_id.id)
        if code.expires_at <= fields.Datetime.now() or not user.active:
            raise InvalidGrant()
        if sent.get("redirect_uri") != code.redirect_uri:
            raise InvalidGrant("The redirect_uri is not that of the code.")
        if not oauth_flow.proves(sent.get("code_verifier", ""), code.challenge):
            raise InvalidGrant("The code_verifier is not that of the code.")
        # of simultaneous calls, all but the first fail here, and Odoo runs them again
        code.used_at = fields.Datetime.now()
        code.flush_recordset()
        return code

    def _digest(self, value):
        return credentials.digest(value, self.env["rest.configuration"]._pepper())

    def _keep_issued(self, issued):
        """Remember what the code was exchanged for.

        :param issued: ``tokens.Issued``
        """
        key = credentials.parse(issued.refresh, credentials.REFRESH_TOKEN)
        self.write(
            {"issued_prefix": key.prefix, "issued_digest": self._digest(issued.refresh)}
        )

    def _revoke_issued(self):
        if self.issued_prefix:
            service = self.env["rest.tokens"]
            service._revoke_of_value(self.issued_prefix, self.issued_digest)

    @api.model
    def _delete_ended(self):
        self.search([("expires_at", "<=", fields.Datetime.now() - KEPT)]).unlink()


class RestToken(models.Model):
    _inherit = "rest.token"

    @api.model
    def _delete_ended(self):
        self.env["rest.oauth.code"]._delete_ended()
        return super()._delete_ended()
