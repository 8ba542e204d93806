"""A key of a client. Its value is shown once; Odoo stores its prefix and a digest."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..access import configuration, credentials


class RestCredential(models.Model):
    _name = "rest.credential"
    _inherit = ["rest.cached.mixin", "rest.logged.mixin"]
    _description = "REST credential"
    _rest_log_field = "credential_id"
    _order = "create_date desc, id desc"
    _rec_names_search = ("prefix", "name")
    # log/writer.py writes it by SQL; a cleared cache for each request would be slow
    _rest_uncached_fields = frozenset(("last_used_at",))
    _rest_harmless_fields = frozenset(("name", "revoked_at"))
    # these define the key and never change
    _IDENTITY = frozenset(("client_id", "kind", "prefix", "digest"))
    _KINDS = {
        "api_key": credentials.API_KEY,
        "oauth_secret": credentials.OAUTH_SECRET,
    }

    client_id = fields.Many2one(
        "rest.client",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
        help="Client whose requests the key authenticates.",
    )
    name = fields.Char(
        string="Description", help="Where the key is used, such as a server."
    )
    kind = fields.Selection(
        [("api_key", "API Key"), ("oauth_secret", "OAuth2 Client Secret")],
        string="Type",
        required=True,
        default="api_key",
        readonly=True,
        help="An API key authenticates requests. With its client ID and an OAuth2"
        " client secret, a client gets tokens that do.",
    )
    prefix = fields.Char(required=True, readonly=True, copy=False)
    # NO_ACCESS: not even administrators read it through Odoo, only code as superuser
    digest = fields.Char(
        required=True, readonly=True, copy=False, groups=fields.NO_ACCESS
    )
    read_only = fields.Boolean(
        string="Read-Only",
        help="Requests with this key can only read, even if the client has more"
        " rights.",
    )
    expires_at = fields.Datetime(
        string="Expiration Date", help="The key stops working at this time."
    )
    revoked_at = fields.Datetime(
        string="Revocation Date",
        readonly=True,
        help="The key stops working at this time. It is in the future for a key that"
        " was rotated.",
    )
    last_used_at = fields.Datetime(
        string="Last Use", readonly=True, help="Time of the last request with this key."
    )
    state = fields.Selection(
        [("valid", "Valid"), ("expired", "Expired"), ("revoked", "Revoked")],
        compute="_compute_state",
        help="Requests with an expired or revoked key are rejected.",
    )

    _prefix_unique = models.Constraint(
        "unique(kind, prefix)", "A key with this prefix already exists."
    )

    @api.depends("kind", "prefix")
    def _compute_display_name(self):
        for record in self:
            record.display_name = f"{self._KINDS.get(record.kind)}_{record.prefix}_…"

    @api.depends("revoked_at", "expires_at")
    def _compute_state(self):
        # not stored: it changes with time, without a write that Odoo could depend on
        now = fields.Datetime.now()
        for record in self:
            if record.revoked_at and record.revoked_at <= now:
                record.state = "revoked"
            elif record.expires_at and record.expires_at <= now:
                record.state = "expired"
            else:
                record.state = "valid"

    def write(self, vals):
        """Keys keep their client and value; a revocation is not taken back or delayed,
        even while it lies ahead."""
        revived = "revoked_at" in vals and self._would_revive(vals["revoked_at"])
        if revived or not self._IDENTITY.isdisjoint(vals):
            raise UserError(
                self.env._("This value of a key cannot be changed. Generate a new key.")
            )
        return super().write(vals)

    def _would_revive(self, value):
        """Whether a key would work for longer with this date of revocation."""
        date, now = fields.Datetime.to_datetime(value), fields.Datetime.now()
        known = [record.revoked_at for record in self if record.revoked_at]
        return any(not date or date > each or each <= now for each in known)

    def _check_may_grant(self):
        self.client_id._check_may_grant()

    def action_rotate(self):
        """Open the dialog for a key that replaces this one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rest_api_core.rest_key_dialog_action"
        )
        context = {
            "default_client_id": self.client_id.id,
            "default_credential_id": self.id,
            "default_name": self.name,
            "default_read_only": self.read_only,
        }
        return {**action, "name": self.env._("Rotate Key"), "context": context}

    def action_revoke(self):
        """Revoke these keys now."""
        now = fields.Datetime.now()
        # write() rejects a new date for a key that is already revoked
        live = self.filtered(lambda c: not c.revoked_at or c.revoked_at > now)
        live.write({"revoked_at": now})
        # what somebody got with a secret that is not to be trusted
        secrets = live.filtered(lambda each: each.kind == "oauth_secret")
        self.env["rest.tokens"]._revoke_of_clients(secrets.client_id.ids)

    def _rotate(self, overlap_hours=24, **values):
        """Replace this key: ``(record, value)`` of the new one.

        :param overlap_hours: how long both keys work
        :param values: fields of the new key that differ from those of this one
        """
        self.ensure_one()
        until = fields.Datetime.now() + timedelta(hours=overlap_hours)
        ends = min(filter(None, (self.revoked_at, until)))
        self.write({"revoked_at": ends})
        values = {"name": self.name, "read_only": self.read_only, **values}
        return self.client_id._generate_key(self.kind, **values)

    def _frozen(self):
        """This key as ``configuration.Credential``."""
        self.ensure_one()
        client = self.client_id
        return configuration.Credential(
            id=self.id,
            client_id=client.id,
            user_id=client.user_id.id,
            kind=self.kind,
            digest=self.digest,
            read_only=self.read_only,
            validity=credentials.Validity(
                revoked_at=self.revoked_at or None,
                expires_at=self.expires_at or None,
                client_active=client.active,
                client_expires_at=client.expires_at or None,
                user_active=client.user_id.active,
                networks=credentials.parse_networks(client.allowed_ips or None),
            ),
        )
