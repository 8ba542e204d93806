from odoo.tests import Form
from odoo.tools.safe_eval import safe_eval

from .common import CommonEndpoint


class TestConfiguration(CommonEndpoint):
    """Validation and effects of saving an endpoint."""

    def test_the_code_mode_always_requires_code(self):
        message = "you must provide a piece of code"
        for snippet in (False, "", "  \n"):
            with self.subTest(snippet), self.assertRejected(message):
                self.make_endpoint(snippet)
        endpoint = self.make_endpoint()
        with self.assertRejected(message):
            endpoint.code_snippet = False

    def test_invalid_snippets_are_rejected_with_line_and_reason(self):
        cases = {
            "x = 1\nresult = {": "line 2: .*never closed",
            "x = 1\n\nimport os": "line 3: 'import' is not allowed",
            "result = {}\nuser.__class__": "line 2: The name '__class__' is not",
            "result = {}\nuser._sql\ny = user.f_globals": "line 3: .*f_globals",
            "def f():\n    return env.__dict__\nresult = {}": "line 2: The name",
            "x = 1\nresult = {'a': usr}": "line 2: .*Did you mean 'user'",
            "x = 1\nresult2 = 1": "line 2: Assign a dict to 'result', not to 'result2'",
        }
        for snippet, message in cases.items():
            with self.subTest(snippet), self.assertRejected(message):
                self.make_endpoint(snippet)

    def test_the_form_warns_of_a_snippet_without_a_result(self):
        form = self.env["endpoint.endpoint"].new({"exec_mode": "code"})
        for snippet in ("x = 1", "def f():\n    return {}"):
            form.code_snippet = snippet
            warning = form._onchange_code_snippet()["warning"]
            self.assertIn("does not assign a dict", warning["message"])
        for snippet in ("result = {}", "raise ValueError", "x = (", False):
            form.code_snippet = snippet
            self.assertIsNone(form._onchange_code_snippet())

    def test_a_snippet_that_always_raises_needs_no_result(self):
        self.assertTrue(self.make_endpoint('raise exceptions.UserError("no")'))

    def test_all_errors_are_reported_at_once(self):
        with self.assertRejected("(?s)Exec as user.*piece of code"):
            self.make_endpoint(False, exec_as_user_id=False)

    def test_a_company_that_the_user_cannot_access_is_rejected(self):
        company = self.env["res.company"].create({"name": "Closed"})
        user = self.env.ref("base.user_admin")
        user.company_ids -= company
        with self.assertRejected("cannot access the company 'Closed'"):
            self.make_endpoint(company_id=company.id)

    def test_a_new_endpoint_in_the_form_works(self):
        action = self.env.ref("endpoint.endpoint_endpoint_act_window")
        context = safe_eval(action.context)
        model = self.env["endpoint.endpoint"].with_context(**context)
        with Form(model, "endpoint.endpoint_endpoint_form_view") as form:
            form.name, form.route = "New", "/test/new"
        self.assertEqual(form.record.request_method, "GET")
        self.assertIn("result", form.record.code_snippet)

    def test_public_endpoints_always_require_a_user(self):
        message = "'Exec as user' is mandatory for public endpoints."
        with self.assertRejected(message):
            self.make_endpoint(exec_as_user_id=False)
        endpoint = self.make_endpoint()
        with self.assertRejected(message):
            endpoint.exec_as_user_id = False
        private = self.make_endpoint(
            auth_type="bearer", exec_as_user_id=False, route="/test/private"
        )
        with self.assertRejected(message):
            private.auth_type = "public"

    def test_json_schemas_are_checked(self):
        cases = {
            "{": "Invalid YAML/JSON in request content schema: .+",
            "type: nonsense": "Invalid JSON Schema in request content schema: .+",
        }
        for schema, message in cases.items():
            with self.subTest(schema), self.assertRejected(message):
                self.make_endpoint(request_method="POST", request_content_schema=schema)

    def test_xml_schemas_are_checked(self):
        cases = {
            "<a": "Invalid XML in request content schema: .+",
            "<a/>": r"Invalid XML Schema \(XSD\) in request content schema: .+",
        }
        for schema, message in cases.items():
            with self.subTest(schema), self.assertRejected(message):
                self.make_endpoint(
                    request_method="POST",
                    request_content_type="application/xml",
                    request_content_schema=schema,
                )

    def test_the_schema_is_checked_when_the_content_type_changes(self):
        endpoint = self.make_endpoint(
            request_method="POST", request_content_schema="type: object"
        )
        with self.assertRejected("Invalid XML in request"):
            endpoint.request_content_type = "application/xml"

    def test_schemas_of_other_content_types_are_not_checked(self):
        endpoint = self.make_endpoint(
            request_method="POST",
            request_content_type="text/plain",
            request_content_schema="{",
        )
        self.assertFalse(endpoint.request_content_schema_applicable)

    def test_when_a_schema_applies(self):
        cases = {
            ("POST", "application/json"): True,
            ("PUT", "application/xml"): True,
            ("PATCH", "application/json; charset=utf-8"): True,
            ("GET", "application/json"): False,
            ("POST", "text/csv"): False,
        }
        for number, ((method, content_type), applies) in enumerate(cases.items()):
            endpoint = self.make_endpoint(
                route=f"/test/{number}",
                request_method=method,
                request_content_type=content_type,
            )
            with self.subTest(method=method, content_type=content_type):
                self.assertEqual(endpoint.request_content_schema_applicable, applies)

    def test_changing_the_content_type_in_the_form_empties_the_schema(self):
        endpoint = self.make_endpoint(
            request_method="POST", request_content_schema="type: object"
        )
        with Form(endpoint, "endpoint.endpoint_endpoint_form_view") as form:
            form.request_content_type = "application/xml"
            self.assertFalse(form.request_content_schema)

    def test_the_form_creates_an_endpoint(self):
        with Form(
            self.env["endpoint.endpoint"], "endpoint.endpoint_endpoint_form_view"
        ) as form:
            form.name = "From the form"
            form.route = "form/path"
            form.request_method = "GET"
            form.exec_mode = "code"
            form.code_snippet = "result = {}"
        self.assertEqual(form.record.route, "/form/path")
        self.assertFalse(form.record.registry_sync)

    def test_the_menu_creates_endpoints_without_cors(self):
        action = self.env.ref("endpoint.endpoint_endpoint_act_window")
        model = self.env["endpoint.endpoint"]
        form = Form(model.with_context(**safe_eval(action.context)))
        self.assertFalse(form.cors)
        # addons rely on the default of the model
        self.assertEqual(model.new().cors, "*")

    def test_the_form_offers_no_deprecated_or_empty_content_type(self):
        view = self.env.ref("endpoint.endpoint_endpoint_form_view")
        arch = view._get_combined_arch()
        (field,) = arch.xpath("//field[@name='request_content_type']")
        self.assertEqual(field.get("widget"), "filterable_selection")
        excluded = safe_eval(field.get("options"))["blacklisted_values"]
        self.assertEqual(excluded, ["", "application/json; charset=utf-8"])

    def test_the_list_has_no_switch_that_ends_an_endpoint(self):
        view = self.env.ref("endpoint.endpoint_endpoint_tree_view")
        arch = view._get_combined_arch()
        for name in ("active", "registry_sync"):
            (field,) = arch.xpath(f"//field[@name='{name}']")
            self.assertEqual(field.get("column_invisible"), "1")

    def test_the_code_help_lists_all_names(self):
        docs = self.env["endpoint.endpoint"].new().code_snippet_docs
        request = None
        names = self.make_endpoint()._get_code_snippet_eval_context(request)
        for name in names:
            with self.subTest(name):
                self.assertIn(name, docs)

    def test_each_copy_gets_an_unused_route(self):
        endpoint = self.make_endpoint()
        copies = [endpoint.copy(), endpoint.copy()]
        self.assertEqual(
            [copy.route for copy in copies],
            ["/test/endpoint/COPY_FIXME", "/test/endpoint/COPY_FIXME_2"],
        )
        self.assertFalse(copies[0].registry_sync)

    def test_several_records_can_be_copied_at_once(self):
        first, second = self.make_endpoint(), self.make_endpoint(route="/test/b")
        copies = (first | second).copy()
        self.assertEqual(len(set(copies.mapped("route"))), 2)
        self.assertEqual(first.copy({"route": "/mine"}).route, "/mine")

    def test_url_and_curl_command(self):
        endpoint = self.make_endpoint(
            request_method="POST",
            auth_type="bearer",
            exec_as_user_id=False,
            route="/test/it's",
        )
        url = f"{endpoint.get_base_url()}/test/it's"
        self.assertEqual(endpoint.endpoint_url, url)
        for part in ("-X POST", "Bearer", "Content-Type: application/json", "it'\""):
            self.assertIn(part, endpoint.curl_example)

    def test_openapi_path_items(self):
        endpoint = self.make_endpoint(
            request_method="POST",
            route="/test/<int:number>",
            request_content_schema="type: object",
            description="Takes orders",
        )
        item = endpoint._get_openapi_path_items()["/test/{number}"]
        self.assertEqual(item["parameters"][0]["schema"], {"type": "integer"})
        self.assertEqual(item["post"]["description"], "Takes orders")
        content = item["post"]["requestBody"]["content"]
        self.assertEqual(content["application/json"]["schema"], {"type": "object"})

    def test_two_records_of_a_path_share_a_path_item(self):
        endpoints = self.make_endpoint() | self.make_endpoint(request_method="DELETE")
        item = endpoints._get_openapi_path_items()["/test/endpoint"]
        self.assertEqual(set(item), {"get", "delete"})
