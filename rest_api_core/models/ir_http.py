"""Authentication and preparation of requests to an API."""

from contextlib import suppress

from werkzeug.exceptions import HTTPException

from odoo import models
from odoo.http import request

from odoo.addons.endpoint_route_handler import paths

from .. import dispatcher
from ..controllers.custom_dispatcher import ROUTING_TYPE
from ..controllers.endpoint_dispatcher import ROUTING_TYPE as ENDPOINT_TYPE
from ..dispatcher import RestDispatcher
from ..wire import cors

OWN_TYPES = (RestDispatcher.routing_type, ROUTING_TYPE, ENDPOINT_TYPE)


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def _rest_controllers(self):
        """``{shape: handler}`` of the controllers whose paths no API may take. Custom
        routes lie below base paths on purpose."""
        custom = {
            paths.shape(rule.rule)
            for rule in self._endpoint_static_map().iter_rules()
            if rule.endpoint.routing["type"] == ROUTING_TYPE
        }
        routes = self._endpoint_static_routes().items()
        return {shape: served[0][1] for shape, served in routes if shape not in custom}

    def _rest_custom_routes(self, api_id, http):
        """``{method: (route, model or "")}`` of the custom routes of an API at the path
        of a request; all other methods go to the API itself.

        :param http: the request of werkzeug
        """
        routes = self.routing_map().bind_to_environ(http.environ)
        found = {
            method: self._rest_custom_route(api_id, routes, http.path, method)
            for method in sorted({*cors.METHODS} - {"OPTIONS"})
        }
        return {method: route for method, route in found.items() if route}

    def _rest_custom_route(self, api_id, routes, path, method):
        with suppress(HTTPException):
            rule, _arguments = routes.match(path, method=method, return_rule=True)
            routing = rule.endpoint.routing
            if routing["type"] == ENDPOINT_TYPE:
                model, route = rule.endpoint.args[:2]
                endpoint = self.env[model]._find_endpoint(route)
                if endpoint.api_id.id == api_id:
                    return rule.rule, endpoint.model or ""
            elif routing["type"] == ROUTING_TYPE:
                if self.env["rest.custom.routes"]._api_id(path) == api_id:
                    return rule.rule, routing.get("rest_model", "")
        return None

    @classmethod
    def _match(cls, path_info):
        rule, args = super()._match(path_info)
        if rule.endpoint.routing["type"] in OWN_TYPES:
            # Odoo takes the language of Accept-Language, installed or not, and would
            # fail with one that is not; ``act_for`` sets that of the call
            request.update_env(context={})
        if rule.endpoint.routing["type"] == ROUTING_TYPE:
            # Odoo does not give the rule to _auth_method_rest, and
            # endpoint_route_handler keeps those of stored routes only
            request.endpoint_rule = rule
        return rule, args

    @classmethod
    def _auth_method_rest(cls):
        # Odoo looks for _auth_method_<auth_type of the route>
        dispatcher.authenticate()

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Leave out what Odoo prepares for pages: language, limits of forms,
        tracking."""
        # without super(): http_routing and website override it for pages, too
        if isinstance(request.dispatcher, RestDispatcher):
            return request.dispatcher.pre_dispatch(rule, args)
        return super()._pre_dispatch(rule, args)
