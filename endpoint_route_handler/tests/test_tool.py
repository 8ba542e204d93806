from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .common import CommonEndpoint

LOGGER = "endpoint.route.handler.tool"


class TestTool(CommonEndpoint):
    def test_new_cleans_the_route_and_computes_the_hash(self):
        route = self.new_route(route=" test/x ")
        self.assertEqual(route.route, "/test/x")
        self.assertEqual(len(route.endpoint_hash), 32)

    def test_the_hash_is_the_same_in_every_process(self):
        route = self.new_route(route="/stable")
        self.assertEqual(
            route.endpoint_hash, self.new_route(route="/stable").endpoint_hash
        )
        self.assertNotEqual(
            route.endpoint_hash, self.new_route(route="/stable", cors="x").endpoint_hash
        )

    def test_without_options_the_default_handler_is_used_with_a_warning(self):
        with self.assertLogs(LOGGER, "WARNING") as logs:
            self.new_route()._register_controllers()
        self.assertIn("falling back to default", logs.output[0])
        rule = self.registry_of_routes._get_rule(
            "endpoint.route.handler.tool:GET /test/route"
        )
        self.assertEqual(rule.handler_options.method_name, "auto_not_found")
        self.assertEqual(rule.handler_options.default_pargs, ["/test/route"])

    def test_options_set_the_handler(self):
        self.new_route()._register_controllers(options=self.options("handler2"))
        rule = next(self.registry_of_routes.get_rules(where="route = '/test/route'"))
        self.assertEqual(rule.handler_options.method_name, "handler2")

    def test_another_record_can_unregister_it(self):
        self.new_route()._register_controllers(options=self.options())
        self.assertIn("/test/route", self.served_paths())
        self.new_route()._unregister_controllers()
        self.assertNotIn("/test/route", self.served_paths())

    def test_registering_twice_stores_one_row(self):
        for _times in range(2):
            self.new_route()._register_controllers(options=self.options())
        rules = list(self.registry_of_routes.get_rules(where="route = '/test/route'"))
        self.assertEqual(len(rules), 1)

    def test_a_record_registered_again_drops_its_first_route(self):
        route = self.new_route()
        route._register_single_controller(options=self.options())
        route.route = "/test/moved"
        route._register_single_controller(options=self.options())
        paths = self.served_paths()
        self.assertIn("/test/moved", paths)
        self.assertNotIn("/test/route", paths)
        route.route = "/test/again"
        route._unregister_controllers()
        self.assertNotIn("/test/moved", self.served_paths())

    def test_methods_of_one_path_are_different_routes(self):
        for method in ("GET", "DELETE"):
            route = self.new_route(request_method=method)
            route._register_controllers(options=self.options())
        rules = list(self.registry_of_routes.get_rules(where="route = '/test/route'"))
        self.assertEqual([r.routing["methods"] for r in rules], [["GET"], ["DELETE"]])

    def test_a_single_controller_can_have_another_key(self):
        self.new_route()._register_single_controller(options=self.options(), key="mine")
        self.assertEqual(self.registry_of_routes._get_rule("mine").route, "/test/route")

    def test_empty_recordsets_do_nothing(self):
        version = self.registry_of_routes.last_version()
        self.route_handler.browse()._register_controllers()
        self.route_handler.browse()._unregister_controllers()
        self.assertEqual(self.registry_of_routes.last_version(), version)

    def test_the_registry_works_without_a_record(self):
        abstract = self.env["endpoint.route.handler"]
        self.assertEqual(abstract._endpoint_registry.cr, self.env.cr)

    def test_routing_has_exactly_the_public_keys(self):
        route, routing, endpoint_hash = self.new_route()._get_routing_info()
        self.assertEqual(route, "/test/route")
        self.assertEqual(endpoint_hash, self.new_route().endpoint_hash)
        self.assertEqual(
            routing,
            {
                "type": "http",
                "auth": "public",
                "methods": ["GET"],
                "routes": ["/test/route"],
                "cors": "*",
                "csrf": False,
                "readonly": False,
            },
        )

    @mute_logger(LOGGER)
    def test_routes_of_stored_tool_records_are_validated(self):
        values = {"name": "x", "request_method": "GET"}
        with self.assertRaisesRegex(UserError, "blacklisted"):
            self.route_handler.create({**values, "route": "/web"})
        with self.assertRaisesRegex(UserError, "unknown converter"):
            self.route_handler.create({**values, "route": "/a/<date:x>"})
