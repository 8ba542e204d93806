from .common import EndpointHttpCase

SHOP, APP, EVIL = "https://shop.example", "https://app.example", "https://evil.example"
ORIGIN = "Access-Control-Allow-Origin"
PREFLIGHT = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "x-api-key",
}


class TestCors(EndpointHttpCase):
    """What browsers get: CORS headers, preflights and cookies."""

    def setUp(self):
        super().setUp()
        # HttpCase has an anonymous session; a new browser has none
        self.opener.cookies.pop("session_id", None)

    def test_of_several_origins_one_is_sent_with_each_response(self):
        self.make_endpoint(
            'if request.params.get("fail"):\n'
            '    raise exceptions.UserError("no")\n'
            "result = {}",
            cors=f"{SHOP}, {APP}",
        )
        for path in ("/test/endpoint", "/test/endpoint?fail=1"):
            for method in ("GET", "PUT", "OPTIONS"):
                for origin, allowed in ((APP, APP), (SHOP, SHOP), (EVIL, None)):
                    headers = {"Origin": origin, **PREFLIGHT}
                    response = self.call(path, method, headers=headers)
                    with self.subTest(path=path, method=method, origin=origin):
                        self.assertEqual(response.headers.get(ORIGIN), allowed)
                        self.assertIn("Origin", response.headers["Vary"])

    def test_preflights_allow_listed_headers(self):
        self.make_endpoint(
            request_method="POST", auth_type="bearer", cors_headers="x-api-key"
        )
        headers = {"Origin": SHOP, **PREFLIGHT}
        response = self.call(method="OPTIONS", headers=headers)
        self.assertEqual(response.status_code, 204)
        allowed = response.headers["Access-Control-Allow-Headers"].split(", ")
        self.assertLessEqual({"Content-Type", "x-api-key"}, set(allowed))

    def test_invalid_origins_and_headers_are_rejected(self):
        for values, message in (
            ({"cors": "shop.example"}, "'shop.example' is not an origin"),
            ({"cors": f"*, {SHOP}"}, r"'\*' is not an origin.*or \* alone"),
            ({"cors_headers": "a:b"}, "'a:b' is not the name of a request header"),
        ):
            with self.subTest(values), self.assertRejected(message):
                self.make_endpoint(**values)

    def test_callers_without_a_session_get_no_cookie(self):
        self.make_endpoint(
            'if request.params.get("fail"):\n'
            '    raise exceptions.UserError("no")\n'
            "result = {}"
        )
        self.make_endpoint(
            route="/test/schema", request_method="POST", request_content_schema="false"
        )
        for path, method, kwargs in (
            ("/test/endpoint", "GET", {}),
            ("/test/endpoint", "OPTIONS", {"headers": {"Origin": SHOP, **PREFLIGHT}}),
            ("/test/endpoint?fail=1", "GET", {}),
            ("/test/endpoint", "PUT", {}),
            ("/test/schema", "POST", {"json": {}}),
        ):
            response = self.call(path, method, **kwargs)
            with self.subTest(path=path, method=method):
                self.assertNotIn("Set-Cookie", response.headers)

    def test_a_snippet_that_uses_the_session_gets_a_cookie(self):
        self.make_endpoint(
            'count = request.session.get("count", 0) + 1\n'
            'request.session.update({"count": count})\n'
            'result = {"payload": count}'
        )
        first = self.call()
        self.assertIn("session_id", first.headers["Set-Cookie"])
        self.opener.cookies.update(first.cookies)
        self.assertEqual(self.call().json(), 2)


class TestMethods(EndpointHttpCase):
    """HEAD and OPTIONS."""

    def test_an_endpoint_can_respond_to_options(self):
        self.make_endpoint(
            'origin = request.httprequest.headers["WebHook-Request-Origin"]\n'
            'result = {"headers": {"WebHook-Allowed-Origin": origin}}',
            request_method="POST",
            additional_methods="OPTIONS",
        )
        headers = {"WebHook-Request-Origin": "events.example"}
        response = self.call(method="OPTIONS", headers=headers)
        self.assertEqual(response.status_code, 200, response.text)
        self.assertEqual(response.headers["WebHook-Allowed-Origin"], "events.example")
        self.assertEqual(response.headers[ORIGIN], "*")
        preflight = {"Origin": SHOP, **PREFLIGHT}
        response = self.call(method="OPTIONS", headers=preflight)
        self.assertEqual(response.status_code, 204)
        self.assertEqual(response.headers[ORIGIN], "*")
        self.assertEqual(self.call(method="GET").headers[ORIGIN], "*")

    def test_options_requests_need_the_credentials_of_the_endpoint(self):
        self.make_endpoint(
            request_method="OPTIONS", auth_type="bearer", exec_as_user_id=False
        )
        self.assertEqual(self.call(method="OPTIONS").status_code, 401)

    def test_head_can_be_among_the_methods(self):
        self.make_endpoint(request_method="POST", additional_methods="HEAD")
        self.assertEqual(self.call(method="HEAD").status_code, 200)
        self.assertEqual(self.call(method="GET").status_code, 405)

    def test_head_of_another_record_conflicts_with_get(self):
        self.make_endpoint()
        with self.assertRejected("(?s)Non unique route"):
            self.make_endpoint(request_method="HEAD")
