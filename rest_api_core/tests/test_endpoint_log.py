from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.endpoint.tests.common import EndpointHttpCase, EndpointMaker

from ..engine import endpoint_logger
from ..limits import rate
from .common import RestCase

JSON = {"Content-Type": "application/json"}


@tagged("-at_install", "post_install")
class TestEndpointLog(EndpointHttpCase):
    """Requests to endpoints are in the log of the REST API."""

    def entries(self):
        self.env.invalidate_all()
        return self.env["rest.log"].search([("endpoint_id", "!=", False)])

    def logged(self, method="GET", path="/test/endpoint", **kwargs):
        """Send a request; return response and entry."""
        before = self.entries()
        response = self.call(path, method, **kwargs)
        entry = self.entries() - before
        self.assertEqual(len(entry), 1)
        return response, entry

    def test_a_request_has_an_entry(self):
        endpoint = self.make_endpoint()
        _response, entry = self.logged(path="/test/endpoint?a=1")
        self.assertEqual(entry.endpoint_id, endpoint)
        self.assertEqual((entry.method, entry.status), ("GET", 200))
        self.assertEqual(
            (entry.path, entry.route), ("/test/endpoint?a=1", endpoint.route)
        )
        self.assertEqual(entry.user_id, self.env.ref("base.public_user"))
        self.assertFalse(entry.api_id or entry.error_code)
        self.assertGreater(entry.duration_ms, 0)
        self.assertEqual(endpoint.log_count, "1")
        self.assertEqual(
            self.env["rest.log"].search(endpoint.action_view_log()["domain"]), entry
        )

    @mute_logger("odoo.http", "endpoint.endpoint")
    def test_failures_of_anonymous_callers_are_small_and_summarized(self):
        endpoint = self.make_endpoint("result = 1 / 0", rest_log_bodies=True)
        store = rate.MemoryStore(size=100)
        with (
            patch.object(endpoint_logger, "_failed", store),
            patch.object(endpoint_logger, "FAILED", rate.Limit(3)),
        ):
            for _ in range(8):
                self.call(f"/test/endpoint?{'a' * 5_000}")
        summary = self.entries().filtered("is_summary")
        self.assertEqual((summary.endpoint_id, summary.requests), (endpoint, 5))
        self.assertEqual((summary.path, summary.status), (endpoint.route, 400))
        details = self.entries() - summary
        self.assertEqual(len(details), 3)
        self.assertLess(max(len(entry.path) for entry in details), 300)
        self.assertFalse(any(details.mapped("response_body")))

    def test_secrets_in_the_path_are_redacted(self):
        self.make_endpoint()
        _response, entry = self.logged(path="/test/endpoint?password=tops3cret")
        self.assertNotIn("tops3cret", entry.path)

    def test_the_entry_of_a_write_belongs_to_its_transaction(self):
        self.make_endpoint(
            'env["res.partner"].create({"name": "Logged"})\nresult = {"payload": 1}',
            request_method="POST",
        )
        _response, entry = self.logged("POST", data="{}", headers=JSON)
        self.assertEqual(entry.status, 200)
        self.assertTrue(self.env["res.partner"].search([("name", "=", "Logged")]))

    @mute_logger("odoo.http", "endpoint.endpoint")
    def test_all_errors_of_an_endpoint_are_logged(self):
        schema = "{type: object, required: [n]}"
        post = {"request_method": "POST", "request_content_schema": schema}
        self.make_endpoint("result = {}", **post)
        wrong = 'raise exceptions.UserError("no such order")'
        self.make_endpoint(wrong, route="/test/wrong")
        self.make_endpoint("result = {'payload': 1 / 0}", route="/test/bug")
        self.make_endpoint(auth_type="bearer", route="/test/key")
        cases = [
            (
                ("POST", "/test/endpoint", "{}"),
                400,
                "invalid_body",
                "'n' is a required",
            ),
            (("POST", "/test/endpoint", "{"), 400, "invalid_body", "body"),
            (("GET", "/test/endpoint", None), 405, "method_not_allowed", "not allowed"),
            (("GET", "/test/wrong", None), 400, "bad_request", "no such order"),
            (("GET", "/test/bug", None), 500, "status_500", "ZeroDivisionError"),
            (("GET", "/test/key", None), 401, "unauthorized", ""),
        ]
        for (method, path, data), status, code, reason in cases:
            with self.subTest(path=path, status=status):
                headers = JSON if data else {}
                response, entry = self.logged(method, path, data=data, headers=headers)
                self.assertEqual(response.status_code, status)
                self.assertEqual(entry.status, status)
                self.assertEqual(entry.error_code, f"endpoint.{code}")
                self.assertIn(reason, entry.error)
        self.assertNotIn("ZeroDivision", response.text)

    @mute_logger("odoo.http")
    def test_what_fails_is_rolled_back_and_logged(self):
        self.make_endpoint(
            'env["res.partner"].create({"name": "Gone"})\n'
            'raise werkzeug.exceptions.BadRequest("x")',
            request_method="POST",
        )
        _response, entry = self.logged("POST", data="{}", headers=JSON)
        self.assertEqual(entry.status, 400)
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Gone")]))

    def test_the_mode_defines_what_is_logged(self):
        statuses = {"200": 'result = {"payload": 1}'}
        statuses["404"] = 'result = {"payload": 1, "status_code": 404}'
        logged = {"none": "", "errors": "404", "success": "200", "all": "200 404"}
        for mode, expected in logged.items():
            found = []
            for status, snippet in statuses.items():
                path = f"/test/{mode}/{status}"
                self.make_endpoint(snippet, route=path, rest_log_mode=mode)
                self.call(path)
                found += [s for s in self.entries().mapped("path") if s == path]
            with self.subTest(mode):
                expected = [f"/test/{mode}/{status}" for status in expected.split()]
                self.assertEqual(found, expected)

    def test_bodies_are_logged_if_the_endpoint_says_so(self):
        values = {"request_method": "POST", "rest_log_bodies": True}
        endpoint = self.make_endpoint('result = {"payload": {"token": "x1"}}', **values)
        body = '{"name": "Ada", "password": "tops3cret"}'
        _response, entry = self.logged("POST", data=body, headers=JSON)
        self.assertIn("Ada", entry.request_body)
        self.assertNotIn("tops3cret", entry.request_body)
        self.assertNotIn("x1", entry.response_body)
        endpoint.rest_log_bodies = False
        _response, entry = self.logged("POST", data=body, headers=JSON)
        self.assertFalse(entry.request_body or entry.response_body)

    def test_preflights_and_the_test_dialog_are_not_logged(self):
        endpoint = self.make_endpoint(cors="*")
        origin = {"Origin": "https://a.example"}
        asked = {"Access-Control-Request-Method": "GET", **origin}
        self.assertEqual(self.call(method="OPTIONS", headers=asked).status_code, 204)
        values = {"endpoint_id": endpoint.id, "path": endpoint.route}
        test = self.env["endpoint.test"].create(values)
        test.action_run()
        self.assertEqual(test.response_status, 200)
        self.assertFalse(self.entries())

    def test_other_routes_of_odoo_are_not_logged(self):
        self.call("/web/login")
        self.call("/nothing/here")
        self.assertFalse(self.entries())

    def test_entries_stay_when_the_endpoint_is_deleted(self):
        endpoint = self.make_endpoint()
        _response, entry = self.logged()
        endpoint.unlink()
        self.assertTrue(entry.exists())


