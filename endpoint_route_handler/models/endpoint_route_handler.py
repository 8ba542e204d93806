"""Records that define HTTP routes."""

import hashlib
import logging

from odoo import api, fields, models

from .. import media_types, paths

# {database: names of the models with routes}, filled by
# ``_get_endpoint_route_consumer_models``; other addons import it from this module
ENDPOINT_ROUTE_CONSUMER_MODELS = {}


class EndpointRouteHandler(models.AbstractModel):
    _name = "endpoint.route.handler"
    _inherit = "endpoint.route.check.mixin"
    _description = "Endpoint Route Handler"

    # Prepended to each route that does not start with it
    _endpoint_route_prefix = ""

    name = fields.Char(required=True, help="Name of the record in lists and logs.")
    route = fields.Char(
        required=True,
        index=True,
        compute="_compute_route",
        inverse="_inverse_route",
        readonly=False,
        store=True,
        # the column is required: its value must be part of the INSERT
        precompute=True,
        # the unique constraint rejects a second record with the same route
        copy=False,
        help="Path of the URL. It can contain variables: /my/path/<int:number>.",
    )
    additional_routes = fields.Text(
        copy=False, help="Other paths of this record. Enter one path per line."
    )
    route_group = fields.Char(
        help="Tag to search and group routes by. It can have up to 32 characters."
    )
    route_type = fields.Selection(
        selection="_selection_route_type",
        default="http",
        help="HTTP serves any request and response. JSON serves JSON-RPC 2.0 calls.",
    )
    auth_type = fields.Selection(
        string="Authentication",
        selection="_selection_auth_type",
        default="user_endpoint",
        help="Credentials that a request must have.",
    )
    request_content_type = fields.Selection(
        string="Content Type",
        selection="_selection_request_content_type",
        help="Media type that the request body must have. JSON and XML include types"
        " such as application/vnd.api+json and application/soap+xml.",
    )
    additional_content_types = fields.Char(
        help="Other media types that the request body can have, separated by commas:"
        " text/plain, application/pdf."
    )
    request_method = fields.Selection(
        selection="_selection_request_method",
        required=True,
        help="HTTP method of the requests. GET also accepts HEAD. Browsers' CORS"
        " preflights need no OPTIONS.",
    )
    additional_methods = fields.Char(
        help="Other HTTP methods of this record, separated by commas: PUT, PATCH."
    )
    endpoint_hash = fields.Char(
        compute="_compute_endpoint_hash",
        help="Hash of the values that define the route.",
    )
    cors = fields.Char(
        string="CORS",
        default="*",
        help="Origins that browsers may call from, such as https://shop.example,"
        " separated by commas. Use * for any origin. Leave empty to send no CORS"
        " headers.",
    )
    cors_headers = fields.Char(
        string="CORS Headers",
        help="Request headers that browsers may send in addition to the usual ones,"
        " separated by commas: X-Api-Key.",
    )
    csrf = fields.Boolean(
        string="CSRF Token",
        default=False,
        help="Require a CSRF token. Only forms on pages of this Odoo can send one.",
    )
    readonly = fields.Boolean(
        string="Read-Only",
        default=False,
        help="Serve requests with a read-only cursor, on a replica if there is one.",
    )

    _endpoint_route_unique = models.Constraint(
        "unique(route, request_method)",
        "You can register an endpoint route only once.",
    )

    @property
    def _logger(self):
        return logging.getLogger(self._name)

    # --- selections: override to extend ------------------------------------------

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
            ("HEAD", "HEAD"),
            ("OPTIONS", "OPTIONS"),
        ]

    def _selection_request_content_type(self):
        return [
            ("", "None"),
            ("text/plain", "Text"),
            ("text/csv", "CSV"),
            ("application/json", "JSON"),
            ("application/xml", "XML"),
            ("application/x-www-form-urlencoded", "Form"),
            ("multipart/form-data", "Form with Files"),
            (media_types.ANY, "Any"),
            ("application/json; charset=utf-8", "JSON_UTF8 (Deprecated)"),
        ]

    # --- routes and methods ------------------------------------------------------

    def _clean_route(self):
        return paths.clean(self.route, self._endpoint_route_prefix)

    def _compute_route(self):
        """Clean the route.

        Override with ``api.depends`` to derive the route from other fields.
        """
        for record in self:
            record.route = record._clean_route()

    def _inverse_route(self):
        for record in self:
            cleaned = record._clean_route()
            # assigning an equal value would call write() again, without end
            if record.route != cleaned:
                record.route = cleaned

    def _get_routes(self):
        """Return all paths of the record, ``route`` first."""
        prefix = self._endpoint_route_prefix
        more = [
            paths.clean(r, prefix) for r in paths.split_routes(self.additional_routes)
        ]
        return list(dict.fromkeys([self._clean_route(), *more]))

    def _get_request_methods(self):
        """Return all methods, ``request_method`` first.

        GET includes HEAD. OPTIONS is in the list only if the handler responds to it:
        preflights reach every route.
        """
        more = paths.split_methods(self.additional_methods)
        return list(dict.fromkeys([self.request_method, *more]))

    def _get_content_types(self):
        """Return the media types of bodies, the main one first, without parameters."""
        main = media_types.split(self.request_content_type)
        more = media_types.split(self.additional_content_types)
        return list(dict.fromkeys([*main, *more]))

    def _routing_impacting_fields(self, options=None):
        return (
            "route",
            "auth_type",
            "request_method",
            "additional_routes",
            "additional_methods",
            "request_content_type",
            "additional_content_types",
            "route_type",
            "route_group",
            "cors",
            "cors_headers",
            "csrf",
            "readonly",
        )

    @api.depends(lambda self: self._routing_impacting_fields())
    def _compute_endpoint_hash(self):
        names = self._routing_impacting_fields()
        for record in self:
            # not hash(): Python seeds it anew in each process, workers would differ
            values = repr([str(record[name] or "") for name in names])
            record.endpoint_hash = hashlib.md5(
                values.encode(), usedforsecurity=False
            ).hexdigest()

    @api.model
    def _get_endpoint_route_consumer_models(self):
        """Return the names of the models whose stored records have routes."""
        names = [
            name
            # descendants() includes models that inherit through another mixin
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
        """Register one record, with another key or other options if given."""
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
        """Return the handler options; override this.

        The default handler responds with 404, and a warning is logged here.
        """
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
        if self.cors_headers:
            routing["cors_headers"] = self.cors_headers
        return route, routing, self.endpoint_hash
