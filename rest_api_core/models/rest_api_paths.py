"""No route hides the paths of an API: those of models and those of its own.

Odoo prefers a route with more literal segments, so ``/api/v1/res.partner`` of an
endpoint or of another API would get the requests of ``/api/v1/<whole_path:rest>``. Both
sides are checked when they are saved.
"""

from odoo import api, models
from odoo.exceptions import ValidationError

from ..wire.router import following

NUMBERS = ("<int", "<float")  # converters that match no name


class EndpointRouteCheckMixin(models.AbstractModel):
    _inherit = "endpoint.route.check.mixin"

    def _check_one_route(self, route):
        result = super()._check_one_route(route)
        # APIs check their paths themselves: all their routes lie below these
        if self._name != "rest.api":
            self.env["rest.api"]._all_apis()._check_not_hidden_by(route)
        return result


class RestApi(models.Model):
    _inherit = "rest.api"  # pylint: disable=consider-merging-classes-inherited

    def _all_apis(self):
        # archived APIs keep their paths
        return self.sudo().with_context(active_test=False).search([])

    @api.constrains("root_path", "token_dialect", "token_root_path")
    def _check_paths_are_free(self):
        for record in self:
            # before the search, which computes the routes
            record._check_base_path(record.root_path)
            others = self._all_apis() - record
            for base in record._mounts():
                others._check_not_hidden_by(base)
            for name in self._get_endpoint_route_consumer_models():
                record._check_not_hidden_by_records(self.env[name])

    def _check_not_hidden_by_records(self, model):
        model = model.sudo().with_context(active_test=False)
        for base in self._mounts():
            # a first selection: the routes tell more
            domain = ["|", ("route", "like", base), ("additional_routes", "like", base)]
            for other in model.search(domain):
                if other._name != self._name or other.id != self.id:
                    for route in other._get_routes():
                        self._check_not_hidden_by(route)

    def _check_not_hidden_by(self, route):
        """Raise ValidationError if a route hides a path of one of the APIs."""
        for record in self:
            for base, dialect in record._mounts().items():
                segment = following(route, base)
                if segment and self._is_path(dialect, segment):
                    raise ValidationError(
                        self.env._(
                            "The route %(route)s would hide the path %(path)s of the"
                            " API “%(name)s”. Choose another route.",
                            route=route,
                            path=f"{base}/{segment}",
                            name=record.name,
                        )
                    )

    def _is_path(self, dialect, segment):
        """Whether paths of a dialect begin with a segment of a route."""
        if segment.startswith("<"):
            return not segment.startswith(NUMBERS)
        return segment in self.env or self.env[dialect]._router().has_literal(segment)
