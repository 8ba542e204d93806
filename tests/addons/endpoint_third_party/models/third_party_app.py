from odoo import api, fields, models

from odoo.addons.endpoint_route_handler.registry import EndpointRegistry
from odoo.addons.endpoint_route_handler.utils import import_method, make_endpoint

CONTROLLER = "odoo.addons.endpoint_third_party.controllers.app.AppController"
READING, WRITING = ("GET", "HEAD"), ("POST", "PUT", "PATCH", "DELETE")


class ThirdPartyApp(models.Model):
    """Several rules for each record, with handlers and a dispatcher of its own."""

    _name = "third.party.app"
    _inherit = "endpoint.route.sync.mixin"
    _description = "Third party app"

    name = fields.Char(required=True)
    root_path = fields.Char(required=True)
    generated = fields.Char(help="Last parts of more paths, separated by commas.")

    @api.model
    def _routing_impacting_fields(self, options=None):
        return ("root_path", "generated")

    def _registered_endpoint_rule_keys(self):
        kinds = ("read", "write", "generated")
        return [f"{self._name}:{app.id}:{kind}" for app in self for kind in kinds]

    def _prepare_endpoint_rules(self, options=None):
        return [rule for app in self for rule in app._rules_of_app(options)]

    def _rules_of_app(self, options):
        self.ensure_one()
        read, write, generated = self._registered_endpoint_rule_keys()
        rules = [self._rule(read, "read", READING, options)]
        rules.append(self._rule(write, "write", WRITING, options))
        return rules + [self._generator_rule(generated)] * bool(self.generated)

    def _rule(self, key, verb, methods, options):
        routing = {
            "type": "third_party",
            "auth": "public",
            "methods": list(methods),
            "routes": [self.root_path, f"{self.root_path}/<path:rest>"],
            "save_session": False,
            "readonly": False,
            "csrf": False,
        }
        return self._endpoint_registry.make_rule(
            key,
            self.root_path,
            options or {"handler": self._handler(verb)},
            routing,
            hash((self.root_path, verb)),
            route_group="third_party",
        )

    def _handler(self, verb):
        return {
            "klass_dotted_path": CONTROLLER,
            "method_name": "answer",
            "default_pargs": (self.id, verb),
            "default_kwargs": {"greeting": f"good {verb}"},
        }

    def _generator_rule(self, key):
        generator = {
            "model": self._name,
            "res_id": self.id,
            "method_name": "_generate_routes",
            "default_kwargs": {"suffix": "-generated"},
        }
        options = {"generator": generator}
        route = f"{self.root_path}-generated"
        return self._endpoint_registry.make_rule(key, route, options, {}, hash(route))

    def _generate_routes(self, rule, suffix):
        """Yield ``(url, endpoint)`` when a worker builds its map."""
        tell = import_method(CONTROLLER, "tell")
        for name in (self.sudo().generated or "").split(","):
            routing = {"type": "http", "auth": "public", "methods": ["GET"]}
            yield f"{rule.route}/{name}", make_endpoint(tell, routing, (name + suffix,))

    # --- the tool: routes without records; the web client calls these ---------------

    @api.model
    def register_route(self, route, text):
        tool = self._new_tool(route)
        tool._register_controllers(options=self._options_of_tool(text))

    @api.model
    def unregister_route(self, route):
        self._new_tool(route)._unregister_controllers()

    @api.model
    def keys_of_group(self, group):
        registry = EndpointRegistry.registry_for(self.env.cr)
        return [rule.key for rule in registry.get_rules_by_group(group)]

    def _new_tool(self, route):
        tool = self.env["endpoint.route.handler.tool"].new(
            {"name": route, "request_method": "GET", "auth_type": "public"}
        )
        tool.update({"route": route, "route_group": "tools"})
        tool.route_type = "third_party"
        tool._refresh_endpoint_data()
        return tool

    def _options_of_tool(self, text):
        return {
            "handler": {
                "klass_dotted_path": CONTROLLER,
                "method_name": "tell",
                "default_pargs": [text],
            }
        }
