import json
import shlex

import psycopg2

from odoo.tests import Form
from odoo.tools import mute_logger

from ..models.endpoint_code import NEW_IN_FORM
from .common import CommonEndpoint


class TestForm(CommonEndpoint):
    """What the form shows of an endpoint, and of what is wrong with it."""

    def test_a_duplicate_is_reported_with_all_other_errors(self):
        self.make_endpoint(name="First")
        names = r"(?s)(?=.*`First` \(endpoint.endpoint\))(?=.*field 'Code Snippet')"
        self.env = self.env(context={NEW_IN_FORM: True})
        with self.assertRejected(f"{names}(?=.*'Exec as user')(?=.*not an origin)"):
            self.make_endpoint(False, exec_as_user_id=False, cors="shop")
        other = self.make_endpoint(route="/test/other")
        with self.assertRejected(f"{names}.*Choose another route"):
            other.write({"route": "test/endpoint", "code_snippet": False})

    def test_the_same_error_of_two_constraints_is_reported_once(self):
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.make_endpoint(route="/test/<nothing:x>", cors="shop")
        lines = str(caught.exception).split("\n\n")
        self.assertEqual(len(lines), len(set(lines)))

    def test_the_route_of_a_new_endpoint_is_empty(self):
        model = self.env["endpoint.endpoint"].with_context(**{NEW_IN_FORM: True})
        self.assertFalse(Form(model, "endpoint.endpoint_endpoint_form_view").route)
        with self.assertRejected("blacklisted.*choose another route"):
            self.make_endpoint(route="/")

    def test_an_unchanged_route_is_no_duplicate_of_itself(self):
        self.env = self.env(context={NEW_IN_FORM: True})
        endpoint = self.make_endpoint()
        endpoint.write({"route": endpoint.route, "name": "Other"})
        self.assertEqual(endpoint.name, "Other")

    @mute_logger("odoo.sql_db")
    def test_the_error_of_the_database_names_the_other_endpoint(self):
        first = self.make_endpoint(name="First", active=False)
        with (
            self.assertRaises(psycopg2.IntegrityError) as caught,
            self.env.cr.savepoint(),
        ):
            self.make_endpoint()
        message = first._sql_error_to_message(caught.exception)
        self.assertIn("only once", message)
        self.assertIn("`First` (endpoint.endpoint)", message)
        first.unlink()
        message = self.env["endpoint.endpoint"]._sql_error_to_message(caught.exception)
        self.assertTrue(message.endswith("only once."))

    def test_messages_name_the_label_of_the_field(self):
        cases = {
            "Additional Methods": {"additional_methods": "FETCH"},
            "Additional Content Types": {"additional_content_types": "text"},
            "CORS": {"cors": "shop"},
            "CORS Headers": {"cors": "*", "cors_headers": "a:b"},
            "Content Type": {"request_method": "POST", "request_content_type": False},
            "Request Schema": {
                "request_method": "POST",
                "request_content_schema": "{",
            },
            "Code Snippet": {"code_snippet": False},
        }
        fields = self.env["endpoint.endpoint"]._fields
        labels = {field.string for field in fields.values()}
        for label, values in cases.items():
            with self.subTest(label), self.assertRejected(label):
                self.assertIn(label, labels)
                self.make_endpoint(**values)

    def test_a_missing_snippet_is_told_by_the_mode_and_the_field(self):
        words = "'Execute code': you must provide .* field 'Code Snippet'"
        with self.assertRejected(words):
            self.make_endpoint(False)
        modes = self.env["endpoint.endpoint"]._selection_exec_mode()
        self.assertIn(("code", "Execute code"), modes)

    def curl_body(self, **values):
        endpoint = self.make_endpoint(request_method="POST", **values)
        words = shlex.split(endpoint.curl_example)
        return words[words.index("--data") + 1]

    def test_the_curl_command_has_a_body_that_the_schema_accepts(self):
        schema = "{type: object, required: [n], properties: {n: {type: integer}}}"
        body = self.curl_body(request_content_schema=schema)
        self.assertEqual(json.loads(body), {"n": 1})

    def test_without_an_example_the_curl_command_has_a_placeholder(self):
        self.assertEqual(self.curl_body(), "BODY")
        schema = {"request_content_schema": "not: {}"}
        self.assertEqual(self.curl_body(route="/test/b", **schema), "BODY")
        # the first type is what the command sends
        types = {
            "request_content_type": "text/plain",
            "additional_content_types": "application/json",
        }
        body = self.curl_body(route="/test/c", request_content_schema="{}", **types)
        self.assertEqual(body, "BODY")

    def test_the_test_dialog_starts_with_the_example(self):
        endpoint = self.make_endpoint(
            request_method="POST", request_content_schema="const: 5"
        )
        self.assertEqual(endpoint.action_test()["context"]["default_body"], "5")
