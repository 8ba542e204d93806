import json

from odoo.addons.endpoint_route_handler.exceptions import EndpointHandlerNotFound
from odoo.addons.endpoint_route_handler.registry import EndpointRule
from odoo.addons.endpoint_route_handler.utils import import_method, most_derived

from .common import FAKE_CONTROLLERS, CommonEndpoint
from .fake_controllers import ChildController, ParentController


class TestRule(CommonEndpoint):
    def rule(self, options=None, **routing):
        return EndpointRule(
            self.env.cr.dbname,
            "key",
            "/a",
            options or self.options(),
            {"routes": ["/a"], "methods": ["GET"], **routing},
            "hash",
        )

    def test_a_rule_survives_a_round_trip_through_a_row(self):
        row = self.rule().to_row()
        names = ("key", "route", "opts", "routing", "endpoint_hash", "route_group")
        again = EndpointRule.from_row(self.env.cr.dbname, [row[n] for n in names])
        self.assertEqual(again.handler_options["method_name"], "handler1")
        self.assertEqual(again.handler_options.default_pargs, [])
        self.assertEqual(json.loads(row["routing"]), again.routing)

    def test_an_empty_group_is_stored_as_null(self):
        rule = self.rule()
        rule.route_group = False
        self.assertIsNone(rule.to_row()["route_group"])

    def test_options_require_class_and_method(self):
        for options in ({}, {"handler": {"method_name": "x"}}, {"handler": {}}):
            with self.subTest(options=options), self.assertRaises(AssertionError):
                self.rule().options = options

    def test_endpoint_carries_defaults_and_routing(self):
        rule = self.rule(self.options(pargs=("one",), arg2="two"))
        self.assertEqual(rule.endpoint(), ("one", "two"))
        self.assertEqual(rule.endpoint.func.__self__.__class__.__name__, "CTRLFake")
        self.assertEqual(rule.endpoint.routing["methods"], ["GET"])

    def test_routing_of_old_rows_is_completed(self):
        routing = self.rule(type="json").endpoint.routing
        self.assertEqual((routing["readonly"], routing["auth"]), (False, "user"))
        self.assertEqual(routing["type"], "jsonrpc")

    def test_the_error_names_the_missing_handler(self):
        cases = {
            "Module `odoo.addons.nowhere`": ("odoo.addons.nowhere.Ctrl", "x"),
            "Class `Missing`": (f"{FAKE_CONTROLLERS}.Missing", "x"),
            "Method name `nothing`": (f"{FAKE_CONTROLLERS}.CTRLFake", "nothing"),
            "Method name `not_callable`": (
                f"{FAKE_CONTROLLERS}.CTRLFake",
                "not_callable",
            ),
            "Module ``": ("Ctrl", "x"),
        }
        for message, (path, method) in cases.items():
            with (
                self.subTest(path=path),
                self.assertRaisesRegex(EndpointHandlerNotFound, message),
            ):
                import_method(path, method)

    def test_the_most_derived_controller_of_installed_modules_is_used(self):
        method = import_method(
            f"{FAKE_CONTROLLERS}.ParentController", "respond", self.env.cr.dbname
        )
        self.assertEqual(method(), "child of parent")
        self.assertIs(most_derived(ParentController, frozenset()), ParentController)
        self.assertIs(most_derived(ChildController, frozenset()), ChildController)

    def test_several_subclasses_are_merged_without_side_effects(self):
        modules = frozenset(["endpoint_route_handler"])
        other = type("Other", (ParentController,), {"__module__": __name__})
        merged = most_derived.__wrapped__(ParentController, modules)
        self.assertTrue(
            issubclass(merged, ChildController) and issubclass(merged, other)
        )
        self.assertIs(
            most_derived.__wrapped__(ChildController, modules), ChildController
        )
        other.__module__ = "gone"  # not an installed module: other tests ignore it

    def test_a_generator_yields_routes_of_its_own(self):
        generator = self.options("generate", pargs=("/x", "/y"))["handler"]
        rule = self.rule({"generator": generator})
        self.assertTrue(rule.is_generator)
        self.assertEqual(
            [url for url, _e in rule.iter_routing_rules(self.env)], ["/x", "/y"]
        )
        with self.assertRaises(ValueError):
            _endpoint = rule.endpoint

    def test_a_generator_may_be_a_method_of_a_model(self):
        options = {"generator": {"model": "res.partner", "method_name": "nothing"}}
        rule = self.rule(options)
        with self.assertRaisesRegex(Exception, "Method name `nothing` not found"):
            list(rule.iter_routing_rules(self.env))
        rule.opts["generator"]["model"] = "no.model"
        with self.assertRaisesRegex(Exception, "Model `no.model` not found"):
            list(rule.iter_routing_rules(self.env))

    def test_repr_shows_key_and_group(self):
        rule = self.rule()
        rule.route_group = "shop"
        self.assertEqual(repr(rule), "<EndpointRule: key #shop>")
