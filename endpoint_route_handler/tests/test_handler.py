from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .common import CommonEndpoint


class TestHandler(CommonEndpoint):
    """Fields and constraints, on stored records of the tool."""

    def make(self, **values):
        return self.route_handler.create(
            {"name": "Test", "route": "/test/a", "request_method": "GET", **values}
        )

    def test_defaults(self):
        record = self.make()
        self.assertEqual(
            (record.route_type, record.auth_type, record.cors, record.csrf),
            ("http", "user_endpoint", "*", False),
        )
        self.assertEqual((record.readonly, record.registry_sync), (False, False))

    def test_routes_are_cleaned_on_create_and_write(self):
        record = self.make(route=" some/path ")
        self.assertEqual(record.route, "/some/path")
        record.route = "other"
        self.assertEqual(record.route, "/other")

    def test_routes_without_the_prefix_get_it(self):
        self.patch(type(self.route_handler), "_endpoint_route_prefix", "/edi")
        self.assertEqual(self.make(route="a").route, "/edi/a")
        self.assertEqual(self.make(route="/edi/b").route, "/edi/b")

    def test_empty_and_blacklisted_routes_are_rejected(self):
        for values in ({"route": ""}, {"route": "/web"}, {"additional_routes": "/"}):
            with (
                self.subTest(values),
                self.assertRaisesRegex(UserError, "`Test` uses a blacklisted routed"),
            ):
                self.make(**values)

    def test_invalid_routes_are_rejected_with_the_reason(self):
        for route in ("/a/<date:x>", "/a b", "/a/<int(", "/a//b"):
            with (
                self.subTest(route),
                self.assertRaisesRegex(UserError, "invalid route"),
            ):
                self.make(route=route)
        with self.assertRaisesRegex(UserError, "unknown converter"):
            self.make(additional_routes="/ok\n/a/<date:x>")

    def test_post_and_put_need_a_content_type(self):
        message = "Request content type is required for POST and PUT."
        for values in ({"request_method": "PUT"}, {"additional_methods": "POST"}):
            with self.subTest(values), self.assertRaisesRegex(UserError, message):
                self.make(**values)
        self.make(request_method="POST", request_content_type="text/plain")

    def test_unknown_methods_are_rejected(self):
        message = "Unknown request method FETCH. Allowed: GET, POST"
        with self.assertRaisesRegex(UserError, message):
            self.make(additional_methods="fetch")

    def test_a_long_group_is_rejected(self):
        with self.assertRaisesRegex(UserError, "32 characters"):
            self.make(route_group="x" * 33)
        self.make(route="/test/b", route_group="x" * 32)

    def test_several_routes_and_methods_make_one_rule(self):
        record = self.make(
            additional_routes="b\n/test/a, /c", additional_methods="patch, GET"
        )
        routing = record._get_routing_info()[1]
        self.assertEqual(routing["routes"], ["/test/a", "/b", "/c"])
        self.assertEqual(routing["methods"], ["GET", "PATCH"])

    def test_every_field_that_changes_routing_changes_the_hash(self):
        record = self.make()
        seen = {record.endpoint_hash}
        for name, value in {
            "route": "/other",
            "additional_routes": "/more",
            "additional_methods": "DELETE",
            "auth_type": "bearer",
            "cors": False,
            "csrf": True,
            "readonly": True,
            "route_type": "json",
            "route_group": "g",
            "request_content_type": "text/plain",
        }.items():
            record[name] = value
            with self.subTest(name):
                self.assertNotIn(record.endpoint_hash, seen)
            seen.add(record.endpoint_hash)

    def test_selections_can_be_extended_by_a_method(self):
        self.patch(
            type(self.route_handler),
            "_selection_auth_type",
            lambda self: [("public", "Public"), ("mine", "Mine")],
        )
        self.assertEqual(
            self.route_handler.new({"auth_type": "mine"}).auth_type, "mine"
        )

    @mute_logger("endpoint.route.handler.tool")
    def test_the_logger_has_the_name_of_the_model(self):
        self.assertEqual(self.route_handler._logger.name, "endpoint.route.handler.tool")
