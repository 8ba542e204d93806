import json

from odoo.tests.common import HttpCase, tagged
from odoo.tools import mute_logger

from .common import FAKE_CONTROLLERS


@tagged("-at_install", "post_install")
class TestServing(HttpCase):
    """Routes of the tool over HTTP."""

    def register(self, method, klass="TestController", pargs=(), **values):
        route = self.env["endpoint.route.handler.tool"].new(
            {
                "name": "Test",
                "route": "/test/http",
                "request_method": "GET",
                "auth_type": "public",
                **values,
            }
        )
        handler = {
            "klass_dotted_path": f"{FAKE_CONTROLLERS}.{klass}",
            "method_name": method,
            "default_pargs": pargs,
        }
        route._register_controllers(options={"handler": handler})
        return route

    def registry_of_routes(self):
        return self.env["endpoint.route.handler"]._endpoint_registry

    def test_a_route_is_served_until_it_is_unregistered(self):
        self.register("_do_something1")
        self.assertEqual(self.url_open("/test/http?foo=bar").text, "Got: bar")
        self.registry_of_routes().drop_rules(
            ["endpoint.route.handler.tool:GET /test/http"]
        )
        self.env["ir.http"]._endpoint_routes_changed()
        self.assertEqual(self.url_open("/test/http").status_code, 404)

    def test_default_arguments_come_first(self):
        self.register("_do_something2", pargs=("first",))
        self.assertEqual(self.url_open("/test/http?foo=2").text, "first -> got: 2")

    def test_plain_text_becomes_a_response(self):
        self.register("_plain_text")
        self.assertEqual(self.url_open("/test/http").text, "plain")

    def test_the_most_derived_controller_responds(self):
        self.register("respond", klass="ParentController")
        self.assertEqual(self.url_open("/test/http").text, "child of parent")

    def test_head_works_where_get_does(self):
        self.register("_plain_text")
        response = self.opener.head(self.base_url() + "/test/http")
        self.assertEqual((response.status_code, response.text), (200, ""))

    def test_numbers_that_python_does_not_read_match_no_route(self):
        self.register("_plain_text", route="/test/http/<int:number>")
        self.assertEqual(self.url_open(f"/test/http/{'0' * 5000}").status_code, 404)
        self.assertEqual(self.url_open("/test/http/-007").text, "plain")

    def test_type_json_is_json_rpc(self):
        self.register("_fail", route_type="json", request_method="POST")
        with mute_logger("odoo.http"):
            response = self.url_open("/test/http", json={"params": {}}).json()
        self.assertEqual(response["error"]["data"]["name"], "builtins.ValueError")

    @mute_logger("odoo.http")
    def test_a_server_error_has_cors_headers_and_no_detail(self):
        self.register("_fail")
        response = self.url_open("/test/http")
        self.assertEqual(response.status_code, 500)
        self.assertEqual(response.headers["Access-Control-Allow-Origin"], "*")
        self.assertEqual(response.json()["detail"][0]["msg"], "Internal Server Error")
        self.assertNotIn("secret", response.text)

    @mute_logger("odoo.http")
    def test_an_error_rolls_its_writes_back(self):
        self.register("_write_then_fail")
        self.assertEqual(self.url_open("/test/http").status_code, 500)
        partners = self.env["res.partner"].search([("name", "=", "Rolled back")])
        self.assertFalse(partners)

    def test_without_a_session_a_user_route_responds_with_401(self):
        self.register("_plain_text", auth_type="user_endpoint")
        response = self.url_open("/test/http", allow_redirects=False)
        self.assertEqual(response.status_code, 401)
        self.assertEqual(response.json()["detail"][0]["type"], "unauthorized")
        self.authenticate("admin", "admin")
        self.assertEqual(self.url_open("/test/http").text, "plain")

    def test_a_405_names_the_allowed_methods(self):
        self.register("_plain_text")
        response = self.url_open("/test/http", data={"a": 1})
        self.assertEqual(response.status_code, 405)
        self.assertIn("GET", response.headers["Allow"])
        self.assertEqual(response.headers["Access-Control-Allow-Origin"], "*")
        self.assertEqual(response.json()["detail"][0]["type"], "method_not_allowed")

    def test_a_405_of_odoo_is_not_changed(self):
        response = self.opener.put(self.base_url() + "/web/health")
        self.assertNotIn("Access-Control-Allow-Origin", response.headers)

    def test_preflight(self):
        self.register("_plain_text", auth_type="user_endpoint")
        response = self.opener.options(self.base_url() + "/test/http")
        self.assertEqual(response.status_code, 204)
        self.assertEqual(response.headers["Access-Control-Allow-Methods"], "GET")

    def test_the_default_handler_responds_with_404(self):
        route = self.env["endpoint.route.handler.tool"].new(
            {"name": "x", "route": "/test/default", "request_method": "GET"}
        )
        route.auth_type = "public"
        with mute_logger("endpoint.route.handler.tool"):
            route._register_controllers()
        with mute_logger("odoo.addons.endpoint_route_handler.controllers.main"):
            response = self.url_open("/test/default?endpoint_route=x&self=1")
        self.assertEqual(response.status_code, 404)

    def test_json_2_rejects_blocked_models(self):
        user = self.env.ref("base.user_admin")
        key = self.env["res.users.apikeys"].with_user(user)._generate("rpc", "k", None)
        response = self.url_open(
            "/json/2/endpoint.route.handler.tool/search_read",
            headers={"Authorization": f"Bearer {key}"},
            json={"domain": []},
        )
        self.assertEqual(response.status_code, 403, response.text)
        self.assertIn("is not allowed", json.dumps(response.json()))
