"""Records that each stand for one HTTP route of Odoo, or several."""

import hashlib
import logging

from odoo import api, fields, models

from .. import paths

# {database: names of the models with routes}; filled by
# ``_get_endpoint_route_consumer_models``, here since addons import it from here
ENDPOINT_ROUTE_CONSUMER_MODELS = {}


class EndpointRouteHandler(models.AbstractModel):
    _name = "endpoint.route.handler"
    _inherit = "endpoint.route.check.mixin"
    _description = "Endpoint Route handler"

    # Put before each route that does not start with it
    _endpoint_route_prefix = ""

    name = fields.Char(required=True)
    route = fields.Char(
        required=True,
        index=True,
        compute="_compute_route",
        inverse="_inverse_route",
        readonly=False,
        store=True,
        precompute=True,
        copy=False,
        help="Path of the URL, for instance /my/path or /my/path/<int:number>.",
    )
    additional_routes = fields.Text(
        copy=False, help="More paths served by this record, one per line."
    )
    route_group = fields.Char(help="Free tag to group routes, at most 32 characters.")
    route_type = fields.Selection(selection="_selection_route_type", default="http")
    auth_type = fields.Selection(
        selection="_selection_auth_type", default="user_endpoint"
    )
    request_content_type = fields.Selection(selection="_selection_request_content_type")
    request_method = fields.Selection(
        selection="_selection_request_method", required=True
    )
    additional_methods = fields.Char(
        help="More methods served by this record, separated by commas: PUT, PATCH."
    )
    endpoint_hash = fields.Char(
        compute="_compute_endpoint_hash",
        help="Identifies the values that the route is made of.",
    )
    cors = fields.Char(
        default="*",
        help="Value of Access-Control-Allow-Origin; empty to send no CORS headers.",
    )
    csrf = fields.Boolean(
        default=False, help="Ask for a CSRF token: only for forms of Odoo's own pages."
    )
    readonly = fields.Boolean(
        default=False,
        help="Serve with a read-only cursor, from a replica where there is one.",
    )

    _endpoint_route_unique = models.Constraint(
        "unique(route, request_method)",
        "You can register an endpoint route only once.",
    )

    @property
    def _logger(self):
        return logging.getLogger(self._name)

    # --- selections: extend by overriding ----------------------------------------

    def _selection_route_type(self):
        return [("http", "HTTP"), ("json", "JSON")]

    def _selection_auth_type(self):
        return [
            ("public", "Public"),
            ("user_endpoint", "User"),
            ("bearer", "API Key (User)"),
        ]

    def _selection_request_method(self):
        return [
            ("GET", "GET"),
            ("POST", "POST"),
            ("PUT", "PUT"),
            ("PATCH", "PATCH"),
            ("DELETE", "DELETE"),
        ]

    def _selection_request_content_type(self):
        return [
            ("", "None"),
            ("text/plain", "Text"),
            ("text/csv", "CSV"),
            ("application/json", "JSON"),
            ("application/xml", "XML"),
            ("application/x-www-form-urlencoded", "Form"),
            ("multipart/form-data", "Form with files"),
            ("application/json; charset=utf-8", "JSON_UTF8 (Deprecated)"),
        ]

    # --- routes and methods ------------------------------------------------------

    def _clean_route(self):
        return paths.clean(self.route, self._endpoint_route_prefix)

    def _compute_route(self):
        """Override, with ``api.depends``, to derive the route from other fields."""
        for record in self:
            record.route = record._clean_route()

    def _inverse_route(self):
        for record in self:
            cleaned = record._clean_route()
            if record.route != cleaned:
                record.route = cleaned

    def _get_routes(self):
        """All paths of the record, the main one first."""
        prefix = self._endpoint_route_prefix
        more = [
            paths.clean(r, prefix) for r in paths.split_routes(self.additional_routes)
        ]
        return list(dict.fromkeys([self._clean_route(), *more]))

    def _get_request_methods(self):
        """All methods of the record, the main one first (no HEAD, no OPTIONS)."""
        more = paths.split_methods(self.additional_methods)
        return list(dict.fromkeys([self.request_method, *more]))

    def _routing_impacting_fields(self, options=None):
        return (
            "route",
            "auth_type",
            "request_method",
            "additional_routes",
            "additional_methods",
            "request_content_type",
            "route_type",
            "route_group",
            "cors",
            "csrf",
            "readonly",
        )

    @api.depends(lambda self: self._routing_impacting_fields())
    def _compute_endpoint_hash(self):
        names = self._routing_impacting_fields()
        for record in self:
            values = repr([str(record[name] or "") for name in names])
            record.endpoint_hash = hashlib.md5(
                values.encode(), usedforsecurity=False
            ).hexdigest()

    @api.model
    def _get_endpoint_route_consumer_models(self):
        """Names of the models whose stored records have routes."""
        names = [
            name
            for name in self.env.registry.descendants(
                ["endpoint.route.handler"], "_inherit"
            )
            if self.env[name]._auto and not self.env[name].is_transient()
        ]
        ENDPOINT_ROUTE_CONSUMER_MODELS[self.env.cr.dbname] = names
        return names

    # --- rules -------------------------------------------------------------------

    def _prepare_endpoint_rules(self, options=None):
        return [record._make_controller_rule(options=options) for record in self]

    def _registered_endpoint_rule_keys(self):
        return tuple(record._endpoint_registry_unique_key() for record in self)

    def _endpoint_registry_unique_key(self):
        return f"{self._name}:{self.id}"

    def _register_single_controller(self, options=None, key=None, init=False):
        """Register one record under a key, and with options, of the caller's choice."""
        self.ensure_one()
        rule = self._make_controller_rule(options=options, key=key)
        self._endpoint_registry.update_rules([rule], init=init)
        self.env["ir.http"]._endpoint_routes_changed()

    def _make_controller_rule(self, options=None, key=None):
        key = key or self._endpoint_registry_unique_key()
        route, routing, endpoint_hash = self._get_routing_info()
        return self._endpoint_registry.make_rule(
            key,
            route,
            options or self._default_endpoint_options(),
            routing,
            endpoint_hash,
            route_group=self.route_group or None,
        )

    def _default_endpoint_options(self):
        return {"handler": self._default_endpoint_options_handler()}

    def _default_endpoint_options_handler(self):
        """To override: who answers. By default a 404, with a warning now."""
        self._logger.warning(
            "No specific endpoint handler options defined for: %s,"
            " falling back to default",
            self._name,
        )
        base_path = "odoo.addons.endpoint_route_handler.controllers.main"
        return {
            "klass_dotted_path": f"{base_path}.EndpointNotFoundController",
            "method_name": "auto_not_found",
            "default_pargs": (self.route,),
        }

    def _get_routing_info(self):
        route = self.route
        routing = {
            "type": self.route_type,
            "auth": self.auth_type,
            "methods": self._get_request_methods(),
            "routes": self._get_routes(),
            "cors": self.cors,
            "csrf": self.csrf,
            "readonly": self.readonly,
        }
        return route, routing, self.endpoint_hash
