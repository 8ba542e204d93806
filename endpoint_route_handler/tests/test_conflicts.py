from odoo.exceptions import UserError

from odoo.addons.endpoint_route_handler import conflicts

from .common import CommonEndpoint


class TestConflicts(CommonEndpoint):
    def make(self, **values):
        return self.route_handler.create(
            {"name": "Test", "route": "/test/a", "request_method": "GET", **values}
        )

    def test_the_message_names_the_controller(self):
        for route in ("/web/login", "/web/login/"):
            with (
                self.subTest(route),
                self.assertRaisesRegex(
                    UserError, r"already served by odoo\.addons\.web\S+"
                ),
            ):
                self.make(route=route)

    def test_a_method_that_no_controller_serves_does_not_conflict(self):
        self.make(route="/json/2/x/y", request_method="DELETE")
        routes = self.env["ir.http"]._endpoint_static_routes()
        shape, methods = next(
            (shape, served[0][0]) for shape, served in routes.items() if served[0][0]
        )
        other = next(m for m in ("GET", "DELETE", "PUT") if m not in methods)
        record = self.new_route(route=shape, request_method=other)
        matches = [c for c in conflicts.with_controllers(record) if c[0] == shape]
        self.assertFalse(matches)

    def test_the_message_names_a_rule_without_a_record(self):
        self.new_route(route="/test/a")._register_controllers(options=self.options())
        message = "(?s)Non unique route.*/test/a.*Found in model.*tool:GET /test/a"
        with self.assertRaisesRegex(UserError, message):
            self.make(
                request_method="POST",
                request_content_type="text/plain",
                additional_methods="GET",
            )

    def test_a_record_does_not_conflict_with_its_own_rule(self):
        record = self.make()
        record._register_controllers(options=self.options())
        record.additional_methods = "GET"
        record._check_route_unique_across_models()
