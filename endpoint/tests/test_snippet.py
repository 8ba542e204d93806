import time

from werkzeug.exceptions import BadRequest, NotFound

from odoo.addons.endpoint import sandbox

from .common import CommonEndpoint

FUNCTION = "def f(a):\n    {}\n"
IN_FUNCTIONS = (
    "nonlocal x",
    "yield a",
    "yield from a",
    "global b; b = 1",
    "x = 1\n    def g():\n        nonlocal x\n        del x",
)
SYNTAX = (
    "import os",
    "from os import *",
    "a = 1\na.b = 2",
    "a = 1\ndel a.b",
    "a = {}\ndel a[0]",
    "a = {}\na[0] += 1",
    "del env",
    "class A:\n    pass",
    "with env as b:\n    pass",
    "async def f():\n    async with a as b:\n        await c",
    "async def f():\n    async for a in b:\n        pass",
    "async def f():\n    return [a async for a in b]",
    "assert env",
    "a, *b = [1, 2]",
    "print(*[1], **{})",
    "a = {**{}, 1: 2}",
    "a = [*[], 1]",
    "a = {*[], 1}",
    "a: int = 1",
    "a = lambda b: b",
    "a = (b for b in [])",
    "a = {b: b for b in []}",
    "try:\n    a = 1\nexcept* KeyError as b:\n    pass",
    "try:\n    a = 1\nexcept KeyError as b:\n    raise\nfinally:\n    c = 1",
    "match env:\n    case 1:\n        pass",
    "match env:\n    case [a, *b]:\n        pass",
    "match env:\n    case {'a': b, **c}:\n        pass",
    "match env:\n    case int(real=1):\n        pass",
    "a = 1 if env else 2\nwhile a:\n    a -= 1\n    if a: continue\n    break",
    "a = f'{env!r:>{1}}'",
    "a = b @ c",
    "a = b[1:2:3]\na[1:2] = []",
    "if (a := 1) in [1] and a is not None: pass",
    "raise ValueError from None",
    "a = env.__class__",
)


