"""A client of APIs: an integration, an app or a person."""

import re
import secrets

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError

from ..access import configuration, credentials
from ..access.policy import ClientPolicy
from .rest_caller_limits_mixin import RANGES

_NAMESPACE = re.compile(r"[a-z0-9_]{1,64}")


class RestClient(models.Model):
    _name = "rest.client"
    _inherit = ["rest.cached.mixin", "rest.caller.limits.mixin"]
    _description = "REST client"
    _order = "name, id"
    # log/writer.py writes these by SQL; a cleared cache for each request would be slow
    _rest_uncached_fields = frozenset(("last_used_at", "request_count"))
    _rest_harmless_fields = frozenset(("name", "note", *RANGES))

    name = fields.Char(
        required=True, help="Name of the application or person that sends the requests."
    )
    user_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        # a deleted user must not silently delete clients with their keys
        ondelete="restrict",
        help="Requests of the client have the rights of this user. Scopes can only"
        " narrow them.",
    )
    active = fields.Boolean(default=True)
    all_resources = fields.Boolean(
        help="The client can use all resources of all APIs. Without it, the client can"
        " use only the resources of its scopes.",
    )
    read_only = fields.Boolean(
        string="Read-Only",
        help="The client can only read, even if its scopes grant more.",
    )
    scope_ids = fields.One2many(
        "rest.client.scope",
        "client_id",
        string="Scopes",
        copy=True,
        help="Resources that the client can use, and its rights on them.",
    )
    credential_ids = fields.One2many(
        "rest.credential",
        "client_id",
        string="Keys",
        help="Keys that authenticate the requests of the client.",
    )
    rate_limit = fields.Integer(
        help="Requests per minute that the client can send. 0 uses the limit of the"
        " API."
    )
    max_concurrent = fields.Integer(
        help="The client gets an error (429) for each request above this number at the"
        " same time. 0 uses the limit of the API."
    )
    statement_timeout = fields.Integer(
        help="A request gets an error (503) when one of its database queries takes"
        " longer. 0 uses the limit of the API."
    )
    allowed_ips = fields.Text(
        string="Allowed Addresses",
        help="Only requests from these IP addresses and ranges are accepted. Enter one"
        " per line, such as 10.0.0.0/8, or leave it empty to accept all.",
    )
    expires_at = fields.Datetime(
        string="Expiration Date",
        help="All keys of the client stop working at this time.",
    )
    last_used_at = fields.Datetime(
        string="Last Use",
        readonly=True,
        copy=False,
        help="Time of the last request of the client.",
    )
    request_count = fields.Integer(
        string="Requests",
        readonly=True,
        copy=False,
        help="Number of requests of the client so far.",
    )
    namespace = fields.Char(
        compute="_compute_namespace",
        store=True,
        readonly=False,
        copy=False,
        help="The external ids that the client sets are stored here, apart from those"
        " of Odoo's modules and of other clients. Clients with the same namespace share"
        " their external ids.",
    )
    note = fields.Text(
        string="Notes", help="Your notes, such as the owner of the client."
    )
    warning = fields.Char(
        compute="_compute_warning",
        help="Reason why requests are rejected or have too many rights.",
    )

    @api.depends(
        "expires_at",
        "user_id.active",
        "user_id.group_ids",
        "all_resources",
        "scope_ids",
    )
    def _compute_warning(self):
        for client in self:
            client.warning = client._rejection_reason() or client._power_warning()

    @api.depends("user_id")
    def _compute_namespace(self):
        for client in self:
            # a new client gets the one of its id when it is saved
            default = f"client_{client.id}" if client.id else False
            client.namespace = client.namespace or default

    @api.constrains("namespace")
    def _check_namespace(self):
        for client in self:
            if client.namespace and not _NAMESPACE.fullmatch(client.namespace):
                raise ValidationError(
                    self.env._(
                        "“%s” is not a namespace. Use 1 to 64 lower-case letters,"
                        " digits and underscores.",
                        client.namespace,
                    )
                )

    def _power_warning(self):
        """A warning if record rules and access rights stop the client from nothing."""
        # a new client has no user yet; sudo: only few may read the groups of others
        if not (self.user_id and self.user_id.sudo()._is_system()):
            return False
        return self.env._(
            "The user of this client is an administrator: keys of the client can do"
            " everything that the resources allow. Choose a user with the rights that"
            " the application needs."
        )

    def _rejection_reason(self):
        """Why all requests of the client fail, whatever their key; else False."""
        if self.expires_at and self.expires_at <= fields.Datetime.now():
            return self.env._(
                "This client has expired and its requests are rejected. Enter a later"
                " expiration date."
            )
        # a new client has no user yet: the form shows the field as required
        if self.user_id and not self.user_id.active:
            return self.env._(
                "The user of this client is archived and its requests are rejected."
                " Restore the user or choose another one."
            )
        if not (self.all_resources or self.scope_ids):
            return self.env._(
                "This client cannot use any resource. Select “All Resources” or add a"
                " scope."
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
                # Odoo has False for an empty text
                credentials.parse_networks(client.allowed_ips or None)
            except ValueError as error:
                # Python's own sentence begins with the wrong part, in quotes
                wrong = str(error).partition(" ")[0].strip("'")
                raise ValidationError(
                    self.env._(
                        "“%s” is not an IP address or range. Enter one per line, such"
                        " as 192.0.2.7 or 10.0.0.0/8.",
                        wrong,
                    )
                ) from error

    def _check_may_grant(self):
        """REST administrators cannot grant the rights of an Odoo administrator, nor
        extend a client that has them.

        No client can act as the superuser: Odoo checks no rights of this user.
        """
        trusted = self._rest_is_trusted()
        # sudo: the current user may be unable to read the groups of others
        for user in self.user_id.sudo():
            if user.id == SUPERUSER_ID:
                raise ValidationError(
                    self.env._(
                        "A client cannot act as %s. Choose another user.", user.name
                    )
                )
            if user._is_admin() and not trusted and user != self.env.user:
                raise ValidationError(
                    self.env._(
                        "Only administrators of Odoo can create or change clients of"
                        " %s, who is an administrator, and their keys.",
                        user.name,
                    )
                )

    def _frozen(self):
        """This client as ``configuration.Client``."""
        self.ensure_one()
        scopes = {}
        # several scopes of one resource are allowed; each narrows it further
        for scope in self.scope_ids:
            known = scopes.setdefault(scope.resource_id.id, ())
            scopes[scope.resource_id.id] = (*known, scope._frozen())
        return configuration.Client(
            id=self.id,
            user_id=self.user_id.id,
            policy=ClientPolicy(self.all_resources, self.read_only),
            scopes=scopes,
            namespace=self.namespace or f"client_{self.id}",
            rate_limit=self.rate_limit,
            max_concurrent=self.max_concurrent,
            statement_timeout=self.statement_timeout,
        )

    def _generate_key(self, kind="api_key", **values):
        """A new credential: ``(record, value)``. The value is not stored.

        :param values: more fields of ``rest.credential``
        """
        self.ensure_one()
        self._check_may_grant()
        prefix = self.env["rest.credential"]._KINDS[kind]
        key = credentials.generate(
            prefix, secrets.token_bytes(credentials.RANDOM_BYTES)
        )
        pepper = self.env["rest.configuration"]._pepper()
        record = (
            self.env["rest.credential"]
            # sudo: nobody has the right to create credentials, whose digests they could
            # then choose
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
