from .common import EndpointHttpCase

XSD = (
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
    '<xs:element name="a" type="xs:integer"/></xs:schema>'
)


class TestContentTypes(EndpointHttpCase):
    """Which media types of a body an endpoint accepts."""

    def post(self, body=None, content_type=None, query="", method="POST"):
        headers = {"Content-Type": content_type} if content_type else {}
        path = f"/test/endpoint{query}"
        return self.call(path, method, data=body, headers=headers)

    def make_post(self, snippet='result = {"payload": "ok"}', **values):
        return self.make_endpoint(snippet, request_method="POST", **values)

    def test_several_types_on_one_endpoint(self):
        self.make_post(
            'token = request.params.get("validationToken")\n'
            'result = {"payload": token or "notified"}',
            additional_content_types="text/plain",
            request_content_schema="required: [value]",
        )
        for body, content_type, query, expected in (
            (None, "text/plain; charset=utf-8", "?validationToken=x", "x"),
            ("hi", "text/plain", "", "notified"),
            ('{"value": 1}', "application/json", "", "notified"),
            ('{"value": 1}', "application/cloudevents+json", "", "notified"),
        ):
            response = self.post(body, content_type, query)
            with self.subTest(content_type, body=body):
                self.assertEqual(response.json(), expected)

    def test_415_names_the_accepted_types(self):
        self.make_post(additional_content_types="text/plain", additional_methods="PUT")
        for method, header in (("POST", "Accept-Post"), ("PUT", "Accept")):
            response = self.post("a;b", "text/csv", method=method)
            with self.subTest(method):
                self.assertEqual(response.status_code, 415)
                accepted = response.headers[header]
                self.assertEqual(accepted, "application/json, text/plain")
                self.assertIn("text/csv. Allowed", response.json()["detail"][0]["msg"])

    def test_a_request_without_content_needs_no_type(self):
        self.make_post()
        for body, content_type in ((None, None), ("", "text/csv"), ("", None)):
            with self.subTest(body=body, content_type=content_type):
                self.assertEqual(self.post(body, content_type).status_code, 200)

    def test_content_without_a_type_is_415(self):
        self.make_post()
        self.assertEqual(self.post(b"{}").status_code, 415)
        self.assertEqual(self.post(iter([b"{}"])).status_code, 415)

    def test_a_missing_body_does_not_avoid_the_schema(self):
        self.make_post(
            request_content_schema="type: object", additional_content_types="text/plain"
        )
        for content_type in (None, "text/csv", "application/json"):
            with self.subTest(content_type):
                self.assertEqual(self.post(None, content_type).status_code, 400)

    def test_any_type(self):
        self.make_post(request_content_type="*/*")
        for content_type in (None, "image/png", "nonsense"):
            with self.subTest(content_type):
                self.assertEqual(self.post(b"x", content_type).status_code, 200)

    def test_a_free_type_instead_of_a_standard_one(self):
        self.make_post(
            request_content_type=False,
            additional_content_types="application/soap+xml",
            request_content_schema=XSD,
        )
        for body, content_type, status in (
            ("<a>1</a>", "application/soap+xml", 200),
            ("<a>x</a>", "application/soap+xml", 400),
            ("<a>1</a>", "application/xml", 415),
        ):
            with self.subTest(body, content_type=content_type):
                self.assertEqual(self.post(body, content_type).status_code, status)

    def test_a_schema_applies_to_all_types_of_its_syntax(self):
        self.make_post(
            request_content_type="application/xml", request_content_schema=XSD
        )
        for content_type in ("application/xml", "text/xml", "application/soap+xml"):
            with self.subTest(content_type):
                self.assertEqual(self.post("<a>1</a>", content_type).status_code, 200)
                self.assertEqual(self.post("<a>x</a>", content_type).status_code, 400)

    def test_invalid_types_are_rejected(self):
        with self.assertRejected("'text' is not a media type. Enter types such as"):
            self.make_post(additional_content_types="text/plain, text")

    def test_openapi_lists_all_types(self):
        endpoint = self.make_post(
            additional_content_types="text/plain", request_content_schema="type: object"
        )
        item = endpoint._get_openapi_path_items()["/test/endpoint"]
        self.assertEqual(
            item["post"]["requestBody"]["content"],
            {"application/json": {"schema": {"type": "object"}}, "text/plain": {}},
        )