class TestSnippet(CommonEndpoint):
    """Execution of snippets, without HTTP."""

    def run_snippet(self, snippet, **values):
        endpoint = self.make_endpoint(snippet, **values)
        with self._get_mocked_request() as request:
            return endpoint._handle_request(request)

    def test_names(self):
        result = self.run_snippet(
            """
cutoff = datetime.date(2026, 1, 31) + dateutil.relativedelta.relativedelta(months=1)
digest = hmac.new(b"key", b"text", "sha256").hexdigest()
payload = {
    "user": user.id, "same": env.user == user, "endpoint": endpoint.name,
    "date": str(cutoff), "time": time.time() > 0, "json": json.loads("[1]"),
    "same_digest": hmac.compare_digest(digest, digest),
    "hash": hashlib.sha256(b"a").hexdigest()[:4],
}
result = {"payload": payload}
"""
        )
        self.assertEqual(
            result["payload"],
            {
                "user": self.env.ref("base.user_admin").id,
                "same": True,
                "endpoint": "Test",
                "date": "2026-02-28",
                "time": True,
                "json": [1],
                "same_digest": True,
                "hash": "ca97",
            },
        )

    def test_a_complete_response(self):
        response = self.run_snippet('result = {"response": Response("ok")}')["response"]
        self.assertEqual((response.status, response.data), ("200 OK", b"ok"))

    def test_wrapped_modules_have_only_the_listed_attributes(self):
        for name in ("hashlib.scrypt", "exceptions.AccessError", "werkzeug.utils"):
            with self.subTest(name), self.assertRaises(sandbox.SnippetError):
                self.run_snippet(f"result = {name}", route=f"/test/{name}")

    def test_the_result_must_be_a_dict(self):
        for number, snippet in enumerate(
            (
                "result = 1",
                "result = None",
                'result = {"response": "hi"}',
            )
        ):
            with self.subTest(snippet), self.assertRaises(sandbox.SnippetError):
                self.run_snippet(snippet, route=f"/test/{number}")

    def test_a_wrong_result_is_told_in_words_of_the_form(self):
        dicts = "The snippet must assign a dict to 'result', not "
        response = "'response'"
        cases = {"result = 1": dicts + "1", "x = 1": dicts + "None"}
        cases['result = {"response": "hi"}'] = response
        for number, (snippet, words) in enumerate(cases.items()):
            with self.subTest(snippet), self.assertRaises(sandbox.SnippetError) as no:
                self.run_snippet(snippet, route=f"/test/{number}")
            self.assertIn(words, str(no.exception))
            self.assertNotRegex(str(no.exception), "variable|return a dict")

    def test_no_message_names_an_instruction_of_python(self):
        """Administrators know the syntax, whichever of it is not allowed."""
        for snippet in (*SYNTAX, *map(FUNCTION.format, IN_FUNCTIONS)):
            with self.subTest(snippet):
                for problem in sandbox.problems(snippet, None):
                    self.assertNotRegex(problem, r"opcode|\b[A-Z]{3,}(_[A-Z]+)*\b")

    def test_messages_name_the_syntax_that_is_not_allowed(self):
        cases = {
            "class": "class A:\n    pass",
            "with": "with env as b:\n    pass",
            "import": "import os",
            "del": "a = {}\ndel a[0]",
            "match": "match env:\n    case [a, *b]:\n        pass",
            "async": "async def f():\n    async with a as b:\n        await c",
            "yield from": "def f():\n    yield from []",
            "global": "def f():\n    global b\n    b = 1",
        }
        for name, snippet in cases.items():
            with self.subTest(name):
                found = " ".join(sandbox.problems(snippet, None))
                self.assertIn(f"'{name}' ", found)
                self.assertIn("not allowed", found)

    def test_unknown_keys_are_rejected_by_the_response_alone(self):
        """Other addons call the handler and take keys of their own from the result."""
        endpoint = self.make_endpoint('result = {"payload": 1, "status": 201}')
        with self._get_mocked_request() as request:
            result = endpoint._handle_request(request)
        self.assertEqual(result["status"], 201)
        message = f"Unknown key 'status'.* in endpoint.endpoint:{endpoint.id}"
        with self.assertRaisesRegex(sandbox.SnippetError, message):
            endpoint._check_result(result)

    def test_functions_can_use_variables_of_enclosing_functions(self):
        result = self.run_snippet(
            "def adder(a):\n    def add(b):\n        return a + b\n    return add\n"
            'result = {"payload": adder(1)(2)}'
        )
        self.assertEqual(result["payload"], 3)

    def test_the_language_is_that_of_the_executing_user(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["res.lang"]._activate_lang("de_DE")
        snippet = 'result = {"payload": env.lang}'
        endpoint = self.make_endpoint(snippet)
        for setting, lang in (
            (False, "en_US"),
            ("fr_FR", "fr_FR"),
            ("request", "de_DE"),
        ):
            endpoint.exec_lang = setting
            with self.subTest(setting), self._get_mocked_request() as request:
                caller = endpoint.with_context(lang="de_DE")
                self.assertEqual(caller._handle_request(request)["payload"], lang)

    def test_exceptions_for_the_caller(self):
        cases = {
            'raise exceptions.UserError("no")': BadRequest,
            'raise exceptions.ValidationError("no")': BadRequest,
            "raise werkzeug.exceptions.NotFound()": NotFound,
        }
        for number, (snippet, exception) in enumerate(cases.items()):
            with self.subTest(snippet), self.assertRaises(exception):
                self.run_snippet(snippet, route=f"/test/{number}")

    def test_the_error_for_the_log_contains_the_line(self):
        with self.assertRaisesRegex(
            sandbox.SnippetError, r"KeyError\('b'\) in endpoint.endpoint:\d+, line 2"
        ):
            self.run_snippet('x = {}\nresult = x["b"]')

    def test_a_snippet_is_compiled_once_per_version(self):
        endpoint = self.make_endpoint('result = {"payload": 1}')
        sandbox.compile_snippet.cache_clear()
        with self._get_mocked_request() as request:
            for _times in range(3):
                endpoint._handle_request(request)
            self.assertEqual(sandbox.compile_snippet.cache_info().misses, 1)
            endpoint.code_snippet = 'result = {"payload": 2}'
            self.assertEqual(endpoint._handle_request(request)["payload"], 2)

    def test_snippets_do_not_share_names(self):
        self.run_snippet("leak = 1\nresult = {}")
        self.assertNotIn("leak", sandbox.NAMES)

    def test_functions_and_comprehensions_can_use_the_names(self):
        result = self.run_snippet(
            "def double(x):\n    return x * factor\nfactor = 2\n"
            'result = {"payload": [double(x) for x in range(3)]}'
        )
        self.assertEqual(result["payload"], [0, 2, 4])

    def test_unwrapped_modules_are_rejected(self):
        klass = type(self.env["endpoint.endpoint"])
        self.patch(
            klass, "_get_code_snippet_eval_context", lambda self, request: {"t": time}
        )
        with self.assertRaisesRegex(TypeError, "can not be used in evaluation"):
            self.run_snippet("result = {}")
