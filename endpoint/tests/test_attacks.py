from odoo.tools import mute_logger

from .common import EndpointHttpCase

XSD = """
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="greeting" type="xs:string"/>
</xs:schema>
"""
ENTITIES = "".join(
    f"<!ENTITY a{number} '{f'&a{number - 1};' * 10}'>" for number in range(1, 9)
)
BOMB = f"<!DOCTYPE g [<!ENTITY a0 'ha'>{ENTITIES}]><greeting>&a8;</greeting>"


class TestAttacks(EndpointHttpCase):
    """Hostile bodies and snippets."""

    def xml(self, body):
        headers = {"Content-Type": "application/xml"}
        return self.call(method="POST", data=body, headers=headers)

    def test_hostile_xml_is_400_and_reveals_nothing(self):
        self.make_endpoint(
            request_method="POST",
            request_content_type="application/xml",
            request_content_schema=XSD,
        )
        bodies = {
            "entity": '<!DOCTYPE g [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
            "<greeting>&x;</greeting>",
            "parameter entity": "<!DOCTYPE g [<!ENTITY % x SYSTEM 'http://127.0.0.1/'>"
            "%x;]><greeting/>",
            "external dtd": '<!DOCTYPE g SYSTEM "http://127.0.0.1:1/x"><greeting/>',
            "billion laughs": BOMB,
            "deep": "<a>" * 5000 + "</a>" * 5000,
            "empty": "",
            "null bytes": "<greeting>\0</greeting>",
        }
        for name, body in bodies.items():
            response = self.xml(body)
            with self.subTest(name):
                self.assertEqual(response.status_code, 400)
                self.assertEqual(response.json()["detail"][0]["type"], "xml_invalid")
                self.assertNotIn("root:", response.text)

    def test_hostile_json_is_400(self):
        self.make_endpoint(request_method="POST", request_content_schema="type: object")
        bodies = {
            "deep lists": b"[" * 100_000 + b"]" * 100_000,
            "deep objects": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
            "open": b"[" * 50_000,
            "not utf-8": b'{"a": "\xff"}',
            "nan": b'{"a": NaN}',
            "huge number": b'{"a": ' + b"9" * 10_000 + b"}",
            "empty": b"",
            "null": b"null",
        }
        for name, body in bodies.items():
            response = self.call(
                method="POST", data=body, headers={"Content-Type": "application/json"}
            )
            with self.subTest(name):
                self.assertEqual(response.status_code, 400)
                self.assertTrue(response.json()["detail"][0]["msg"])

    def test_large_bodies_are_413(self):
        endpoint = self.make_endpoint(request_method="POST")
        limits = {
            "default of public endpoints": (0, 1024),
            "own limit": (1, 1),
            "own limit above the default": (2000, 2000),
        }
        for name, (own, kib) in limits.items():
            endpoint.max_body_kib = own
            for size, status in ((kib * 1024, 200), (kib * 1024 + 1, 413)):
                body = b'"' + b"x" * (size - 2) + b'"'
                headers = {"Content-Type": "application/json"}
                with self.subTest(name, size=size):
                    response = self.call(method="POST", data=body, headers=headers)
                    self.assertEqual(response.status_code, status)
        self.assertIn(f"larger than {kib * 1024} bytes", response.text)

    def test_private_endpoints_accept_larger_bodies(self):
        endpoint = self.make_endpoint(request_method="POST", auth_type="bearer")
        self.assertEqual(endpoint._max_body_size(), 16 * 1024 * 1024)
        with self.assertRejected("must not be negative"):
            endpoint.max_body_kib = -1

    def test_schemas_cannot_reference_other_documents(self):
        for schema in (
            "$ref: http://127.0.0.1:1/schema.json",
            "$ref: file:///etc/passwd",
        ):
            with self.subTest(schema), self.assertRejected("cannot resolve"):
                self.make_endpoint(request_method="POST", request_content_schema=schema)
        included = XSD.replace(
            "<xs:element", '<xs:include schemaLocation="/etc/passwd"/><xs:element'
        )
        with self.assertRejected("not allowed"):
            self.make_endpoint(
                request_method="POST",
                request_content_type="application/xml",
                request_content_schema=included,
            )

    def test_snippets_that_reach_for_internals_are_rejected(self):
        for snippet in (
            "result = ().__class__.__bases__[0].__subclasses__()",
            "result = env.registry.__class__",
            "import os",
            "from os import system",
            "result = (lambda: 0).__globals__",
            "result = (lambda: 0).func_globals",
            "result = [x for x in (1,)].gi_frame",
            "def f():\n    yield f.gi_frame.f_back.f_globals\nresult = {}",
            "__import__('os').system('id')",
            "global x\nx = 1\nresult = {}",
        ):
            with self.subTest(snippet), self.assertRejected():
                self.make_endpoint(snippet)

    def test_builtins_that_reach_internals_are_rejected(self):
        for snippet in (
            "result = getattr(env, '__cla' + 'ss__')",
            "result = eval('1')",
            "result = open('/etc/passwd').read()",
            "result = '{0.__class__}'.format(env) and exec('1')",
            "result = type(env)",
            "result = vars(env)",
        ):
            with self.subTest(snippet), self.assertRejected("is not defined"):
                self.make_endpoint(snippet)

    def test_names_of_the_body_do_not_reach_internals(self):
        for name in ("body", "raw_body", "verify_hmac", "base64", "b64encode"):
            for attribute in ("__globals__", "__class__", "__self__", "func_globals"):
                snippet = f"result = {name}.{attribute}"
                with self.subTest(snippet), self.assertRejected("is not allowed"):
                    self.make_endpoint(snippet)

    def test_closures_do_not_reach_internals(self):
        for attribute in ("__closure__", "__code__", "__globals__"):
            snippet = (
                f"def f(x):\n    def g():\n        return x.{attribute}\n    return g\n"
                "result = {'payload': f(f)()}"
            )
            with self.subTest(attribute), self.assertRejected("is not allowed"):
                self.make_endpoint(snippet)

    def test_parameters_cannot_set_code_or_context(self):
        self.make_endpoint(
            'result = {"payload": [env.su, env.context.get("active_test"),'
            " user.login, sorted(request.params)]}"
        )
        response = self.call(
            "/test/endpoint?context={'active_test':False}&su=1&code_snippet=1&uid=1"
        )
        self.assertEqual(
            response.json(),
            [False, None, "admin", ["code_snippet", "context", "su", "uid"]],
        )

    @mute_logger("odoo.http")
    def test_users_cannot_reach_snippets_through_the_web_client(self):
        endpoint = self.make_endpoint()
        self.new_user("attacker")
        self.authenticate("attacker", "attacker password")
        snippet = {"code_snippet": 'env.cr.execute("DROP TABLE res_users")'}
        for method, args in {
            "write": [endpoint.ids, snippet],
            "create": [[snippet]],
            "read": [endpoint.ids, ["code_snippet"]],
            "_handle_request": [endpoint.ids],
            "web_save": [endpoint.ids, snippet, {}],
        }.items():
            response = self.call(
                f"/web/dataset/call_kw/endpoint.endpoint/{method}",
                "POST",
                json={
                    "params": {
                        "model": "endpoint.endpoint",
                        "method": method,
                        "args": args,
                        "kwargs": {},
                    }
                },
            )
            with self.subTest(method):
                name = response.json()["error"]["data"]["name"]
                self.assertEqual(name, "odoo.exceptions.AccessError")

    @mute_logger("odoo.http")
    def test_header_injection_is_rejected(self):
        for number, snippet in enumerate(
            (
                'result = {"headers": {"X-Name": request.params["name"]}}',
                'pairs = [("X-Name", request.params["name"])]\n'
                'result = {"response": Response("", headers=pairs)}',
            )
        ):
            path = f"/test/headers/{number}"
            self.make_endpoint(snippet, route=path)
            response = self.call(f"{path}?name=a%0d%0aSet-Cookie:+x=1")
            with self.subTest(snippet):
                self.assertEqual(response.status_code, 500)
                self.assertNotIn("x=1", response.headers.get("Set-Cookie", ""))

    def test_paths_with_unusual_bytes_do_not_fail(self):
        self.make_endpoint(route="/test/<string:name>")
        for name in ("%00", "%ff", "%F0%9F%98%80", "a" * 5000):
            with self.subTest(name):
                self.assertLess(self.call(f"/test/{name}").status_code, 500)
