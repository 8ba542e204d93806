from .common import CommonEndpoint
from .test_received import UNSENDABLE


class TestDryRun(CommonEndpoint):
    """The "Test" button sends a sample request and rolls back."""

    def setUp(self):
        super().setUp()
        self.registry_enter_test_mode()

    def run_test(self, endpoint, **values):
        action = endpoint.action_test()
        wizard = self.env["endpoint.test"].with_context(**action["context"])
        test = wizard.create(values)
        again = test.action_run()
        self.assertEqual(again["res_id"], test.id)
        return test

    def test_the_dialog_shows_status_headers_and_body(self):
        endpoint = self.make_endpoint(
            'result = {"payload": request.params, "status_code": 202}'
        )
        test = self.run_test(endpoint, query="a=1")
        self.assertFalse(test.response_reason)
        self.assertEqual(test.response_status, 202)
        self.assertEqual(test.response_body, '{"a": "1"}')
        self.assertIn("Content-Type: application/json", test.response_headers)

    def test_writes_are_rolled_back(self):
        endpoint = self.make_endpoint(
            'env["res.partner"].create({"name": "Trial"})\n'
            'count = env["res.partner"].search_count([("name", "=", "Trial")])\n'
            'result = {"payload": count}'
        )
        self.assertEqual(self.run_test(endpoint).response_body, "1")
        trial = self.env["res.partner"].search([("name", "=", "Trial")])
        self.assertFalse(trial)

    def test_caches_are_reset(self):
        endpoint = self.make_endpoint(
            'parameters = env["ir.config_parameter"]\n'
            'parameters.set_param("endpoint.trial", "yes")\n'
            'result = {"payload": parameters.get_param("endpoint.trial")}'
        )
        self.assertEqual(self.run_test(endpoint).response_body, '"yes"')
        parameters = self.env["ir.config_parameter"]
        self.assertFalse(parameters.get_param("endpoint.trial"))

    def test_variables_of_the_route_are_filled_in(self):
        endpoint = self.make_endpoint(
            'result = {"payload": request.params}',
            route="/test/<int:number>",
            additional_routes="/test/by/<string:word>",
        )
        test = self.run_test(endpoint, path="/test/5", query="a=1")
        self.assertEqual(test.response_body, '{"a": "1", "number": 5}')
        test = self.run_test(endpoint, path="/test/by/name")
        self.assertEqual(test.response_body, '{"word": "name"}')

    def test_a_path_of_another_route_is_404(self):
        endpoint = self.make_endpoint(route="/test/<int:number>")
        for path in ("/test/abc", "/elsewhere"):
            with self.subTest(path):
                self.assertEqual(
                    self.run_test(endpoint, path=path).response_status, 404
                )

    def test_a_snippet_cannot_commit(self):
        endpoint = self.make_endpoint("env.cr.commit()\nresult = {}")
        test = self.run_test(endpoint)
        self.assertEqual(test.response_status, 400)
        self.assertIn("cannot commit", test.response_body)

    def test_bodies_and_headers_are_sent(self):
        endpoint = self.make_endpoint(
            "headers = request.httprequest.headers\n"
            'result = {"payload": [json.loads(request.httprequest.get_data()),'
            ' headers["X-Mine"]]}',
            request_method="POST",
            request_content_schema="required: [a]",
        )
        test = self.run_test(endpoint, body='{"a": 1}', headers="X-Mine: yes\n")
        self.assertEqual(test.response_body, '[{"a": 1}, "yes"]')
        invalid = self.run_test(endpoint, body="{}")
        self.assertEqual(invalid.response_status, 400)
        self.assertIn("required", invalid.response_body)

    def test_exceptions_are_shown(self):
        endpoint = self.make_endpoint("result = {}['missing']")
        test = self.run_test(endpoint)
        self.assertEqual(test.response_status, 500)
        self.assertIn("KeyError", test.response_reason)
        self.assertNotIn("KeyError", test.response_body)

    def test_errors_have_the_bytes_that_callers_receive(self):
        endpoint = self.make_endpoint('raise exceptions.UserError("no")', cors="*")
        test = self.run_test(endpoint)
        self.assertEqual(
            test.response_body,
            '{"detail": [{"loc": [], "msg": "no", "type": "bad_request"}]}',
        )
        self.assertIn("Access-Control-Allow-Origin: *", test.response_headers)
        self.assertFalse(test.response_reason)

    def test_results_that_cannot_be_sent_are_500(self):
        endpoint = self.make_endpoint()
        for result, reason in UNSENDABLE.items():
            endpoint.code_snippet = f"result = {result}"
            self.env.flush_all()
            test = self.run_test(endpoint)
            with self.subTest(result):
                self.assertEqual(test.response_status, 500)
                self.assertRegex(test.response_reason, reason)
                self.assertNotRegex(test.response_body, reason)

    def test_a_wrong_method_is_405(self):
        test = self.run_test(self.make_endpoint(), method="PUT")
        self.assertEqual(test.response_status, 405)

    def test_invalid_headers_are_rejected(self):
        with self.assertRejected("Invalid header 'nonsense'"):
            self.run_test(self.make_endpoint(), headers="nonsense")
