"""A consumer of APIs: an integration, an app, a person."""

import secrets

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError

from ..access import configuration, credentials
from ..access.policy import ClientPolicy
from .rest_caller_limits_mixin import RANGES


class RestClient(models.Model):
    _name = "rest.client"
    _inherit = ["rest.cached.mixin", "rest.caller.limits.mixin"]
    _description = "REST client"
    _order = "name, id"
    _rest_uncached_fields = frozenset(("last_used_at", "request_count"))
    _rest_harmless_fields = frozenset(("name", "note", *RANGES))

    name = fields.Char(required=True)
    user_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        ondelete="restrict",
        help="Requests run with the rights of this user, narrowed by the scopes.",
    )
    active = fields.Boolean(default=True)
    all_resources = fields.Boolean(
        string="All resources",
        help="Every resource of every API, as the resource allows. Otherwise those of"
        " the scopes.",
    )
    read_only = fields.Boolean(
        string="Only reads", help="The client can only read, whatever its scopes say."
    )
    scope_ids = fields.One2many(
        "rest.client.scope", "client_id", string="Scopes", copy=True
    )
    credential_ids = fields.One2many("rest.credential", "client_id", string="Keys")
    rate_limit = fields.Integer(help="Requests a minute; 0 for the limit of the API.")
    max_concurrent = fields.Integer(
        help="What comes while so many are being answered gets 429. 0 for the limit of"
        " the API."
    )
    statement_timeout = fields.Integer(
        help="A request whose database query takes longer is answered with 503; 0 for"
        " the limit of the API."
    )
    allowed_ips = fields.Text(
        string="Allowed addresses",
        help="Addresses and ranges (10.0.0.0/8), one a line; empty for all.",
    )
    expires_at = fields.Datetime(string="Expires")
    last_used_at = fields.Datetime(string="Last used", readonly=True, copy=False)
    request_count = fields.Integer(string="Requests", readonly=True, copy=False)
    note = fields.Text()
    warning = fields.Char(compute="_compute_warning")

    @api.depends("expires_at", "user_id.active", "all_resources", "scope_ids")
    def _compute_warning(self):
        for client in self:
            client.warning = client._why_refused()

    def _why_refused(self):
        """Why no request of the client can succeed whatever its key, else False."""
        if self.expires_at and self.expires_at <= fields.Datetime.now():
            return self.env._("The client has expired: its requests are refused.")
        if self.user_id and not self.user_id.active:
            return self.env._(
                "The user is archived: the client's requests are refused."
            )
        if not (self.all_resources or self.scope_ids):
            return self.env._(
                "Nothing is open to this client yet: tick “All resources” or add"
                " scopes."
            )
        return False

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        if "name" not in (default or {}):
            for client, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%s (copy)", client.name)
        return vals_list

    @api.constrains("allowed_ips")
    def _check_allowed_ips(self):
        for client in self:
            try:
                credentials.parse_networks(client.allowed_ips or None)
            except ValueError as error:
                # Python's own sentence begins with what is wrong, in quotes
                wrong = str(error).partition(" ")[0].strip("'")
                raise ValidationError(
                    self.env._(
                        "%s is no address and no range, such as 192.0.2.7 or"
                        " 10.0.0.0/8.",
                        wrong,
                    )
                ) from error

    def _check_may_open(self):
        """Who makes clients and keys cannot give out the rights of an administrator,
        nor more of them to whoever has a key already.

        Nobody can act as the superuser, whom Odoo asks for no rights at all.
        """
        trusted = self._rest_is_trusted()
        for user in self.user_id.sudo():
            if user.id == SUPERUSER_ID:
                raise ValidationError(
                    self.env._("%s is no user that a client can act as.", user.name)
                )
            if user._is_admin() and not trusted and user != self.env.user:
                raise ValidationError(
                    self.env._(
                        "Only those who may change the settings can let a client act"
                        " as %s, make keys for it or change what it may do.",
                        user.name,
                    )
                )

    def _frozen(self):
        """This client as ``configuration.Client``."""
        self.ensure_one()
        scopes = {}
        for scope in self.scope_ids:
            known = scopes.setdefault(scope.resource_id.id, ())
            scopes[scope.resource_id.id] = (*known, scope._frozen())
        return configuration.Client(
            id=self.id,
            user_id=self.user_id.id,
            policy=ClientPolicy(self.all_resources, self.read_only),
            scopes=scopes,
            rate_limit=self.rate_limit,
            max_concurrent=self.max_concurrent,
            statement_timeout=self.statement_timeout,
        )

    def _generate_key(self, kind="api_key", **values):
        """A new credential: ``(record, value)``, and the value is not kept anywhere.

        :param values: more fields of ``rest.credential``
        """
        self.ensure_one()
        self._check_may_open()
        prefix = self.env["rest.credential"]._KINDS[kind]
        key = credentials.generate(
            prefix, secrets.token_bytes(credentials.RANDOM_BYTES)
        )
        pepper = self.env["rest.configuration"]._pepper()
        record = (
            self.env["rest.credential"]
            .sudo()
            .create(
                {
                    "client_id": self.id,
                    "kind": kind,
                    "prefix": key.prefix,
                    "digest": credentials.digest(key.value, pepper),
                    **values,
                }
            )
        )
        return record.sudo(False), key.value