@tagged("-at_install", "post_install")
class TestEndpointRights(EndpointMaker, RestCase):
    """Administrators of the REST API see endpoints, but cannot write code."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = ["base.group_user", "base.group_allow_export"]
        groups.append("rest_api_core.group_rest_manager")
        cls.manager = cls.env["res.users"].create(
            {
                "name": "Manager",
                "login": "endpoint manager",
                "group_ids": [(6, 0, [cls.env.ref(name).id for name in groups])],
            }
        )

    def as_manager(self, record):
        return record.with_user(self.manager)

    def test_the_list_can_be_read(self):
        endpoint = self.as_manager(self.make_endpoint())
        self.assertEqual(endpoint.read(["name", "route"])[0]["route"], endpoint.route)
        arch = endpoint.get_view(view_type="form")["arch"]
        for name in ("code_snippet", "action_test", 'string="Sync registry"'):
            self.assertNotIn(name, arch)

    def test_nothing_leads_to_the_code(self):
        endpoint = self.as_manager(self.make_endpoint('result = {"a": "s3cret"}'))
        model = endpoint.browse()
        attempts = {
            "read": lambda: endpoint.read(["code_snippet"]),
            "search": lambda: model.search([("code_snippet", "like", "s3cret")]),
            "group": lambda: model._read_group([], ["code_snippet"]),
            "export": lambda: endpoint.export_data(["code_snippet"]),
            "write": lambda: endpoint.write({"code_snippet": "result = {}"}),
            "user": lambda: endpoint.write({"exec_as_user_id": 1}),
            "create": lambda: model.create({"name": "a", "route": "/a"}),
            "copy": lambda: endpoint.copy(),
            "delete": lambda: endpoint.unlink(),
            "test": lambda: (
                self.env["endpoint.test"]
                .with_user(self.manager)
                .create({"endpoint_id": endpoint.id, "path": "/a"})
            ),
            "sync": lambda: endpoint.write({"registry_sync": True}),
        }
        for name, attempt in attempts.items():
            with self.subTest(name), self.assertRaises(AccessError):
                attempt()

    def test_the_action_sync_registry_is_not_offered(self):
        bindings = self.env["ir.actions.actions"].with_user(self.manager)
        offered = bindings.get_bindings("endpoint.endpoint").get("action", ())
        self.assertNotIn("Sync registry", [action["name"] for action in offered])
