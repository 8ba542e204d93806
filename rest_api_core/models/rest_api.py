"""An API: a base path, the resources that it exposes, and its settings."""

import shlex

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..access import configuration
from ..query.expansion import Limits
from ..wire import cors

MEGABYTE = 1024 * 1024
LOG_MODES = [
    ("none", "None"),
    ("errors", "Errors"),
    ("success", "Successful Requests"),
    ("all", "All Requests"),
]


class RestApi(models.Model):
    """Its routes are in ``rest_api_routes``, its token dialect in
    ``rest_api_token``."""

    _name = "rest.api"
    _inherit = [
        "rest.cached.mixin",
        "rest.limits.mixin",
        "rest.logged.mixin",
        "endpoint.route.handler",
    ]
    _description = "REST API"
    _order = "root_path, id"
    _rest_capture_fields = frozenset(("active",))

    root_path = fields.Char(
        string="Base Path",
        required=True,
        help="All URLs of the API begin with this path, such as /api/v1. A change takes"
        " effect as soon as it is saved.",
    )
    resource_ids = fields.One2many(
        "rest.resource",
        "api_id",
        string="Resources",
        copy=True,
        help="Models that the API exposes.",
    )
    api_url = fields.Char(
        string="URL",
        compute="_compute_api_url",
        help="All URLs of the API begin with this URL.",
    )
    curl_example = fields.Char(
        string="Example Request",
        compute="_compute_api_url",
        help="Command that lists records of the first resource. Replace the words in"
        " capitals.",
    )
    auth_api_key = fields.Boolean(
        string="API Keys",
        default=True,
        help="Clients can send a key in the header Authorization: Bearer rak_….",
    )
    auth_session = fields.Boolean(
        string="Sessions",
        default=True,
        help="Users who are logged in to Odoo can send requests with their session"
        " cookie. No client narrows their rights: they can use all resources.",
    )
    auth_basic = fields.Boolean(
        string="Basic Authentication",
        help="Users can send login and password with each request; use HTTPS. No client"
        " narrows their rights: they can use all resources.",
    )
    cors_origins = fields.Text(
        string="Allowed Origins",
        help="Web pages from these origins can call the API. Enter one origin per line,"
        " such as https://app.example.com, or * for all.",
    )
    log_mode = fields.Selection(
        LOG_MODES,
        string="Logged Requests",
        default="all",
        required=True,
        help="Requests that get an entry in the log. Errors are responses with a status"
        " of 400 or above.",
    )
    log_bodies = fields.Boolean(
        help="Request and response bodies are logged too, without secrets and binary"
        " content. They can contain personal data.",
    )
    docs_public = fields.Boolean(
        string="Public Documentation",
        help="Client libraries can be downloaded without credentials. They then have no"
        " models and fields.",
    )
    maintenance = fields.Boolean(
        help="All requests except /health get the status 503.",
    )

    _root_path_unique = models.Constraint(
        "unique(root_path)", "Another API already uses this base path."
    )

    # --- for the administrator -----------------------------------------------

    @api.depends("root_path", "resource_ids.model", "resource_ids.can_read")
    def _compute_api_url(self):
        for record in self:
            record.api_url = f"{record.get_base_url()}{record._base_path()}"
            record.curl_example = shlex.join(record._curl_words())

    def _curl_words(self):
        """A command that lists the first readable resource; the key is to fill in."""
        key = ["-H", "Authorization: Bearer YOUR_API_KEY"]
        readable = self.resource_ids.filtered("can_read")[:1]
        # the form also computes this for a line whose model is not chosen yet
        if not readable.model:
            return ["curl", *key, f"{self.api_url}/"]
        return ["curl", *key, f"{self.api_url}/{readable.model}?limit=5"]

    def copy_data(self, default=None):
        """A copy gets an unused base path: the constraint rejects the same one."""
        vals_list = super().copy_data(default=default)
        for record, vals in zip(self, vals_list, strict=True):
            if "name" not in (default or {}):
                vals["name"] = self.env._("%s (copy)", record.name)
            if not (default or {}).get("root_path"):
                vals["root_path"] = record._unused_root_path()
        return vals_list

    def _expose(self, *models):
        """Create resources for those models that are installed and not exposed yet.

        Data files call it, so that their addon need not depend on those of the models.
        """
        self.ensure_one()
        # archived resources too: the unique constraint counts them
        with_archived = self.with_context(active_test=False)
        missing = set(models) - set(with_archived.resource_ids.mapped("model"))
        return self.env["rest.resource"].create(
            [
                {"api_id": self.id, "model_id": self.env["ir.model"]._get_id(model)}
                for model in models
                if model in missing and model in self.env
            ]
        )

    @api.constrains("cors_origins")
    def _check_cors_origins(self):
        for record in self:
            try:
                # Odoo has False for an empty text
                cors.origins(record.cors_origins or None)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "“%s” is not an origin. Enter scheme and host, such as"
                        " https://app.example.com, or * for all.",
                        error,
                    )
                ) from error

    # --- configuration -------------------------------------------------------

    def _frozen(self):
        """This API as ``configuration.Api``."""
        self.ensure_one()
        return configuration.Api(
            id=self.id,
            name=self.name,
            root=self._base_path(),
            # longest first: /api/v1 is below /api, and must match before it
            mounts=tuple(sorted(self._mounts().items(), key=lambda m: -len(m[0]))),
            limits=Limits(self.default_limit, self.max_limit, self.max_expand_depth),
            auth_api_key=self.auth_api_key,
            auth_session=self.auth_session,
            auth_basic=self.auth_basic,
            origins=cors.origins(self.cors_origins or None),
            rate_limit=self.rate_limit,
            anonymous_rate_limit=self.anonymous_rate_limit,
            max_concurrent=self.max_concurrent,
            log_mode=self.log_mode,
            log_bodies=self.log_bodies,
            docs_public=self.docs_public,
            maintenance=self.maintenance,
            statement_timeout=self.statement_timeout,
            request_timeout=self.request_timeout,
            max_body=int(self.max_body_size * MEGABYTE),
            max_records=self.max_records,
        )
