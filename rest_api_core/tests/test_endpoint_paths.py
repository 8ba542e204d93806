"""``rest.endpoint``: where endpoints of an API are served, and who sets them up."""

from ast import literal_eval

from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .test_endpoints_of_apis import PARTNER, EndpointCase


@tagged("post_install", "-at_install")
class TestPathsOfEndpoints(EndpointCase):
    def test_they_move_with_their_api(self):
        endpoint = self.make_search()
        self.api.root_path = "/rest/moved"
        self.assertEqual(endpoint.route, "/rest/moved/customers/belgium")
        old = self.rest.get("customers/belgium")
        self.assertEqual(old.status_code, 404)
        self.root = "/rest/moved"
        self.assertEqual(len(self.data(self.rest.get("customers/belgium"))), 2)

    def test_they_move_when_their_path_changes(self):
        endpoint = self.make_search()
        endpoint.path = "/customers/be/"
        self.assertEqual(self.rest.get("customers/belgium").status_code, 404)
        self.assertEqual(self.rest.get("customers/be").status_code, 200)

    def test_they_go_with_their_api_and_alone(self):
        endpoint = self.make_search()
        self.api.active = False
        self.assertEqual(self.rest.get("customers/belgium").status_code, 404)
        self.api.active = True
        self.assertEqual(self.rest.get("customers/belgium").status_code, 200)
        endpoint.active = False
        self.assertEqual(self.rest.get("customers/belgium").status_code, 404)
        endpoint.active = True
        self.api.unlink()
        self.assertFalse(endpoint.exists())
        self.assertEqual(self.rest.get("customers/belgium").status_code, 404)

    def test_an_api_above_does_not_take_over_those_of_an_archived_one(self):
        self.make_search()
        above = self.env["rest.api"].create({"name": "Above", "root_path": "/rest"})
        self.client.all_resources = True
        self.api.active = False
        answer = self.rest.get("customers/belgium")
        self.assertEqual(answer.status_code, 404)
        self.assertTrue(above.active)

    def test_paths_of_the_api_are_refused(self):
        for path in ("res.partner/vip", "health", "reports/x", "<string:any>/x"):
            with self.subTest(path), self.assertRaises(ValidationError):
                self.make_search(path)
                self.env.flush_all()

    def test_what_is_no_path_is_refused(self):
        for path in ("/", "a b", "a//b", "../a", "a?b", "<path:a>", "<model('x'):a>"):
            with self.subTest(path), self.assertRaises(UserError):
                self.make_search(path)
                self.env.flush_all()

    def test_one_path_and_method_belong_to_one_endpoint(self):
        self.make_code("result = {}", "same")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.cr.savepoint(),
        ):
            self.make_code("result = {}", "/same/", readonly=True)
        with self.assertRaises(UserError):
            self.make_code(
                "result = {}",
                "same",
                request_method="POST",
                request_content_type="application/json",
                additional_methods="GET",
            )
        self.make_code(
            "result = {'payload': 2}",
            "same",
            request_method="POST",
            request_content_type="application/json",
        )
        self.assertEqual(self.rest.post("same", {}).json(), 2)

    def assert_allows(self, path, *methods):
        """Other methods than these are a 405 that names them."""
        allowed = ", ".join(sorted({*methods, "OPTIONS"}))
        answer = self.rest.ask("OPTIONS", path, key=False)
        self.assertEqual(answer.headers["Allow"], allowed)
        for method in {"GET", "HEAD", "POST", "PUT", "DELETE", "X"} - set(methods):
            answer = self.rest.ask(method, path)
            self.assertEqual(answer.status_code, 405, f"{method} {path}")
            self.assertEqual(answer.headers["Allow"], allowed)

    def test_another_method_is_a_405_that_names_theirs(self):
        self.make_search()
        self.assert_allows("customers/belgium", "GET", "HEAD")
        # one segment could also be a model
        self.make_action("", "orders")
        self.assert_allows("orders", "POST")
        self.make_action("", "orders/<int:id>/close")
        self.assert_allows("orders/7/close", "POST")

    def test_endpoints_with_the_same_path_are_named_together(self):
        self.make_code("result = {}", "same")
        post = {"request_method": "POST", "request_content_type": "application/json"}
        self.make_code("result = {}", "same", **post)
        self.assert_allows("same", "GET", "HEAD", "POST")

    def test_what_is_not_served_has_no_methods(self):
        endpoint = self.make_search()
        endpoint.active = False
        self.assertEqual(self.rest.delete("customers/belgium").status_code, 404)
        endpoint.active = True
        self.env["rest.api"].create({"name": "Above", "root_path": "/rest"})
        self.client.all_resources = True
        self.api.active = False
        self.assertEqual(self.rest.delete("customers/belgium").status_code, 404)

    @mute_logger("odoo.http")
    def test_numbers_in_a_path_may_have_any_length(self):
        self.make_action("", "orders/<int:id>/close")
        self.make_action("", "orders/<ids>/reopen")
        for digits in ("0", "2147483648", "9" * 30, "9" * 5000):
            for path in (f"orders/{digits}/close", f"orders/3,{digits}/reopen"):
                answer = self.rest.post(path, {})
                self.assert_problem(answer, 404, "record.not_found")

    def test_a_route_of_ones_own_is_refused(self):
        endpoint = self.make_search()
        for values in (
            {"route": "/elsewhere"},
            {"additional_routes": "/elsewhere"},
            {"registry_auto_sync": False},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                endpoint.write(values)
                self.env.flush_all()

    def test_a_copy_has_a_path_of_its_own(self):
        endpoint = self.make_search()
        copy = endpoint.copy()
        self.assertNotEqual(copy.path, endpoint.path)
        self.assertTrue(copy.route.startswith(f"{self.root}/customers/belgium/"))


@tagged("post_install", "-at_install")
class TestConfigurationOfEndpoints(EndpointCase):
    def refused(self, **values):
        with self.assertRaises(ValidationError):
            self.make_search(**values)

    def test_mistakes_of_a_search_are_refused(self):
        country = self.env["ir.model"]._get_id("res.partner.title")
        for values in (
            {"model_id": False},
            {"model_id": country},
            {"search_domain": "[('nothing', '=', 1)]"},
            {"search_domain": "__import__('os')"},
            {"search_fields": "nothing"},
            {"search_fields": "country_id.nothing"},
            {"search_order": "nothing"},
            {"search_limit": -1},
            {"search_params": "town: nothing ="},
            {"search_params": "limit: city ="},
            {"request_method": "DELETE"},
            {"exec_as_user_id": self.user.id},
        ):
            with self.subTest(values):
                self.refused(**values)

    def test_mistakes_of_a_search_are_named_by_the_field_of_the_form(self):
        for values, message in (
            ({"search_fields": "nme"}, "Fields: Field 'nme' does not exist"),
            ({"search_order": "nme desc"}, "Order: Field 'nme' does not exist"),
            ({"search_params": "a: nme"}, "Parameters: Field 'nme' does not exist"),
            ({"search_params": "town city"}, "Parameters: town city: write"),
            ({"search_limit": 1001}, "larger than the maximum page size"),
        ):
            with self.subTest(values), self.assertRaises(ValidationError) as caught:
                self.make_search(**values)
            self.assertIn(message, str(caught.exception))

    def test_a_server_action_of_another_model_is_refused(self):
        with self.assertRaises(ValidationError):
            country = self.env["ir.model"]._get_id("res.country")
            self.make_action("pass", model_id=country)

    def create_in_form(self, user):
        """As the form of the menu does."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rest_api_core.rest_endpoint_action"
        )
        context = literal_eval(action["context"])
        model = self.env["rest.endpoint"].with_user(user).with_context(**context)
        with Form(model) as form:
            form.name = "From a form"
            form.api_id = self.api.with_user(user)
            form.path = "from/form"
            form.model_id = self.env["ir.model"].with_user(user)._get(PARTNER)
        self.assertEqual(form.record.route, f"{self.root}/from/form")
        self.assertEqual(form.record.registry_state, "synced")

    def test_the_only_api_is_chosen_in_a_new_form(self):
        apis, endpoints = self.env["rest.api"], self.env["rest.endpoint"]
        (apis.search([]) - self.api).active = False
        self.assertEqual(endpoints.default_get(["api_id"])["api_id"], self.api.id)
        self.api.copy({"root_path": "/second", "name": "Second"})
        self.assertFalse(endpoints.default_get(["api_id"]).get("api_id"))

    def test_an_administrator_creates_them_in_a_form(self):
        self.create_in_form(self.env.ref("base.user_admin"))
        self.assertEqual(self.rest.get("from/form").status_code, 200)

    def test_managers_set_up_searches_and_nothing_more(self):
        manager = new_test_user(
            self.env, "custom_manager", "rest_api_core.group_rest_manager"
        )
        search = self.make_search().with_user(manager)
        search.write({"search_limit": 5, "path": "other"})
        code = self.make_code("result = {}").with_user(manager)
        for values in (
            {"exec_mode": "code"},
            {"exec_mode": "server_action"},
            {"exec_as_user_id": self.user.id},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                search.write(values)
        with self.assertRaises(UserError):
            code.path = "elsewhere"
        self.create_in_form(manager)
        code.active = False
        self.api.with_user(manager).root_path = "/rest/moved"
        self.assertEqual(code.sudo().route, "/rest/moved/snippet")
        search.unlink()
