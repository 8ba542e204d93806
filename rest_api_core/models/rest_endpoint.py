"""Custom endpoints of an API: a path below its base path, with a response of its own.

Keys, limits, errors, headers and log are those of the API. What a request runs is the
matter of the mode: ``rest_endpoint_search``, ``rest_endpoint_action``, and the snippets
of ``endpoint.mixin``.
"""

import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..controllers.endpoint_dispatcher import ROUTING_TYPE

# literal segments, and variables of the types that need no rights
_PATH = re.compile(
    r"(?:/(?:(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+|<(?:(?:int|string):)?[a-z_]\w*>))+"
)


class RestEndpoint(models.Model):
    _name = "rest.endpoint"
    _inherit = ["rest.cached.mixin", "rest.logged.mixin", "endpoint.mixin"]
    _description = "REST Endpoint"
    _order = "api_id, path, id"
    # changes of the API take effect on save, and those of its endpoints too
    _endpoint_auto_sync = True
    # what the synchronization of routes writes
    _rest_harmless_fields = frozenset(("registry_sync", "synced_values"))

    api_id = fields.Many2one(
        "rest.api",
        string="API",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self._default_api(),
        help="API that the endpoint belongs to. Its credentials, limits, error format"
        " and log apply to the endpoint.",
    )
    path = fields.Char(
        required=True,
        help="Path below the base path of the API, such as customers/belgium. It can"
        " contain variables: orders/<int:id>.",
    )
    model_id = fields.Many2one(
        "ir.model",
        # cascade: uninstalling an addon deletes its models
        ondelete="cascade",
        domain=[("abstract", "=", False), ("transient", "=", False)],
        help="Model that the endpoint is about. The API must expose it, and clients"
        " need rights on it: to read, and to update unless the endpoint is read-only."
        " Without a model, clients need the right to all resources.",
    )
    # stored: it is read in each request, and without a query only if it has a column
    model = fields.Char(
        string="Technical Name",
        related="model_id.model",
        store=True,
        help="Technical name of the model.",
    )
    description = fields.Text(help="Purpose of the endpoint.")
    endpoint_url = fields.Char(
        string="URL",
        compute="_compute_endpoint_url",
        help="Complete URL of the endpoint on this server.",
    )
    # administrators of the REST API see the list, but no code and what stands in it
    code_snippet = fields.Text(groups="base.group_system")
    exec_mode = fields.Selection(default="search")
    exec_lang = fields.Selection(
        help="Language of the texts that the endpoint reads and writes. Leave empty to"
        " use the language of the request, or else that of the user.",
    )
    route_type = fields.Selection(default=ROUTING_TYPE)
    auth_type = fields.Selection(default="rest")
    # CORS is that of the API
    cors = fields.Char(default=False)

    def _selection_route_type(self):
        return [(ROUTING_TYPE, "REST API")]

    def _selection_auth_type(self):
        return [("rest", self.env._("Credentials of the API"))]

    def _default_api(self):
        """The API, if there is only one to choose."""
        found = self.env["rest.api"].search([], limit=2)
        return found if len(found) == 1 else found.browse()

    @api.depends("route")
    def _compute_endpoint_url(self):
        for record in self:
            record.endpoint_url = f"{record.get_base_url()}{record.route or ''}"

    # --- the route -------------------------------------------------------------

    @api.depends("api_id.root_path", "path")
    def _compute_route(self):
        for record in self:
            record.route = record._composed_route()

    def _inverse_route(self):
        """The route follows from API and path: ``_check_path`` refuses another one."""

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([_with_clean_path(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(_with_clean_path(vals))

    def _composed_route(self):
        # a new record of the form may have neither
        base = self.api_id._base_path() if self.api_id else ""
        return f"{base}/{self.path or ''}"

    def _clean_route(self):
        return self._composed_route()

    def _get_routes(self):
        return [self._composed_route()]

    def _routing_impacting_fields(self, options=None):
        own = ("api_id", "path", "model_id", "exec_mode")
        return (*super()._routing_impacting_fields(options), *own)

    def _get_routing_info(self):
        route, routing, endpoint_hash = super()._get_routing_info()
        routing.update(
            type=ROUTING_TYPE, auth="rest", cors=False, readonly=self._only_reads()
        )
        routing.pop("cors_headers", None)
        return route, routing, endpoint_hash

    def _only_reads(self):
        return self.exec_mode == "search" or self.readonly

    def _default_endpoint_options_handler(self):
        return {
            "klass_dotted_path": (
                "odoo.addons.rest_api_core.controllers.endpoints.RestEndpointController"
            ),
            "method_name": "respond",
            "default_pargs": (self._name, self.route),
        }

    def _follow_api(self):
        """Serve the endpoints where the API has moved to."""
        self._validate_fields(["route"])
        self._definitions_changed()
        self._sync_now()

    def copy_data(self, default=None):
        """A copy gets an unused path."""
        vals_list = super().copy_data(default=default)
        for record, vals in zip(self, vals_list, strict=True):
            route = vals.pop("route", None)
            if "path" not in (default or {}):
                vals["path"] = route.removeprefix(record.api_id._base_path())
        return vals_list

    def _template(self):
        """The path as it stands in the log."""
        return (self.route or "").removeprefix(self.api_id._base_path())

    def _log_domain(self):
        """The entries of its path below its API."""
        routes = [record._template() for record in self]
        return [("api_id", "in", self.api_id.ids), ("route", "in", routes)]

    # --- constraints -------------------------------------------------------------

    @api.constrains("route", "path", "api_id", "additional_routes")
    def _check_path(self):
        for record in self:
            if not _PATH.fullmatch(f"/{record.path}"):
                raise ValidationError(
                    self.env._(
                        "“%s” is not a path of an endpoint. Enter letters, digits and"
                        " -._~ between slashes, such as customers/belgium; variables"
                        " are <int:number> and <word>.",
                        record.path,
                    )
                )
            if record.route != record._composed_route() or record.additional_routes:
                raise ValidationError(
                    self.env._(
                        "An endpoint of an API has the one path that follows from"
                        " “API” and “Path”. Create another endpoint for another path."
                    )
                )

    @api.constrains("registry_auto_sync")
    def _check_sync_on_save(self):
        if not all(self.mapped("registry_auto_sync")):
            raise ValidationError(
                self.env._(
                    "Changes of an endpoint of an API take effect when they are saved."
                    " “Sync on Save” cannot be switched off."
                )
            )

    @api.constrains("api_id", "model_id")
    def _check_model(self):
        for record in self.filtered("model_id"):
            if record.model not in record.api_id.resource_ids.mapped("model"):
                raise ValidationError(
                    self.env._(
                        "The API “%(api)s” does not expose %(model)s. Add it to the"
                        " resources of the API first.",
                        api=record.api_id.name,
                        model=record.model,
                    )
                )

    def _check_may_grant(self):
        """Only administrators of Odoo let others run code, or act as another user."""
        powerful = self.filtered(lambda r: r.exec_mode != "search" or r.exec_as_user_id)
        if powerful and not self._rest_is_trusted():
            raise UserError(
                self.env._(
                    "Only administrators with the right “Settings” can set up"
                    " endpoints that run code or server actions, or that act as"
                    " another user: %s.",
                    ", ".join(powerful.mapped("name")),
                )
            )


def _with_clean_path(vals):
    """``vals`` with a path that has no slash before or behind it."""
    if not vals.get("path"):
        return vals
    return {**vals, "path": vals["path"].strip().strip("/")}
