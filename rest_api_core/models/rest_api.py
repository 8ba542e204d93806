"""An API: one root path, its resources and its defaults."""

import re
import shlex

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..access import configuration
from ..query.expansion import Limits
from ..wire import cors

METHODS = ("GET", "QUERY", "POST", "PUT", "PATCH", "DELETE")
# browsers and curl resolve the segments "." and ".." before they ask
_ROOT = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)+")
MEGABYTE = 1024 * 1024


class RestApi(models.Model):
    _name = "rest.api"
    _inherit = ["rest.cached.mixin", "rest.limits.mixin", "endpoint.route.handler"]
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
    auth_api_key = fields.Boolean(
        string="API keys",
        default=True,
        help="Keys of clients: Authorization: Bearer rak_…",
    )
    auth_oauth = fields.Boolean(
        string="OAuth2 tokens", default=True, help="For later: not used yet."
    )
    auth_session = fields.Boolean(
        string="Sessions",
        default=True,
        help="The cookie of a user who is logged in to Odoo. There is no client then:"
        " all resources are open, with the rights of the user.",
    )
    auth_basic = fields.Boolean(
        string="Basic",
        help="Login and password with each request, over HTTPS only. There is no client"
        " then: all resources are open, with the rights of the user.",
    )
    cors_origins = fields.Text(
        string="Allowed origins",
        help="Web pages that may call the API: one origin a line, such as"
        " https://app.example.com, or * for all.",
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
        help="Errors are answers from 400 on, successes the others.",
    )
    log_bodies = fields.Boolean(
        string="With bodies",
        help="Keep bodies of requests and answers in the log, without secrets and"
        " binary content. They may hold personal data.",
    )
    docs_public = fields.Boolean(
        string="Public documentation",
        help="For later: not used yet.",
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

    def _mounts(self):
        """``{base path: dialect}``: an addon adds its own dialect here, by ``super()``.

        A dialect is an abstract model that inherits ``rest.dialect``.
        """
        self.ensure_one()
        return {self._clean_root(): configuration.V1}

    def _get_routes(self):
        bases = sorted(self._mounts())
        return [route for base in bases for route in (base, f"{base}/<path:rest>")]

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
            "method_name": "respond",
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
            if "name" not in (default or {}):
                vals["name"] = self.env._("%s (copy)", record.name)
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
        root_path = "/" + vals["root_path"].strip().strip("/")
        self._check_root_path_is_free(root_path)
        return {**vals, "root_path": root_path}

    def _check_root_path_is_free(self, root_path):
        """Name the other API, which a constraint of the database could not."""
        others = self._apis_at(root_path) - self
        if others.active:
            raise ValidationError(
                self.env._("%s has this root path already.", others.name)
            )
        if others:
            raise ValidationError(
                self.env._(
                    "%s, which is archived, has this root path already.", others.name
                )
            )

    def _apis_at(self, path):
        """The APIs that have this base path, archived ones too."""
        everyone = self.with_context(active_test=False)
        return everyone.search([("root_path", "=", path)])

    @api.constrains("root_path")
    def _check_root_path(self):
        for record in self:
            record._check_base_path(record.root_path)

    def _check_base_path(self, path):
        if not _ROOT.fullmatch(path):
            raise ValidationError(
                self.env._(
                    "%s is not a base path. It takes letters, digits and -._~ between"
                    " slashes, such as /portal/v1.",
                    path,
                )
            )

    @api.constrains("root_path")
    def _check_controllers(self):
        """Nobody takes paths from Odoo, whose own are mostly patterns.

        But data files may: other addons have controllers below /api/v1, too, which win
        over the paths of an API there.
        """
        if self.env.context.get("install_mode") and self.env.user._is_system():
            return
        controllers = self.env["ir.http"]._rest_controllers()
        for record in self:
            for shape, controller in controllers.items():
                if _meets(shape, record.root_path):
                    raise ValidationError(
                        self.env._(
                            "Paths of %(root)s are served by %(controller)s already.",
                            root=record.root_path,
                            controller=controller,
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

    # --- configuration -------------------------------------------------------

    def _frozen(self):
        """This API as ``configuration.Api``."""
        self.ensure_one()
        return configuration.Api(
            id=self.id,
            name=self.name,
            root=self._clean_root(),
            mounts=tuple(sorted(self._mounts().items(), key=lambda m: -len(m[0]))),
            limits=Limits(self.default_limit, self.max_limit, self.max_expand_depth),
            auth_api_key=self.auth_api_key,
            auth_oauth=self.auth_oauth,
            auth_session=self.auth_session,
            auth_basic=self.auth_basic,
            origins=cors.origins(self.cors_origins or None),
            rate_limit=self.rate_limit,
            max_concurrent=self.max_concurrent,
            log_mode=self.log_mode,
            log_bodies=self.log_bodies,
            docs_public=self.docs_public,
            maintenance=self.maintenance,
            statement_timeout=self.statement_timeout,
            max_body=int(self.max_body_size * MEGABYTE),
            max_records=self.max_records,
        )


def _meets(shape, root):
    """Whether a route of Odoo, as a shape, and a root path share paths."""
    theirs, ours = shape.split("/")[1:], root.split("/")[1:]
    pairs = list(zip(theirs, ours, strict=False))
    alike = all(one == other or one.startswith("<") for one, other in pairs[1:])
    longer = len(theirs) >= len(ours) or theirs[-1] == "<path>"
    return theirs[0] == ours[0] and alike and longer
