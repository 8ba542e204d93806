import psycopg2

from odoo.tools import mute_logger

from .common import CommonEndpoint


class TestClashes(CommonEndpoint):
    """One path and method, one answer."""

    def assertClash(self, **values):
        message = "(?s)Non unique route.*Found in model.*endpoint.endpoint"
        with self.assertRefused(message):
            self.make_endpoint(**values)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_the_same_route_and_method(self):
        self.make_endpoint()
        with self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
            self.make_endpoint()

    def test_other_methods_on_the_same_path_are_fine(self):
        self.make_endpoint()
        self.make_endpoint(request_method="DELETE")
        self.assertClash(request_method="PATCH", additional_methods="GET")

    def test_trailing_slash_and_names_of_variables_make_no_difference(self):
        self.make_endpoint(route="/test/<int:one>/x")
        self.assertClash(route="/test/<int:two>/x/")

    def test_additional_routes_clash_too_both_ways(self):
        self.make_endpoint(additional_routes="/test/more")
        self.assertClash(route="/test/more")
        self.assertClash(route="/test/new", additional_routes="/test/endpoint")

    def test_archived_records_keep_their_path(self):
        self.make_endpoint(active=False, route="/test/sleeping")
        self.assertClash(route="/test/new", additional_routes="/test/sleeping")

    def test_like_patterns_in_paths_are_only_characters(self):
        self.make_endpoint(route="/test/a_b")
        self.make_endpoint(route="/test/aXb")
        self.make_endpoint(route="/test/a%b")

    def test_controllers_of_odoo_keep_theirs(self):
        with self.assertRefused("served by odoo.addons.web"):
            self.make_endpoint(route="/web/login")

    def test_a_route_of_the_tool_keeps_its_path(self):
        self.new_route(route="/test/endpoint")._register_controllers(
            options=self.options()
        )
        with self.assertRefused("(?s)Non unique.*tool:GET /test/endpoint"):
            self.make_endpoint()

    def test_consumer_models_are_found_anew(self):
        names = self.env["endpoint.endpoint"]._get_endpoint_route_consumer_models()
        self.assertIn("endpoint.endpoint", names)
        self.assertNotIn("endpoint.mixin", names)
