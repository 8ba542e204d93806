"""An API: one root path, its resources and its defaults."""

import re
import shlex

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import configuration, cors
from ..expansion import Limits

METHODS = ("GET", "QUERY", "POST", "PUT", "PATCH", "DELETE")
_ROOT = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")
MEGABYTE = 1024 * 1024


class RestApi(models.Model):
    _name = "rest.api"
    _inherit = ["rest.cached.mixin", "endpoint.route.handler"]
    _description = "REST API"
    _order = "root_path, id"
    _endpoint_auto_sync = True

    root_path = fields.Char(
        string="Root path",
        required=True,
        help="All paths of the API begin with it, for instance /api/v1.",
    )
    route_type = fields.Selection(default="rest")
    auth_type = fields.Selection(default="rest")
    request_method = fields.Selection(default="GET")
    cors = fields.Char(default=False)
    resource_ids = fields.One2many(
        "rest.resource", "api_id", string="Resources", copy=True
    )
    api_url = fields.Char(string="URL", compute="_compute_api_url")
    curl_example = fields.Char(string="Try it", compute="_compute_api_url")
    default_limit = fields.Integer(
        string="Records a page",
        default=80,
        help="Records on a page where the request says nothing.",
    )
    max_limit = fields.Integer(
        string="At most", default=1000, help="Records on a page at most."
    )
    max_expand_depth = fields.Integer(
        string="Levels of expand",
        default=4,
        help="Levels of relations that one answer may follow.",
    )
    max_records = fields.Integer(
        string="Records at once",
        default=1000,
        help="Records that one request may create, change or delete.",
    )
    max_body_size = fields.Float(
        string="Largest body (MB)", default=16, help="Of a request, in megabytes."
    )
    auth_api_key = fields.Boolean(string="API keys", default=True)
    auth_oauth = fields.Boolean(string="OAuth2 tokens", default=True)
    auth_session = fields.Boolean(string="Sessions", default=True)
    auth_basic = fields.Boolean(
        string="Basic", help="Login and password with each request, over HTTPS only."
    )
    cors_origins = fields.Text(
        string="Allowed origins",
        help="Web pages that may call the API: one origin a line, such as"
        " https://app.example.com, or * for all.",
    )
    rate_limit = fields.Integer(
        string="Rate limit",
        default=0,
        help="Requests a minute and caller; 0 for no limit.",
    )
    log_mode = fields.Selection(
        [
            ("none", "Nothing"),
            ("errors", "Errors"),
            ("success", "Successes"),
            ("all", "All requests"),
        ],
        string="Log",
        default="all",
        required=True,
    )
    log_bodies = fields.Boolean(
        string="With bodies", help="Keep bodies in the log, without secrets."
    )
    log_retention_days = fields.Integer(
        string="Keep for", default=90, help="0 to keep the log for ever."
    )
    statement_timeout = fields.Integer(
        string="Time for a query (s)",
        default=60,
        help="A request whose database query takes longer is answered with 503; 0 for"
        " no limit.",
    )
    docs_public = fields.Boolean(
        string="Public documentation",
        help="The documentation is readable without a login.",
    )
    maintenance = fields.Boolean(help="Answer 503 to every request.")

    _root_path_unique = models.Constraint(
        "unique(root_path)", "Another API has this root path."
    )

    # --- routes --------------------------------------------------------------

    def _selection_route_type(self):
        return [*super()._selection_route_type(), ("rest", "REST API")]

    def _selection_auth_type(self):
        return [*super()._selection_auth_type(), ("rest", "REST credentials")]

    @api.depends("root_path")
    def _compute_route(self):
        for record in self:
            record.route = record._clean_root()

    def _routing_impacting_fields(self, options=None):
        return (*super()._routing_impacting_fields(options), "root_path")

    def _clean_root(self):
        return "/" + (self.root_path or "").strip().strip("/")

    def _get_routes(self):
        root = self._clean_root()
        return [root, f"{root}/<path:rest>"]

    def _get_request_methods(self):
        return list(METHODS)

    def _check_request_method(self):
        """Any method and type of content: the dispatcher refuses what does not fit."""

    def _get_routing_info(self):
        route, routing, endpoint_hash = super()._get_routing_info()
        routing.update(methods=None, cors=False, readonly="is_readonly")
        return route, routing, endpoint_hash

    def _default_endpoint_options_handler(self):
        return {
            "klass_dotted_path": (
                "odoo.addons.rest_api_core.controllers.main.RestController"
            ),
            "method_name": "answer",
            "default_pargs": (self.id,),
        }

    # --- for the administrator -----------------------------------------------

    @api.depends("root_path", "resource_ids.model", "resource_ids.can_read")
    def _compute_api_url(self):
        for record in self:
            record.api_url = f"{record.get_base_url()}{record._clean_root()}"
            record.curl_example = shlex.join(record._curl_words())

    def _curl_words(self):
        """A command that lists the first resource; CAPITALS are to be filled in."""
        key = ["-H", "Authorization: Bearer YOUR_API_KEY"]
        readable = self.resource_ids.filtered("can_read")[:1]
        if not readable.model:
            return ["curl", *key, f"{self.api_url}/"]
        return ["curl", *key, f"{self.api_url}/{readable.model}?limit=5"]

    def copy_data(self, default=None):
        """A copy gets a root path of its own, to be put right by hand."""
        vals_list = super().copy_data(default=default)
        for record, vals in zip(self, vals_list, strict=True):
            if not (default or {}).get("root_path"):
                vals["root_path"] = record._free_root_path()
        return vals_list

    def _free_root_path(self):
        everyone = self.with_context(active_test=False)
        alike = everyone.search([("root_path", "=like", f"{self.root_path}-%")])
        taken = set(alike.mapped("root_path"))
        number = 2
        while f"{self.root_path}-{number}" in taken:
            number += 1
        return f"{self.root_path}-{number}"

    def _expose(self, *models):
        """Make these models resources, as far as they are installed and are none yet.

        For data files, whose addon need not depend on those of the models.
        """
        self.ensure_one()
        everyone = self.with_context(active_test=False)
        missing = set(models) - set(everyone.resource_ids.mapped("model"))
        return self.env["rest.resource"].create(
            [
                {"api_id": self.id, "model_id": self.env["ir.model"]._get_id(model)}
                for model in models
                if model in missing and model in self.env
            ]
        )

    # --- constraints ---------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_clean_root(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_clean_root(vals))

    def _with_clean_root(self, vals):
        if not vals.get("root_path"):
            return vals
        return {**vals, "root_path": "/" + vals["root_path"].strip().strip("/")}

    @api.constrains("root_path")
    def _check_root_path(self):
        for record in self:
            if not _ROOT.fullmatch(record.root_path):
                raise ValidationError(
                    self.env._(
                        "%s is no root path: it takes letters, digits and -._~"
                        " between slashes.",
                        record.root_path,
                    )
                )

    @api.constrains("cors_origins")
    def _check_cors_origins(self):
        for record in self:
            try:
                cors.origins(record.cors_origins or None)
            except ValueError as error:
                raise ValidationError(
                    self.env._("%s is no origin, such as https://example.com.", error)
                ) from error

    @api.constrains(
        "default_limit",
        "max_limit",
        "max_expand_depth",
        "max_records",
        "max_body_size",
        "rate_limit",
        "log_retention_days",
        "statement_timeout",
    )
    def _check_numbers(self):
        for record in self:
            if not 1 <= record.default_limit <= record.max_limit <= 10_000:
                raise ValidationError(
                    self.env._("Limits must lie between 1 and 10,000, in this order.")
                )
            if not (0 <= record.max_expand_depth <= 4 and record.max_records >= 1):
                raise ValidationError(
                    self.env._("Relations can be followed over 0 to 4 levels.")
                )
            if record.max_body_size <= 0 or record.rate_limit < 0:
                raise ValidationError(self.env._("A number is out of range."))
            if record.log_retention_days < 0:
                raise ValidationError(self.env._("A number is out of range."))

    # --- configuration -------------------------------------------------------

    def _frozen(self):
        """This API as ``configuration.Api``."""
        self.ensure_one()
        return configuration.Api(
            id=self.id,
            name=self.name,
            root=self._clean_root(),
            limits=Limits(self.default_limit, self.max_limit, self.max_expand_depth),
            auth_api_key=self.auth_api_key,
            auth_oauth=self.auth_oauth,
            auth_session=self.auth_session,
            auth_basic=self.auth_basic,
            origins=cors.origins(self.cors_origins or None),
            rate_limit=self.rate_limit,
            log_mode=self.log_mode,
            log_bodies=self.log_bodies,
            docs_public=self.docs_public,
            maintenance=self.maintenance,
            statement_timeout=self.statement_timeout,
            max_body=int(self.max_body_size * MEGABYTE),
            max_records=self.max_records,
        )
