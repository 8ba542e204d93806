import base64
import gzip
import hashlib
import hmac

from odoo.tools import mute_logger

from .common import EndpointHttpCase

FORM = "application/x-www-form-urlencoded"
WRITE = 'env["res.partner"].create({"name": "Kept"})\n'
PAIRS = 'Response("", headers=[("X-A", "%s")])'
LENGTH = 'Response("a", headers={"Transfer-Encoding": "chunked"})'
# results that a server cannot send, and the reason that is for its log only
UNSENDABLE = {
    '{"headers": {"X-A": "5\\u20ac"}}': "not in latin-1",
    '{"response": %s}' % (PAIRS % "\\u20ac"): "not in latin-1",
    '{"response": %s}' % (PAIRS % "\\x01"): "a line break or another control",
    **{
        f'{{"status_code": {status}}}': f"Status {status} is not between 200 and 599"
        for status in (0, 99, 100, 101, 199, 600, 1000)
    },
    '{"status_code": []}': r"status_code is \[\], not a number",
    '{"response": Response(status=101)}': "Status 101 is not between",
    f'{{"response": {LENGTH}}}': "'Transfer-Encoding' is set by the server only",
    '{"response": Response([1])}': "contains 1, not text or bytes",
    '{"response": Response(x["a"] for x in [{"a": "1"}, {}])}': r"KeyError\('a'\)",
    '{"response": "hi"}': "'response' is 'hi', not a Response",
    '{"payload": float("nan")}': "Out of range float values are not JSON compliant",
    '{"payload": 1e400}': "Out of range float values are not JSON compliant",
    '{"status": 201}': "Unknown key 'status'",
}


