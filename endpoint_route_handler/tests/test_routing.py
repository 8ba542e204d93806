import json

from odoo.tests.common import TransactionCase
from odoo.tools import mute_logger

from odoo.addons.endpoint_route_handler import cache_epoch
from odoo.addons.endpoint_route_handler.routing import CompiledRoutes

from .common import CommonEndpoint

ROUTING = "odoo.addons.endpoint_route_handler.routing"


class TestRouting(CommonEndpoint):
    """Stored rows in Odoo's routing map."""

    def store(self, key, route="/test/stored", opts=None, **routing):
        routing = {"routes": [route], "auth": "public", "methods": ["GET"], **routing}
        opts = json.dumps(opts or self.options("_do_something1", "TestController"))
        self.env.cr.execute(
            "INSERT INTO endpoint_route (key, route, opts, routing, endpoint_hash)"
            " VALUES (%s, %s, %s, %s, %s)",
            [key, route, opts, json.dumps(routing), key],
        )
        self.env["ir.http"]._endpoint_routes_changed()

    def match(self, path, method="GET"):
        adapter = self.env["ir.http"].routing_map().bind("localhost")
        return adapter.match(path, method=method, return_rule=True)

    def test_stored_routes_are_matched(self):
        self.store("a:1", "/test/<int:number>")
        rule, arguments = self.match("/test/5")
        self.assertEqual(rule.endpoint.endpoint_key, "a:1")
        self.assertEqual(arguments, {"number": 5})

    def test_a_trailing_slash_is_accepted(self):
        self.store("a:1")
        self.assertEqual(self.match("/test/stored/")[0].endpoint.endpoint_key, "a:1")

    def test_all_routes_of_a_row_are_served(self):
        self.store("a:1", routes=["/test/one", "/test/two"])
        self.assertIn("/test/one", self.served_paths())
        self.assertIn("/test/two", self.served_paths())

    def test_generated_rules_contain_stored_ones(self):
        self.store("a:1")
        ir_http = self.env["ir.http"]
        rules = dict(
            ir_http._generate_routing_rules(["base"], ir_http._get_converters())
        )
        self.assertEqual(rules["/test/stored"].routing["methods"], ["GET"])
        self.assertIn("/test/stored", dict(ir_http._endpoint_routing_rules()))

    def test_broken_rows_are_left_out_and_logged_with_a_reason(self):
        good_opts = self.options("_do_something1", "TestController")
        self.store("good:1", "/test/good")
        broken = {
            "handler": {"opts": self.options(klass="Vanished")},
            "converter": {"route": "/test/<date:x>"},
            "type": {"route": "/test/t", "type": "nonsense"},
            "auth": {"route": "/test/u", "auth": "nonsense"},
            "second": {"routes": ["/test/fine", "/test/<oops:x>"], "opts": good_opts},
        }
        for key, values in broken.items():
            self.store(key, **values)
        self.env.cr.execute(
            "UPDATE endpoint_route SET routing = '{' WHERE key = 'type'"
        )
        with self.assertLogs(ROUTING, "ERROR") as logs:
            paths = self.served_paths()
        self.assertIn("/test/good", paths)
        self.assertNotIn("/test/fine", paths)
        self.assertEqual(len(logs.output), len(broken))
        errors = self.env["ir.http"]._endpoint_route_errors([*broken, "good:1"])
        self.assertEqual(set(errors), set(broken))
        self.assertIn("Vanished", errors["handler"])

    @mute_logger(ROUTING)
    def test_rows_are_compiled_once_and_broken_ones_logged_once(self):
        self.store("good:1", "/test/good")
        self.store("bad:1", "/test/<date:x>")
        rows = self.registry_of_routes._get_rules()
        probe = self.env["ir.http"]._endpoint_static_map()
        compiled = CompiledRoutes()
        first = list(compiled.rules(self.env, rows, probe))
        with self.assertNoLogs(ROUTING, "ERROR"):
            second = list(compiled.rules(self.env, rows, probe))
        self.assertTrue(all(a is b for a, b in zip(first, second, strict=True)))

    @mute_logger(ROUTING)
    def test_a_changed_row_is_compiled_again_and_a_dropped_one_removed(self):
        self.store("good:1", "/test/good")
        probe = self.env["ir.http"]._endpoint_static_map()
        compiled = CompiledRoutes()
        row = self.registry_of_routes._get_rules(keys=["good:1"])[0]
        (first,) = compiled.rules(self.env, [row], probe)
        changed = (*row[:4], "other hash", row[5])
        (second,) = compiled.rules(self.env, [changed], probe)
        self.assertIsNot(first, second)
        self.assertEqual(list(compiled.rules(self.env, [], probe)), [])
        self.assertFalse(compiled._entries)

    def test_generators_are_called_each_time(self):
        generator = self.options("generate", pargs=("/test/x", "/test/y"))["handler"]
        self.store("gen:1", opts={"generator": generator})
        self.assertIn("/test/x", self.served_paths())
        compiled = CompiledRoutes()
        rows = self.registry_of_routes._get_rules(keys=["gen:1"])
        probe = self.env["ir.http"]._endpoint_static_map()
        self.assertEqual(len(list(compiled.rules(self.env, rows, probe))), 2)
        self.assertFalse(compiled._entries)

    def test_the_map_of_odoo_is_not_changed(self):
        self.store("a:1")
        self.served_paths()
        static = [
            rule.rule
            for rule in self.env["ir.http"]._endpoint_static_map().iter_rules()
        ]
        self.assertNotIn("/test/stored", static)

    def test_routes_of_another_transaction_are_unknown_until_it_commits(self):
        self.store("a:1")
        self.assertIn("/test/stored", self.served_paths())
        with self.env.registry.cursor() as cr:
            other = self.env(cr=cr)["ir.http"].routing_map()
        self.assertNotIn("/test/stored", [rule.rule for rule in other.iter_rules()])

    def test_the_version_is_available_without_a_request(self):
        ir_http = self.env["ir.http"]
        self.assertEqual(
            ir_http._endpoint_route_last_version(),
            self.registry_of_routes.last_version(),
        )

    def test_without_the_table_odoo_serves_its_own_routes(self):
        self.env.cr.execute("ALTER TABLE endpoint_route RENAME TO endpoint_route_away")
        self.env["ir.http"]._endpoint_routes_changed()
        self.assertIn("/web/login", self.served_paths())


class TestModelDeletion(TransactionCase):
    def test_deleting_a_model_drops_its_routes(self):
        model = self.env["ir.model"].create({"name": "Gone", "model": "x_gone"})
        self.env.cr.execute(
            "INSERT INTO endpoint_route (key, route) VALUES ('x_gone:1', '/gone')"
        )
        model.unlink()
        self.env.cr.execute("SELECT 1 FROM endpoint_route WHERE key = 'x_gone:1'")
        self.assertFalse(self.env.cr.fetchone())
        self.assertTrue(cache_epoch.is_changed(self.env, "routing"))
