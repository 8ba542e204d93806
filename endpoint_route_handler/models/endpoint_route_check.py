"""Validation of records with routes when they are saved."""

from odoo import api, models
from odoo.exceptions import UserError

from .. import conflicts, cors, media_types, schema


class EndpointRouteCheckMixin(models.AbstractModel):
    """Constraints of ``endpoint.route.handler``.

    Odoo must be able to serve a route, and no other record or controller may serve it.
    """

    _name = "endpoint.route.check.mixin"
    _inherit = "endpoint.route.sync.mixin"
    _description = "Endpoint Route Constraints"

    # Odoo needs these paths
    _blacklist_routes = ("/", "/web")

    def _validate_fields(self, field_names, excluded_names=()):
        """Report the errors of all constraints at once; Odoo stops at the first."""
        names, excluded = set(field_names), set(excluded_names)
        errors = {}
        for check in self._constraint_methods:
            watched = set(check._constrains)
            if names & watched and not excluded & watched:
                try:
                    check(self.sudo())
                except UserError as error:
                    # two constraints can find the same mistake
                    errors.setdefault(str(error), error)
        if len(errors) > 1:
            kinds = {type(error) for error in errors.values()}
            kind = kinds.pop() if len(kinds) == 1 else UserError
            raise kind("\n\n".join(errors))
        for error in errors.values():
            raise error

    # Odoo checks a constraint only if a listed field is written: each constraint lists
    # all fields that it reads
    @api.constrains("route", "additional_routes")
    def _check_route(self):
        for record in self:
            for route in record._get_routes():
                record._check_one_route(route)

    def _check_one_route(self, route):
        if route in self._blacklist_routes:
            raise UserError(
                self.env._(
                    "`%(name)s` uses a blacklisted routed = `%(route)s`. Odoo needs"
                    " this path: choose another route.",
                    name=self.name,
                    route=route,
                )
            )
        problem = self.env["ir.http"]._endpoint_route_problem(route)
        if problem:
            raise UserError(
                self.env._(
                    "`%(name)s` has an invalid route `%(route)s`: %(problem)s",
                    name=self.name,
                    route=route,
                    problem=problem,
                )
            )

    @api.constrains(
        "request_method",
        "additional_methods",
        "request_content_type",
        "additional_content_types",
    )
    def _check_request_method(self):
        # additional_methods is free text: Odoo validates request_method only
        known = dict(self._selection_request_method())
        for record in self:
            methods = record._get_request_methods()
            unknown = [method for method in methods if method not in known]
            if unknown:
                raise UserError(
                    self.env._(
                        "Additional Methods: Unknown request method %(unknown)s."
                        " Allowed: %(known)s.",
                        unknown=", ".join(unknown),
                        known=", ".join(known),
                    )
                )
            needs_content_type = any(m in ("POST", "PUT") for m in methods)
            if needs_content_type and not record._get_content_types():
                raise UserError(
                    self.env._(
                        "Request content type is required for POST and PUT. Choose a"
                        " 'Content Type' or enter 'Additional Content Types'."
                    )
                )

    @api.constrains("additional_content_types")
    def _check_content_types(self):
        for record in self:
            invalid = media_types.invalid(record.additional_content_types)
            if invalid:
                raise UserError(
                    self.env._(
                        "Additional Content Types: '%s' is not a media type. Enter"
                        " types such as text/plain,"
                        " separated by commas, or */* for any.",
                        invalid,
                    )
                )

    @api.constrains("cors", "cors_headers")
    def _check_cors(self):
        for record in self:
            origin = cors.invalid_origin(record.cors)
            if origin:
                raise UserError(
                    self.env._(
                        "CORS: '%s' is not an origin. Enter scheme and host, such as"
                        " https://shop.example, or * alone for any origin.",
                        origin,
                    )
                )
            header = cors.invalid_header(record.cors_headers)
            if header:
                raise UserError(
                    self.env._(
                        "CORS Headers: '%s' is not the name of a request header.",
                        header,
                    )
                )

    @api.constrains("route_group")
    def _check_route_group(self):
        for record in self:
            # not a size on the field: Odoo truncates longer values without an error
            if len(record.route_group or "") > schema.MAX_TEXT:
                raise UserError(
                    self.env._(
                        "The route group '%(group)s' is longer than %(maximum)s"
                        " characters. Enter a shorter one.",
                        group=record.route_group,
                        maximum=schema.MAX_TEXT,
                    )
                )

    @api.constrains(
        "route", "additional_routes", "request_method", "additional_methods", "active"
    )
    def _check_route_unique_across_models(self):
        for record in self:
            record._check_conflict_with_controllers()
            matches = conflicts.with_others(record)
            if matches:
                raise UserError(record._not_unique(matches))

    def _not_unique(self, matches):
        """Return the message that names what else has the routes of ``matches``."""
        return self.env._(
            "Non unique route(s): %(routes)s.\n"
            "Found in model(s): %(others)s.\n"
            "Choose another route or request method.",
            routes=", ".join(sorted({match[0] for match in matches})),
            others=", ".join(sorted({self._describe_key(key) for _, key in matches})),
        )

    def _describe_key(self, key):
        """Return name and model of the record of a rule, or the key."""
        name = self._name_of_key(key)
        return key if name == key else f"{name} ({key.partition(':')[0]})"

    @api.model
    def _sql_error_to_message(self, exc):
        """Name the record that has the route: the message of the constraint cannot."""
        message = super()._sql_error_to_message(exc)
        constraint = exc.diag.constraint_name or ""
        if not constraint.endswith("_endpoint_route_unique"):
            return message
        values = conflicts.duplicate(exc.diag.message_detail or "")
        # sudo: the constraint also covers records of other companies
        model = self.sudo().with_context(active_test=False)
        domain = [(name, "=", value) for name, value in values.items()]
        other = model.search(domain, limit=1) if values else self.browse()
        if not other:
            return message
        key = other._endpoint_registry_unique_key()
        found = [(other.route, key)]
        return f"{message} {self._not_unique(found)}"

    def _check_conflict_with_controllers(self):
        for route, controller in conflicts.with_controllers(self):
            raise UserError(
                self.env._(
                    "The route `%(route)s` is already served by %(controller)s."
                    " Use another route or request method.",
                    route=route,
                    controller=controller,
                )
            )

    def _handle_registry_sync(self, record_ids=None):
        # the second time is after the commit: it cannot refuse anything
        if not self.env.context.get("endpoint_sync_repeated"):
            records = (self.browse(record_ids) if record_ids else self).exists()
            records.filtered("active")._check_conflict_with_stored()
        return super()._handle_registry_sync(record_ids)

    def _check_conflict_with_stored(self):
        for route, key in conflicts.with_stored(self):
            raise UserError(
                self.env._(
                    "The route `%(route)s` is still served by %(other)s, which was"
                    " changed. Synchronize that record too.",
                    route=route,
                    other=self._name_of_key(key),
                )
            )

    def _name_of_key(self, key):
        """Return the name of the record of a stored rule, or the key."""
        model, _, record_id = key.rpartition(":")
        if model in self._get_endpoint_route_consumer_models() and record_id.isdigit():
            return f"`{self.env[model].sudo().browse(int(record_id)).name}`"
        return key
