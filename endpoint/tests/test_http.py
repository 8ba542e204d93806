import datetime
from unittest import mock

from odoo.sql_db import Cursor
from odoo.tools import mute_logger

from .common import EndpointHttpCase


class TestHttp(EndpointHttpCase):
    """Endpoints over HTTP: responses, errors and headers."""

    def test_an_empty_result_is_an_empty_string(self):
        self.make_endpoint("result = {}")
        response = self.call()
        self.assertEqual((response.status_code, response.text), (200, '""'))
        self.assertEqual(response.headers["Content-Type"], "application/json")

    def test_payload_status_and_headers(self):
        self.make_endpoint(
            'result = {"payload": {"a": [1, None]}, "status_code": 202,'
            ' "headers": {"X-Mine": "1", "Content-Type": "text/html"}}'
        )
        response = self.call()
        self.assertEqual(response.json(), {"a": [1, None]})
        self.assertEqual(response.status_code, 202)
        self.assertEqual(response.headers["X-Mine"], "1")
        self.assertEqual(response.headers["Content-Type"], "application/json")

    def test_header_pairs(self):
        self.make_endpoint('result = {"headers": [("X-A", "1"), ("X-B", "2")]}')
        self.assertEqual(self.call().headers["X-B"], "2")

    def test_dates_bytes_and_domains_in_the_payload(self):
        self.make_endpoint(
            'result = {"payload": [datetime.date(2026, 1, 2), b"a", b"\\xff",'
            " datetime.datetime(2026, 1, 2, 3)]}"
        )
        self.assertEqual(
            self.call().json(), ["2026-01-02", "a", "/w==", "2026-01-02 03:00:00"]
        )

    def test_a_result_can_have_a_json_default(self):
        self.make_endpoint(
            'result = {"payload": datetime.date(2026, 1, 2),'
            ' "json_default": lambda value: value.year}'
        )
        self.assertEqual(self.call().json(), 2026)

    def test_a_string_is_quoted(self):
        self.make_endpoint('result = {"payload": json.dumps({"a": 1})}')
        self.assertEqual(self.call().json(), '{"a": 1}')

    def test_variables_of_the_route_are_parameters(self):
        self.make_endpoint(
            'result = {"payload": [request.params["number"], request.params["q"]]}',
            route="/test/<int:number>/x",
        )
        self.assertEqual(self.call("/test/5/x?q=a").json(), [5, "a"])

    def test_parameters_can_have_any_name(self):
        self.make_endpoint('result = {"payload": sorted(request.params)}')
        response = self.call("/test/endpoint?model=a&endpoint_route=b&self=c&env=d")
        self.assertEqual(response.json(), ["endpoint_route", "env", "model", "self"])

    def test_two_records_share_a_path_by_method(self):
        self.make_endpoint('result = {"payload": "got"}')
        self.make_endpoint('result = {"payload": "gone"}', request_method="DELETE")
        self.assertEqual(self.call().json(), "got")
        self.assertEqual(self.call(method="DELETE").json(), "gone")
        self.assertEqual(self.call(method="PUT").status_code, 405)

    def test_one_record_serves_several_methods_and_routes(self):
        self.make_endpoint(
            'result = {"payload": request.httprequest.method}',
            additional_methods="PATCH, DELETE",
            additional_routes="/test/second",
        )
        for path in ("/test/endpoint", "/test/second"):
            for method in ("GET", "PATCH", "DELETE"):
                with self.subTest(path=path, method=method):
                    self.assertEqual(self.call(path, method).json(), method)

    def test_head_responds_like_get_without_a_body(self):
        self.make_endpoint()
        response = self.call(method="HEAD")
        self.assertEqual((response.status_code, response.content), (200, b""))

    def test_forms_with_files(self):
        self.make_endpoint(
            'upload = request.httprequest.files["upload"]\n'
            'result = {"payload": [upload.filename, len(upload.read()),'
            ' request.params["name"]]}',
            request_method="POST",
            request_content_type="multipart/form-data",
        )
        response = self.call(
            method="POST", files={"upload": ("a.txt", b"12345")}, data={"name": "x"}
        )
        self.assertEqual(response.json(), ["a.txt", 5, "x"])

    def test_schema_errors_carry_cors_headers(self):
        self.make_endpoint(
            request_method="POST",
            request_content_schema="required: [name]",
            cors="https://shop.example",
        )
        response = self.call(method="POST", json={})
        self.assertEqual(response.status_code, 400)
        self.assertEqual(response.json()["detail"][0]["type"], "required")
        allowed = response.headers["Access-Control-Allow-Origin"]
        self.assertEqual(allowed, "https://shop.example")

    def test_a_changed_schema_applies_at_once(self):
        endpoint = self.make_endpoint(
            request_method="POST", request_content_schema="required: [name]"
        )
        self.assertEqual(self.call(method="POST", json={}).status_code, 400)
        endpoint.request_content_schema = "required: [other]"
        self.assertEqual(self.call(method="POST", json={"other": 1}).status_code, 200)

    def test_the_reason_of_a_user_error_is_json_with_cors(self):
        self.make_endpoint('raise exceptions.UserError("Not today <b>")')
        response = self.call()
        self.assertEqual(response.status_code, 400)
        self.assertEqual(response.json()["detail"][0]["msg"], "Not today <b>")
        self.assertEqual(response.headers["Access-Control-Allow-Origin"], "*")
        html = self.call(headers={"Accept": "text/html"})
        self.assertIn("Not today &lt;b&gt;", html.text)

    @mute_logger("odoo.http")
    def test_a_failing_snippet_is_500_and_reveals_nothing(self):
        self.make_endpoint('secret = "hunter2"\nresult = secret.nothing')
        response = self.call()
        self.assertEqual(response.status_code, 500)
        self.assertNotIn("hunter2", response.text)
        self.assertNotIn("Traceback", response.text)

    def test_a_user_error_rolls_its_writes_back(self):
        self.make_endpoint(
            'env["res.partner"].create({"name": "Rolled back"})\n'
            'raise exceptions.UserError("no")'
        )
        self.assertEqual(self.call().status_code, 400)
        partners = self.env["res.partner"].search([("name", "=", "Rolled back")])
        self.assertFalse(partners)

    def test_a_missing_record_is_404(self):
        self.make_endpoint(
            'result = {"payload": env["res.partner"].browse(999999999).name}'
        )
        self.assertEqual(self.call().status_code, 404)

    def test_without_cors_there_are_no_cors_headers(self):
        self.make_endpoint(cors=False)
        self.assertNotIn("Access-Control-Allow-Origin", self.call().headers)
        self.assertEqual(self.call(method="OPTIONS").status_code, 405)

    def test_a_wrong_or_missing_key_is_401(self):
        self.make_endpoint(auth_type="bearer", exec_as_user_id=False)
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            response = self.call(headers=headers)
            with self.subTest(headers):
                self.assertEqual(response.status_code, 401)
                self.assertIn("bearer", response.headers["WWW-Authenticate"].lower())

    def test_api_keys_create_no_session(self):
        self.make_endpoint(auth_type="bearer", exec_as_user_id=False)
        headers = self.bearer(self.env.ref("base.user_admin"))
        response = self.call(headers=headers)
        self.assertEqual(response.status_code, 200)
        self.assertNotIn("session_id", response.headers.get("Set-Cookie", ""))

    def test_a_read_only_endpoint_that_writes_is_repeated(self):
        self.make_endpoint(
            'user.partner_id.write({"function": "written"})\nresult = {}', readonly=True
        )
        with mute_logger("odoo.http", "odoo.sql_db"):
            self.assertEqual(self.call().status_code, 200)
        admin = self.env.ref("base.user_admin")
        self.assertEqual(admin.partner_id.function, "written")

    def test_a_json_rpc_endpoint_responds_with_json_rpc(self):
        self.make_endpoint("result = {}", route_type="json", request_method="POST")
        response = self.call(method="POST", json={"params": {}})
        self.assertNotIn("KeyError", response.text)
        self.assertEqual(response.status_code, 200)

    def test_requests_do_not_query_the_endpoint(self):
        self.make_endpoint()
        self.call()
        queries = []
        execute = Cursor.execute

        def spy(cursor, query, *args, **kwargs):
            queries.append(str(getattr(query, "code", query)))
            return execute(cursor, query, *args, **kwargs)

        with mock.patch.object(Cursor, "execute", spy):
            self.call()
            self.env["res.partner"].search([], limit=1)
        self.assertTrue(queries, "the spy records queries")
        # rest_api_core, where it is installed, logs the request
        queries = [query for query in queries if "rest_log" not in query]
        self.assertEqual([query for query in queries if "endpoint" in query], [])

    def test_log_writes_a_row(self):
        endpoint = self.make_endpoint('log("hello", level="warning")\nresult = {}')
        self.assertEqual(self.call().status_code, 200)
        row = self.env["ir.logging"].search([("path", "=", "endpoint")], limit=1)
        self.assertEqual(
            (row.type, row.level, row.message, row.func, row.line),
            ("server", "warning", "hello", "Test", str(endpoint.id)),
        )
        self.assertEqual(row.name, "odoo.addons.endpoint.models.endpoint_mixin")

    def test_a_date_is_encoded(self):
        self.make_endpoint('result = {"payload": datetime.date.today()}')
        self.assertEqual(self.call().json(), str(datetime.date.today()))
