"""The routes of an API: its base paths, and the dialect that answers below each."""

import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..access import configuration

METHODS = ("GET", "QUERY", "POST", "PUT", "PATCH", "DELETE")
# browsers and curl resolve the segments "." and ".." before they send a request
_BASE_PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)+")


def normalized(path):
    """``path`` with one slash before it and none behind."""
    return "/" + (path or "").strip().strip("/")


class RestApi(models.Model):
    _inherit = "rest.api"  # pylint: disable=consider-merging-classes-inherited
    # without it, routes would follow a change only after the action "Sync registry"
    _endpoint_auto_sync = True

    # the selections of endpoint.route.handler have no such values without ours below
    route_type = fields.Selection(default="rest")
    auth_type = fields.Selection(default="rest")
    # the field is required; _get_request_methods has the real list
    request_method = fields.Selection(default="GET")
    # our own CORS headers depend on cors_origins
    cors = fields.Char(default=False)

    def _selection_route_type(self):
        return [*super()._selection_route_type(), ("rest", "REST API")]

    def _selection_auth_type(self):
        return [*super()._selection_auth_type(), ("rest", "REST Credentials")]

    @api.depends("root_path")
    def _compute_route(self):
        for record in self:
            record.route = record._base_path()

    def _routing_impacting_fields(self, options=None):
        return (*super()._routing_impacting_fields(options), "root_path")

    def _base_path(self):
        return normalized(self.root_path)

    def _mounts(self):
        """``{base path: dialect}``; an addon extends it with its own dialect.

        A dialect is an abstract model that inherits ``rest.dialect``.
        """
        self.ensure_one()
        return {self._base_path(): configuration.V1}

    def _get_routes(self):
        bases = sorted(self._mounts())
        # <whole_path:…> does not match an empty path: the base needs its own rule
        below = "<whole_path:rest>"
        return [route for base in bases for route in (base, f"{base}/{below}")]

    def _get_request_methods(self):
        return list(METHODS)

    def _check_request_method(self):
        """Accept any method and content type: the dispatcher checks them."""

    def _get_routing_info(self):
        route, routing, endpoint_hash = super()._get_routing_info()
        # methods=None: the dispatcher responds with 405 as JSON, werkzeug as HTML.
        # readonly: the controller's method of this name decides for each request.
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

    def _register_hook(self):
        result = super()._register_hook()
        if self.env.registry.updated_modules:
            self._update_routes()
        return result

    @api.model
    def _update_routes(self):
        """Store the routes that the code says now: that of another version, or of an
        addon with a dialect that was installed or removed."""
        self.search([]).filtered(lambda api: not api._is_stored())._sync_now()

    # --- base paths ----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_normal_path(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_normal_path(vals))

    def _with_normal_path(self, vals):
        if not vals.get("root_path"):
            return vals
        root_path = normalized(vals["root_path"])
        # here, not in a constraint: the INSERT fails on the unique index before it
        self._check_base_path_is_unused(root_path)
        return {**vals, "root_path": root_path}

    def _check_base_path_is_unused(self, path):
        """Name the other API: the message of the unique index cannot."""
        others = self._apis_at(path) - self
        if others.active:
            raise ValidationError(
                self.env._(
                    "The API “%(name)s” already uses the base path %(path)s. Choose"
                    " another one.",
                    name=others.name,
                    path=path,
                )
            )
        if others:
            raise ValidationError(
                self.env._(
                    "The archived API “%(name)s” already uses the base path %(path)s."
                    " Choose another one or delete that API.",
                    name=others.name,
                    path=path,
                )
            )

    def _apis_at(self, path):
        """The APIs with this base path, archived ones too."""
        # archived APIs too: the unique index has no condition on active
        with_archived = self.with_context(active_test=False)
        return with_archived.search([("root_path", "=", path)])

    def _unused_root_path(self):
        with_archived = self.with_context(active_test=False)
        similar = with_archived.search([("root_path", "=like", f"{self.root_path}-%")])
        used = set(similar.mapped("root_path"))
        number = 2
        while f"{self.root_path}-{number}" in used:
            number += 1
        return f"{self.root_path}-{number}"

    # --- constraints ---------------------------------------------------------

    @api.constrains("registry_auto_sync")
    def _check_sync_on_save(self):
        """The stored routes only lead here: base paths and dialects are read from the
        record. Without a synchronization, no path would be served."""
        if not all(self.mapped("registry_auto_sync")):
            raise ValidationError(
                self.env._(
                    "Changes of an API take effect when they are saved. “Sync on Save”"
                    " cannot be switched off."
                )
            )

    @api.constrains("root_path")
    def _check_root_path(self):
        for record in self:
            record._check_base_path(record.root_path)

    def _check_base_path(self, path):
        if not _BASE_PATH.fullmatch(path):
            raise ValidationError(
                self.env._(
                    "“%s” is not a base path. Enter letters, digits and -._~ between"
                    " slashes, such as /portal/v1.",
                    path,
                )
            )

    @api.constrains("root_path")
    def _check_controllers(self):
        """Keep users from overriding paths of Odoo, most of which are patterns.

        Data files can: controllers of other addons below /api/v1 still match before the
        routes of an API there.
        """
        # install_mode alone proves nothing: any RPC caller can set a context key
        if self.env.context.get("install_mode") and self.env.user._is_system():
            return
        controllers = self.env["ir.http"]._rest_controllers()
        for record in self:
            for shape, controller in controllers.items():
                if _overlap(shape, record.root_path):
                    raise record._path_conflict(record.root_path, controller)

    def _path_conflict(self, path, controller):
        return ValidationError(
            self.env._(
                "%(controller)s already serves URLs below %(path)s. Choose another base"
                " path.",
                controller=controller,
                path=path,
            )
        )


def _overlap(shape, path):
    """Whether a route of Odoo, as a shape, and a base path have URLs in common."""
    theirs, ours = shape.split("/")[1:], path.split("/")[1:]
    pairs = list(zip(theirs, ours, strict=False))
    # the first segment must be equal: /<path> of the website matches every URL
    alike = all(one == other or one.startswith("<") for one, other in pairs[1:])
    longer = len(theirs) >= len(ours) or theirs[-1] == "<path>"
    return theirs[0] == ours[0] and alike and longer
