import psycopg2

from odoo.tools import mute_logger

from .common import CommonEndpoint


class TestConflicts(CommonEndpoint):
    """Two records cannot serve the same path and method."""

    def assertConflict(self, **values):
        message = "(?s)Non unique route.*Found in model.*endpoint.endpoint"
        with self.assertRejected(message):
            self.make_endpoint(**values)

    @mute_logger("odoo.sql_db")
    def test_the_database_rejects_the_same_route_and_method(self):
        self.make_endpoint()
        with self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
            self.make_endpoint()

    def test_other_methods_on_the_same_path_are_accepted(self):
        self.make_endpoint()
        self.make_endpoint(request_method="DELETE")
        self.assertConflict(request_method="PATCH", additional_methods="GET")

    def test_trailing_slash_and_names_of_variables_make_no_difference(self):
        self.make_endpoint(route="/test/<int:one>/x")
        self.assertConflict(route="/test/<int:two>/x/")

    def test_additional_routes_conflict_both_ways(self):
        self.make_endpoint(additional_routes="/test/more")
        self.assertConflict(route="/test/more")
        self.assertConflict(route="/test/new", additional_routes="/test/endpoint")

    def test_archived_records_keep_their_path(self):
        self.make_endpoint(active=False, route="/test/sleeping")
        self.assertConflict(route="/test/new", additional_routes="/test/sleeping")

    def test_like_wildcards_in_paths_are_escaped(self):
        self.make_endpoint(route="/test/a_b")
        self.make_endpoint(route="/test/aXb")
        self.make_endpoint(route="/test/a%b")

    def test_controllers_of_odoo_keep_their_path(self):
        with self.assertRejected("served by odoo.addons.web"):
            self.make_endpoint(route="/web/login")

    def test_a_route_of_the_tool_keeps_its_path(self):
        self.new_route(route="/test/endpoint")._register_controllers(
            options=self.options()
        )
        with self.assertRejected("(?s)Non unique.*tool:GET /test/endpoint"):
            self.make_endpoint()

    def test_consumer_models_are_the_stored_ones(self):
        names = self.env["endpoint.endpoint"]._get_endpoint_route_consumer_models()
        self.assertIn("endpoint.endpoint", names)
        self.assertNotIn("endpoint.mixin", names)
