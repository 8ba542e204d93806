from werkzeug.exceptions import BadRequest, MethodNotAllowed, UnsupportedMediaType

from odoo.exceptions import UserError, ValidationError

from odoo.addons.endpoint.exceptions import RequestValidationError

from .common import CommonEndpoint


class TestRequest(CommonEndpoint):
    """Validation of mocked requests: the methods that other addons override."""

    def validate(self, endpoint, method="POST", content_type=None):
        headers = [("Content-Type", content_type)] if content_type else []
        with self._get_mocked_request(
            httprequest={"method": method}, extra_headers=headers
        ) as request:
            endpoint._validate_request(request)

    def test_another_method_is_405(self):
        endpoint = self.make_endpoint(request_method="POST")
        for method in ("GET", "HEAD", "PUT", "OPTIONS"):
            with self.subTest(method), self.assertRaises(MethodNotAllowed) as caught:
                self.validate(endpoint, method, "application/json")
        self.assertEqual(caught.exception.valid_methods, ["POST"])

    def test_a_record_is_validated_by_its_own_values(self):
        """The served route goes by what was synchronized: see test_life."""
        endpoint = self.make_endpoint(request_method="POST")
        endpoint.write(
            {"request_method": "PUT", "request_content_type": "application/xml"}
        )
        self.assertFalse(endpoint.registry_sync)
        self.validate(endpoint, "PUT", "application/xml")
        with self.assertRaises(MethodNotAllowed) as caught:
            self.validate(endpoint, "POST", "application/json")
        self.assertEqual(caught.exception.valid_methods, ["PUT"])
        with self.assertRaises(UnsupportedMediaType):
            self.validate(endpoint, "PUT", "application/json")

    def test_head_is_get(self):
        self.validate(self.make_endpoint(), "HEAD")

    def test_content_types_compare_by_media_type(self):
        endpoint = self.make_endpoint(request_method="POST")
        for valid in ("application/json", "Application/JSON; charset=utf-8"):
            self.validate(endpoint, content_type=valid)
        for invalid in (None, "", "text/plain", "application/jsonx", "json"):
            with self.subTest(invalid), self.assertRaises(UnsupportedMediaType):
                self.validate(endpoint, content_type=invalid)

    def test_the_deprecated_type_with_charset_means_json(self):
        endpoint = self.make_endpoint(
            request_method="POST",
            request_content_type="application/json; charset=utf-8",
        )
        self.validate(endpoint, content_type="application/json")

    def test_additional_methods_without_a_body_need_no_content_type(self):
        endpoint = self.make_endpoint(
            additional_methods="POST", request_content_type="application/json"
        )
        self.validate(endpoint, "GET")
        with self.assertRaises(UnsupportedMediaType):
            self.validate(endpoint, "POST")

    def test_validation_errors_are_complete_responses(self):
        error = RequestValidationError([{"loc": ["body"], "msg": "m", "type": "t"}])
        self.assertIsNone(error.code)
        response = error.get_response({})
        self.assertEqual(response.status_code, 400)
        self.assertEqual(response.json, {"detail": error.detail})

    def test_user_errors_of_any_mode_are_bad_requests(self):
        endpoint = self.make_endpoint()
        for error in (UserError("no"), ValidationError("no")):

            def handler(record, request, error=error):
                raise error

            self.patch(type(endpoint), "_handle_exec__code", handler)
            with self._get_mocked_request() as request:
                with self.subTest(error), self.assertRaisesRegex(BadRequest, "no"):
                    endpoint._handle_request(request)

    def test_a_mode_without_handler_is_a_bad_request(self):
        endpoint = self.make_endpoint()
        self.env.cr.execute(
            "UPDATE endpoint_endpoint SET exec_mode = 'unknown' WHERE id = %s",
            [endpoint.id],
        )
        endpoint.invalidate_recordset()
        with self._get_mocked_request() as request:
            with self.assertRaisesRegex(BadRequest, "Missing handler for exec mode"):
                endpoint._handle_request(request)

    def test_a_selection_value_and_a_method_add_a_mode(self):
        klass = type(self.env["endpoint.endpoint"])
        modes = [("code", "Code"), ("echo", "Echo")]
        self.patch(klass, "_selection_exec_mode", lambda self: modes)
        klass._handle_exec__echo = lambda record, request: {"payload": record.name}
        self.addCleanup(delattr, klass, "_handle_exec__echo")
        endpoint = self.make_endpoint(False, exec_mode="echo")
        with self._get_mocked_request() as request:
            self.assertEqual(endpoint._handle_request(request), {"payload": "Test"})

    def test_a_mode_can_validate_its_configuration(self):
        klass = type(self.env["endpoint.endpoint"])

        def validate(record):
            raise UserError(record.env._("not like this"))

        klass._validate_exec__code2 = validate
        self.addCleanup(delattr, klass, "_validate_exec__code2")
        self.patch(klass, "_selection_exec_mode", lambda self: [("code2", "C")])
        with self.assertRaisesRegex(UserError, "not like this"):
            self.make_endpoint(exec_mode="code2")

    def test_an_empty_snippet_is_an_empty_result(self):
        endpoint = self.make_endpoint()
        self.env.cr.execute("UPDATE endpoint_endpoint SET code_snippet = NULL")
        endpoint.invalidate_recordset()
        with self._get_mocked_request() as request:
            self.assertEqual(endpoint._handle_request(request), {})
