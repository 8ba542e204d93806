import hashlib
import hmac
import json
import re
import textwrap

from odoo.tests import Form
from odoo.tools import file_open
from odoo.tools.safe_eval import safe_eval

from .. import snippet_docs
from .common import EndpointHttpCase

BODY = json.dumps({"name": "Chair", "qty": 2, "action": "opened"}).encode()


def examples():
    """Return the examples of the Code Help: a blank line is between two of them."""
    text = snippet_docs.DOCS.split("Examples:\n")[1]
    return textwrap.dedent(text).strip().split("\n\n")


def snippets_of_the_readme():
    with file_open("endpoint/readme/USAGE.md") as readme:
        blocks = re.findall(r"(?ms)^``` python\n(.*?)^```", readme.read())
    # the others are classes of addons
    return [block for block in blocks if block.startswith("result")]


class TestHelp(EndpointHttpCase):
    """What the form gives to start with: a caller gets an answer from all of it."""

    def answer(self, snippet, **headers):
        endpoint = self.make_endpoint(snippet, request_method="POST")
        headers["Content-Type"] = "application/json"
        response = self.call(method="POST", data=BODY, headers=headers)
        endpoint.unlink()
        return response

    def signed(self, secret):
        return "sha256=" + hmac.new(secret, BODY, hashlib.sha256).hexdigest()

    def test_the_examples_of_the_code_help_respond(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("my.github.secret", "secret")
        admin = self.env.ref("base.user_admin")
        expected = [
            (200, "Hello, World!"),
            (201, json.dumps({"id": admin.id})),
            (200, json.dumps({"ordered": "Chair", "total": 25.0})),
            (200, json.dumps({"action": "opened"})),
        ]
        headers = {"X-Hub-Signature-256": self.signed(b"secret")}
        for snippet, (status, text) in zip(examples(), expected, strict=True):
            with self.subTest(snippet):
                response = self.answer(snippet, **headers)
                self.assertEqual((response.status_code, response.text), (status, text))

    def test_the_snippets_of_the_readme_respond(self):
        first, second = snippets_of_the_readme()
        self.assertEqual(self.answer(first).text, "Hello, World!")
        response = self.answer(second)
        self.assertEqual(response.status_code, 201)
        self.assertEqual(response.headers["X-Greeting"], "yes")
        name = self.env.ref("base.user_admin").name
        self.assertEqual(response.json(), {"hello": name})

    def test_the_example_of_a_webhook_refuses_another_signature(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("my.github.secret", "secret")
        [webhook] = [text for text in examples() if "verify_hmac" in text]
        for headers in ({}, {"X-Hub-Signature-256": self.signed(b"other")}):
            with self.subTest(headers):
                self.assertEqual(self.answer(webhook, **headers).status_code, 401)

    def test_a_new_endpoint_of_the_form_responds(self):
        action = self.env.ref("endpoint.endpoint_endpoint_act_window")
        context = safe_eval(action.context)
        model = self.env["endpoint.endpoint"].with_context(**context)
        with Form(model, "endpoint.endpoint_endpoint_form_view") as form:
            form.name, form.route = "New", "/test/new"
        form.record.write({"registry_sync": True})
        # the default authentication is the session of a user
        self.new_user("caller")
        self.authenticate("caller", "caller password")
        response = self.call("/test/new")
        self.assertEqual(response.status_code, 200, response.text)
        self.assertEqual(response.json(), {"hello": "caller"})