class TestReceived(EndpointHttpCase):
    """Bodies of requests and results, over HTTP."""

    def send(self, snippet, data, content_type="application/json", headers=None):
        endpoint = self.make_endpoint(
            snippet, request_method="POST", request_content_type="*/*"
        )
        headers = {"Content-Type": content_type, **(headers or {})}
        response = self.call(method="POST", data=data, headers=headers)
        endpoint.unlink()
        return response

    def test_the_raw_body_stays_readable(self):
        data = b"a=1&b=%E9"
        snippet = (
            'result = {"payload": [len(raw_body), request.params["a"],'
            " len(request.httprequest.get_data())]}"
        )
        self.assertEqual(self.send(snippet, data, FORM).json(), [9, "1", 9])
        multipart = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--'
        response = self.send(snippet, multipart, "multipart/form-data; boundary=x")
        self.assertEqual(response.json(), [len(multipart), "1", len(multipart)])

    def test_charsets_are_decoded_as_declared(self):
        snippet = 'result = {"payload": [body["name"], request.params["name"]]}'
        declared = FORM + "; charset=windows-1252"
        response = self.send(snippet, b"name=Andr%E9", declared)
        self.assertEqual(response.json(), ["André", "André"])
        text = 'result = {"payload": body}'
        for charset, data in (
            ("windows-1252", b"5\x80"),
            ("utf-16", "5€".encode("utf-16")),
        ):
            response = self.send(text, data, f"text/plain; charset={charset}")
            self.assertEqual(response.json(), "5€")
        self.assertEqual(
            self.send(text, b"x", "text/plain; charset=x").status_code, 415
        )

    def test_the_body_is_parsed_by_its_type(self):
        snippet = 'result = {"payload": %s}'
        cases = [
            ("body", b'\xef\xbb\xbf{"a": 1}', "application/json", {"a": 1}),
            ("request.get_json_data()", b"\xef\xbb\xbf[1]", "application/json", [1]),
            ("body", b"", "application/json", None),
            ('body.findtext("b")', b"<a><b>x</b></a>", "text/xml", "x"),
            ('body.getlist("a")', b"a=1&a=2", FORM, ["1", "2"]),
            ("body", b"a\xff", "application/octet-stream", "Yf8="),
        ]
        for expression, data, content_type, expected in cases:
            with self.subTest(expression=expression, data=data):
                response = self.send(snippet % expression, data, content_type)
                self.assertEqual(response.json(), expected)

    def test_malformed_bodies_are_400(self):
        for snippet in ("result = {}", "json.loads(raw_body)\nresult = {}"):
            for data in (b"{", b"NaN", b"[" * 100_000, b'"\xff"'):
                for content_type in ("application/json", "application/octet-stream"):
                    if snippet == "result = {}" and "octet" in content_type:
                        continue
                    if "octet" in content_type and data != b"{":
                        continue
                    with self.subTest(snippet=snippet, data=data[:9]):
                        response = self.send(snippet, data, content_type)
                        self.assertEqual(response.status_code, 400)

    def test_a_snippet_can_use_the_name_body_for_something_else(self):
        snippet = 'body = raw_body\nresult = {"payload": len(body)}'
        self.assertEqual(self.send(snippet, b"<a", "text/xml").json(), 2)
        response = self.send('result = {"payload": body.tag}', b"<a", "text/xml")
        self.assertEqual(response.status_code, 400)

    def test_compressed_bodies(self):
        snippet = 'result = {"payload": body}'
        encoding = {"Content-Encoding": "gzip"}
        response = self.send(snippet, gzip.compress(b"[1]"), headers=encoding)
        self.assertEqual(response.json(), [1])
        bomb = gzip.compress(b" " * (17 * 2**20))
        self.assertEqual(self.send(snippet, bomb, headers=encoding).status_code, 413)
        self.assertEqual(self.send(snippet, b"x", headers=encoding).status_code, 400)
        response = self.send(snippet, b"x", headers={"Content-Encoding": "br"})
        self.assertEqual(response.status_code, 415)
        self.assertEqual(response.headers["Accept-Encoding"], "gzip, deflate")

    @mute_logger("odoo.sql_db")
    def test_characters_that_cannot_be_stored_are_400(self):
        for field in ("name", "function"):
            snippet = f'user.partner_id.write({{"{field}": body}})\nresult = {{}}'
            for data in (b'"\\ud800"', b'"a\\u0000b"'):
                with self.subTest(field=field, data=data):
                    self.assertEqual(self.send(snippet, data).status_code, 400)

    def test_webhooks_are_verified(self):
        snippet = (
            'valid = verify_hmac("s", "X-Sig", encoding="base64", prefix="v=")\n'
            'result = {"payload": valid}'
        )
        digest = hmac.new(b"s", b"[1]", hashlib.sha256).digest()
        value = "v=" + base64.b64encode(digest).decode()
        for header, valid in ((value, True), (value[:-2] + "x=", False), ("é", False)):
            headers = {"X-Sig": header.encode("latin-1")}
            self.assertIs(self.send(snippet, b"[1]", headers=headers).json(), valid)

    def test_base64_in_each_spelling(self):
        data = b"\xff\xfe?"
        standard, urlsafe = "//4/", "__4_"
        signed = base64.b64encode(hmac.new(b"s", data, "sha256").digest()).decode()
        for expression, expected in (
            ("base64.b64encode(raw_body).decode()", standard),
            ("b64encode(raw_body).decode()", standard),
            ("base64.urlsafe_b64encode(raw_body).decode()", urlsafe),
            (f'base64.b64decode("{standard}") == raw_body', True),
            (f'b64decode("{standard}") == raw_body', True),
            (f'base64.urlsafe_b64decode("{urlsafe}") == raw_body', True),
            # what Shopify sends in X-Shopify-Hmac-Sha256
            ('b64encode(hmac.new(b"s", raw_body, "sha256").digest()).decode()', signed),
            (
                'b64encode(hmac.new(b"s", raw_body, hashlib.sha256).digest()).decode()',
                signed,
            ),
        ):
            with self.subTest(expression):
                snippet = f'result = {{"payload": {expression}}}'
                response = self.send(snippet, data, "application/octet-stream")
                self.assertEqual(response.json(), expected)

    @mute_logger("odoo.http")
    def test_results_that_cannot_be_sent_are_rolled_back(self):
        for result in UNSENDABLE:
            with self.subTest(result):
                response = self.send(f"{WRITE}result = {result}", b"[1]")
                self.assertEqual(response.status_code, 500)
                self.assertEqual(
                    response.json()["detail"][0]["type"], "internal_server_error"
                )
        kept = self.env["res.partner"].search([("name", "=", "Kept")])
        self.assertFalse(kept)

    def test_the_log_alone_has_the_reason_of_what_cannot_be_sent(self):
        for result, reason in UNSENDABLE.items():
            with self.subTest(result):
                with self.assertLogs("odoo.http", "ERROR") as logs:
                    response = self.send(f"result = {result}", b"[1]")
                self.assertRegex("\n".join(logs.output), reason)
                self.assertNotRegex(response.text, reason)
                [error] = response.json()["detail"]
                self.assertEqual(error["msg"], "Internal Server Error")

    def test_file_names_beyond_ascii_are_encoded(self):
        header = '{"Content-Disposition": "attachment; filename=\\"5\\u20ac.pdf\\""}'
        for result in (
            f'{{"headers": {header}}}',
            f'{{"response": Response("", headers={header})}}',
        ):
            response = self.send(f"result = {result}", b"[1]")
            self.assertEqual(
                response.headers["Content-Disposition"],
                "attachment; filename=\"5_.pdf\"; filename*=UTF-8''5%E2%82%AC.pdf",
            )
