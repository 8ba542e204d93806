"""``rest.endpoint``: custom endpoints of an API, in all modes."""

import gzip

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import RestCase

PARTNER = "res.partner"


class EndpointCase(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.belgium = cls.env.ref("base.be")
        cls.france = cls.env.ref("base.fr")
        partners = [
            {"name": "B Ghent", "city": "Ghent", "country_id": cls.belgium.id},
            {"name": "A Bruges", "city": "Bruges", "country_id": cls.belgium.id},
            {"name": "C Lille", "city": "Lille", "country_id": cls.france.id},
        ]
        cls.ghent, cls.bruges, cls.lille = cls.env[PARTNER].create(
            [{**values, "ref": "custom"} for values in partners]
        )

    @classmethod
    def make_endpoint(cls, path="customers/belgium", **values):
        return cls.env["rest.endpoint"].create(
            {"name": "Endpoint", "api_id": cls.api.id, "path": path, **values}
        )

    @classmethod
    def make_search(cls, path="customers/belgium", **values):
        given = {
            "model_id": cls.env["ir.model"]._get_id(PARTNER),
            "search_domain": "[('country_id.code', '=', 'BE'), ('ref', '=', 'custom')]",
            "search_fields": "name, country_id.code",
            "search_order": "name",
        }
        return cls.make_endpoint(path, **{**given, **values})

    @classmethod
    def make_code(cls, snippet, path="snippet", **values):
        return cls.make_endpoint(
            path, **{"exec_mode": "code", "code_snippet": snippet, **values}
        )

    @classmethod
    def make_action(cls, code, path="action", **values):
        model_id = cls.env["ir.model"]._get_id(PARTNER)
        action = cls.env["ir.actions.server"].create(
            {"name": "Action", "model_id": model_id, "state": "code", "code": code}
        )
        given = {
            "exec_mode": "server_action",
            "server_action_id": action.id,
            "model_id": model_id,
            "request_method": "POST",
            "request_content_type": "application/json",
        }
        return cls.make_endpoint(path, **{**given, **values})

    def names(self, answer):
        return [each["name"] for each in self.data(answer)]

    def last_entry(self):
        domain = [("api_id", "=", self.api.id)]
        return self.env["rest.log"].search(domain, order="id desc", limit=1)


@tagged("post_install", "-at_install")
class TestSearchEndpoints(EndpointCase):
    def test_the_list_is_that_of_the_model(self):
        self.make_search()
        answer = self.rest.get("customers/belgium")
        document = answer.json()
        expected = [
            {
                "id": partner.id,
                "name": partner.name,
                "country_id": {"id": self.belgium.id, "code": "BE"},
            }
            for partner in (self.bruges, self.ghent)
        ]
        self.assertEqual(document["data"], expected)
        self.assertEqual(document["meta"]["total"], 2)
        self.assertIn("ETag", answer.headers)
        again = self.rest.get(
            "customers/belgium", headers={"If-None-Match": answer.headers["ETag"]}
        )
        self.assertEqual(again.status_code, 304)

    def test_pages_are_those_of_a_list(self):
        self.make_search(search_limit=1)
        answer = self.rest.get("customers/belgium")
        self.assertEqual(self.names(answer), ["A Bruges"])
        self.assertIn('rel="next"', answer.headers["Link"])
        following = self.rest.get("customers/belgium", params={"page": "2"})
        self.assertEqual(self.names(following), ["B Ghent"])
        first = self.rest.get("customers/belgium", params={"cursor": ""})
        cursor = first.json()["meta"]["next_cursor"]
        second = self.rest.get("customers/belgium", params={"cursor": cursor})
        self.assertEqual(self.names(second), ["B Ghent"])
        more = self.rest.get("customers/belgium", params={"limit": "5"})
        self.assertEqual(len(self.data(more)), 2)

    def test_callers_cannot_widen_the_list(self):
        self.make_search()
        for name in ("filter", "filter[id]", "fields", "sort", "archived", "expand"):
            with self.subTest(name):
                answer = self.rest.get("customers/belgium", params={name: "id"})
                self.assert_problem(answer, 400, "query.unknown")

    def test_declared_parameters_are_conditions(self):
        self.make_search(search_params="town: city ilike\nsince: create_date >=")
        answer = self.rest.get("customers/belgium", params={"town": "GHE"})
        self.assertEqual(self.names(answer), ["B Ghent"])
        answer = self.rest.get("customers/belgium", params={"town": "Lille"})
        self.assertEqual(self.names(answer), [])
        answer = self.rest.get("customers/belgium", params={"since": "soon"})
        self.assert_problem(answer, 400, "query.filter", "since")

    def test_an_unknown_parameter_gets_the_declared_ones_told(self):
        self.make_search(search_params="town: city ilike")
        answer = self.rest.get("customers/belgium", params={"twon": "Ghent"})
        detail = self.assert_problem(answer, 400, "query.unknown")["detail"]
        self.assertIn("Did you mean 'town'?", detail)
        self.assertTrue(detail.endswith("limit, offset, page, town."), detail)

    def test_the_order_may_be_written_as_in_odoo(self):
        self.make_search(search_order=" city desc , name")
        answer = self.rest.get("customers/belgium")
        self.assertEqual(self.names(answer), ["B Ghent", "A Bruges"])

    def test_a_page_is_never_larger_than_the_api_allows(self):
        self.make_search(search_limit=2)
        self.api.write({"default_limit": 1, "max_limit": 1})
        answer = self.rest.get("customers/belgium")
        self.assertEqual(self.names(answer), ["A Bruges"])
        self.assertEqual(answer.json()["meta"]["limit"], 1)

    def test_the_domain_of_the_client_narrows_the_list(self):
        self.make_search()
        client, key = self.make_client(self.user)
        domain = f"[('id', 'in', {[self.ghent.id, self.lille.id]})]"
        self.make_scope(client, PARTNER, domain=domain)
        self.make_scope(client, "res.country")
        answer = self.rest.get("customers/belgium", key=key)
        self.assertEqual(self.names(answer), ["B Ghent"])

    def test_field_rules_hold(self):
        self.make_search()
        name = self.env["ir.model.fields"]._get(PARTNER, "name")
        self.env["rest.field.rule"].create(
            {
                "resource_id": self.resource(PARTNER).id,
                "mode": "block",
                "access": "read",
                "field_ids": [(6, 0, name.ids)],
            }
        )
        answer = self.rest.get("customers/belgium")
        self.assert_problem(answer, 400, "query.field")

    def test_the_domain_knows_the_caller(self):
        own = self.user.partner_id
        self.make_search("me", search_domain="[('user_ids', '=', uid)]")
        answer = self.rest.get("me")
        self.assertEqual([each["id"] for each in self.data(answer)], own.ids)

    def test_archived_records_are_listed_where_the_domain_names_them(self):
        self.ghent.active = False
        self.make_search()
        self.assertEqual(self.names(self.rest.get("customers/belgium")), ["A Bruges"])
        domain = "[('active', '=', False), ('ref', '=', 'custom')]"
        self.make_search("customers/former", search_domain=domain)
        self.assertEqual(self.names(self.rest.get("customers/former")), ["B Ghent"])

    def test_head_and_conditions_are_those_of_a_list(self):
        self.make_search()
        answer = self.rest.ask("HEAD", "customers/belgium")
        self.assertEqual((answer.status_code, answer.content), (200, b""))


@tagged("post_install", "-at_install")
class TestCallersOfEndpoints(EndpointCase):
    def test_credentials_are_those_of_the_api(self):
        self.make_search()
        answer = self.rest.get("customers/belgium", key=False)
        self.assert_problem(answer, 401, "auth.missing")
        answer = self.rest.get("customers/belgium", key=self.key[:-4] + "AAAA")
        self.assert_problem(answer, 401, "auth.invalid")

    def test_without_a_scope_there_is_no_endpoint(self):
        self.make_search()
        client, key = self.make_client(self.user)
        self.make_scope(client, "res.country")
        answer = self.rest.get("customers/belgium", key=key)
        self.assert_problem(answer, 404, "record.not_found")

    def test_a_scope_without_the_right_is_refused(self):
        self.make_search()
        client, key = self.make_client(self.user)
        self.make_scope(client, PARTNER, can_read=False, can_update=True)
        answer = self.rest.get("customers/belgium", key=key)
        self.assert_problem(answer, 403, "policy.scope")

    def test_a_model_that_is_no_longer_exposed_is_not_found(self):
        self.make_search()
        self.resource(PARTNER).active = False
        answer = self.rest.get("customers/belgium")
        self.assert_problem(answer, 404, "record.not_found")

    def test_a_read_only_key_calls_what_only_reads(self):
        self.make_search()
        self.make_action("record.write({'city': 'X'})")
        _client, key = self.make_client(self.user, all_resources=True, read_only=True)
        self.assertEqual(self.rest.get("customers/belgium", key=key).status_code, 200)
        answer = self.rest.post("action", {"ids": self.ghent.ids}, key=key)
        self.assert_problem(answer, 403, "policy.scope")
        self.assertEqual(self.ghent.city, "Ghent")

    def test_without_a_model_the_right_to_all_resources_is_needed(self):
        self.make_code("result = {'payload': 1}")
        client, key = self.make_client(self.user)
        self.make_scope(client, PARTNER)
        answer = self.rest.get("snippet", key=key)
        self.assert_problem(answer, 403, "policy.scope")
        self.assertEqual(self.rest.get("snippet").json(), 1)

    def test_the_api_lists_those_that_the_caller_may_call(self):
        self.make_search(name="Belgians")
        self.make_action("pass", name="Act")
        self.make_code("result = {}", name="Code", readonly=True)

        def listed(key=None):
            about = self.data(self.rest.get("", key=key))
            return {each["name"]: each for each in about["endpoints"]}

        self.assertEqual(listed().keys(), {"Belgians", "Act", "Code"})
        belgians = {
            "name": "Belgians",
            "methods": ["GET"],
            "url": f"{self.base_url()}{self.root}/customers/belgium",
            "model": PARTNER,
        }
        self.assertEqual(listed()["Belgians"], belgians)
        client, key = self.make_client(self.user)
        self.make_scope(client, "res.country")
        self.assertEqual(listed(key), {})
        self.make_scope(client, PARTNER)
        self.assertEqual(listed(key).keys(), {"Belgians"})
        _client, key = self.make_client(self.user, all_resources=True, read_only=True)
        self.assertEqual(listed(key).keys(), {"Belgians", "Code"})

    def test_limits_maintenance_and_headers_are_those_of_the_api(self):
        self.make_search()
        self.api.write({"rate_limit": 60, "cors_origins": "https://app.example.com"})
        headers = {"Origin": "https://app.example.com", "X-Request-ID": "mine"}
        answer = self.rest.get("customers/belgium", headers=headers)
        self.assertEqual(answer.headers["X-RateLimit-Limit"], "60")
        self.assertEqual(answer.headers["X-Request-ID"], "mine")
        self.assertIn("Server-Timing", answer.headers)
        origin = answer.headers["Access-Control-Allow-Origin"]
        self.assertEqual(origin, "https://app.example.com")
        self.api.maintenance = True
        answer = self.rest.get("customers/belgium")
        self.assert_problem(answer, 503, "server.maintenance")

    def test_the_log_names_api_route_and_client(self):
        endpoint = self.make_search()
        self.rest.get("customers/belgium")
        entry = self.last_entry()
        self.assertEqual(entry.route, "/customers/belgium")
        self.assertEqual((entry.model, entry.status), (PARTNER, 200))
        self.assertEqual((entry.client_id, entry.user_id), (self.client, self.user))
        self.assertEqual(endpoint.log_count, "1")
        self.rest.ask("DELETE", "customers/belgium")
        entry = self.last_entry()
        self.assertEqual((entry.route, entry.status), ("/customers/belgium", 405))
        self.assertEqual(entry.model, PARTNER)


@tagged("post_install", "-at_install")
class TestServerActionEndpoints(EndpointCase):
    def test_it_runs_for_the_records_of_the_body(self):
        self.make_action("records.write({'city': env.context['rest_payload']['city']})")
        body = {"ids": [self.ghent.id, self.bruges.id], "city": "Namur"}
        answer = self.rest.post("action", body)
        self.assertEqual((answer.status_code, answer.content), (204, b""))
        self.assertEqual((self.ghent | self.bruges).mapped("city"), ["Namur"] * 2)

    def test_it_runs_for_the_records_of_the_path(self):
        self.make_action("record.write({'city': 'Namur'})", "move/<int:id>")
        self.rest.post(f"move/{self.ghent.id}", {})
        self.assertEqual(self.ghent.city, "Namur")

    def test_what_it_returns_is_the_data(self):
        self.make_action(
            "action = {'type': 'ir.actions.act_window', 'res_id': record.id}"
        )
        answer = self.rest.post("action", {"ids": self.ghent.ids})
        self.assertEqual(self.data(answer)["res_id"], self.ghent.id)

    def test_records_out_of_reach_are_not_found(self):
        self.make_action("records.write({'city': 'Namur'})")
        self.resource(PARTNER).domain = f"[('id', '=', {self.ghent.id})]"
        for ids in ([self.lille.id], [self.ghent.id, self.lille.id], [99999999]):
            with self.subTest(ids):
                answer = self.rest.post("action", {"ids": ids})
                self.assert_problem(answer, 404, "record.not_found")
        self.assertEqual(self.lille.city, "Lille")

    def test_no_more_records_are_affected_than_the_caller_wants(self):
        self.make_action("records.write({'city': 'Namur'})")
        body = {"ids": [self.ghent.id, self.bruges.id]}
        headers = {"Prefer": "max-affected=1"}
        answer = self.rest.post("action", body, headers=headers)
        self.assert_problem(answer, 400, "policy.max_affected")
        self.assertEqual(self.ghent.city, "Ghent")

    def test_ids_must_be_ids(self):
        self.make_action("pass")
        for ids in ("1", [0], [True], [2**70], {"a": 1}):
            with self.subTest(ids):
                answer = self.rest.post("action", {"ids": ids})
                self.assert_problem(answer, 422, "body.value", "#/ids")

    def test_a_dry_run_keeps_nothing(self):
        self.make_action("record.write({'city': 'Namur'})")
        headers = {"Prefer": "tx=rollback"}
        answer = self.rest.post("action", {"ids": self.ghent.ids}, headers=headers)
        self.assertEqual(answer.status_code, 204)
        self.assertEqual(answer.headers["Preference-Applied"], "tx=rollback")
        self.assertEqual(self.ghent.city, "Ghent")

    def test_the_same_key_runs_it_once(self):
        self.make_action("record.write({'comment': (record.comment or '') + 'x'})")
        headers = {"Idempotency-Key": "once"}
        for _time in range(2):
            answer = self.rest.post("action", {"ids": self.ghent.ids}, headers=headers)
            self.assertEqual(answer.status_code, 204)
        self.assertEqual(answer.headers["Idempotent-Replayed"], "true")
        self.assertEqual(self.ghent.comment.count("x"), 1)

    def test_an_error_of_the_business_is_a_problem(self):
        self.make_action("raise UserError('The order is closed.')")
        problem = self.assert_problem(
            self.rest.post("action", {}), 422, "record.invalid"
        )
        self.assertEqual(problem["detail"], "The order is closed.")

    def test_rights_of_the_user_hold_unless_another_user_runs_it(self):
        reader = new_test_user(self.env, "custom_reader", "base.group_user")
        _client, key = self.make_client(reader, all_resources=True)
        endpoint = self.make_action("record.write({'city': 'Namur'})")
        with mute_logger("odoo.addons.base.models.ir_actions"):
            answer = self.rest.post("action", {"ids": self.ghent.ids}, key=key)
        self.assert_problem(answer, 403, "policy.forbidden")
        endpoint.exec_as_user_id = self.env.ref("base.user_admin")
        answer = self.rest.post("action", {"ids": self.ghent.ids}, key=key)
        self.assertEqual(answer.status_code, 204)
        self.assertEqual(self.ghent.write_uid, self.env.ref("base.user_admin"))

    def test_without_its_action_the_endpoint_is_not_available(self):
        endpoint = self.make_action("pass")
        endpoint.server_action_id.unlink()
        answer = self.rest.post("action", {})
        self.assert_problem(answer, 503, "server.overloaded")


@tagged("post_install", "-at_install")
class TestSnippetEndpoints(EndpointCase):
    schema = '{"type": "object", "properties": {"n": {"type": "integer"}}}'

    def make_post(self, snippet="result = {'payload': body}", **values):
        return self.make_code(
            snippet,
            request_method="POST",
            request_content_type="application/json",
            **values,
        )

    def test_a_snippet_has_the_user_of_the_key(self):
        self.make_code(
            "result = {'payload': [env.uid, env.su, request.params['n']]}", "s/<int:n>"
        )
        self.assertEqual(self.rest.get("s/7").json(), [self.user.id, False, 7])

    def test_a_snippet_chooses_status_headers_and_type(self):
        self.make_code(
            "result = {'response': Response('a;b', status=202, headers={'X-A': '1'},"
            " mimetype='text/csv')}"
        )
        answer = self.rest.get("snippet")
        self.assertEqual((answer.status_code, answer.text), (202, "a;b"))
        self.assertEqual(answer.headers["X-A"], "1")
        self.assertIn("text/csv", answer.headers["Content-Type"])
        self.assertIn("X-Request-ID", answer.headers)

    def test_headers_of_the_api_stay_as_they_are(self):
        given = {
            "Access-Control-Allow-Origin": "*",
            "Cache-Control": "public",
            "X-Content-Type-Options": "none",
            "X-RateLimit-Limit": "1",
            "X-Request-ID": "other",
        }
        self.make_code(f"result = {{'payload': 1, 'headers': {given}}}")
        headers = self.rest.get("snippet", headers={"X-Request-ID": "own"}).headers
        self.assertEqual(headers["X-Request-ID"], "own")
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(headers["Cache-Control"], "private, no-store")
        self.assertNotIn("Access-Control-Allow-Origin", headers)
        self.assertNotIn("X-RateLimit-Limit", headers)

    def test_invalid_bodies_are_problems(self):
        self.make_post(request_content_schema=self.schema)
        self.assertEqual(self.rest.post("snippet", {"n": 1}).json(), {"n": 1})
        answer = self.rest.post("snippet", {"n": "x"})
        self.assert_problem(answer, 422, "body.value", "#/n")
        headers = {"Content-Type": "application/json"}
        for body in ("{", "[" * 5000, "9" * 5000, b'"\xe9"'):
            answer = self.rest.ask("POST", "snippet", data=body, headers=headers)
            problem = self.assert_problem(answer, 400, "body.malformed")
            for word in ("recursion", "sys.", "codec"):
                self.assertNotIn(word, problem["detail"])
        headers = {"Content-Type": "text/csv"}
        answer = self.rest.ask("POST", "snippet", data="a;b", headers=headers)
        self.assert_problem(answer, 415, "body.media_type")
        self.assertEqual(answer.headers["Accept-Post"], "application/json")

    def test_bodies_in_xml_are_validated_too(self):
        schema = (
            '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
            '<xs:element name="n" type="xs:int"/></xs:schema>'
        )
        self.make_code(
            "result = {'payload': raw_body.decode()}",
            request_method="POST",
            request_content_type="application/xml",
            request_content_schema=schema,
        )
        headers = {"Content-Type": "application/xml"}
        for body, status in (("<n>1</n>", 200), ("<n>x</n>", 422), ("<n", 400)):
            with self.subTest(body):
                answer = self.rest.ask("POST", "snippet", data=body, headers=headers)
                self.assertEqual(answer.status_code, status, answer.text)

    def test_compressed_bodies_are_read(self):
        self.make_post()
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        body = gzip.compress(b'{"n": 1}')
        answer = self.rest.ask("POST", "snippet", data=body, headers=headers)
        self.assertEqual(answer.json(), {"n": 1})

    def test_bodies_above_the_limit_are_refused(self):
        self.make_post(max_body_kib=1)
        answer = self.rest.post("snippet", {"n": "x" * 2000})
        self.assert_problem(answer, 413, "body.too_large")

    def test_errors_of_a_snippet_are_problems_and_roll_back(self):
        partner = f"env['res.partner'].browse({self.ghent.id})"
        write = f"{partner}.write({{'city': 'Namur'}})\n"
        cases = [
            ("raise exceptions.UserError('Closed.')", 422, "record.invalid"),
            ("raise werkzeug.exceptions.NotFound('Gone.')", 404, "record.not_found"),
            ("raise werkzeug.exceptions.BadRequest('No.')", 400, "body.malformed"),
            ("1 / 0", 500, "server.error"),
            ("result = 1", 500, "server.error"),
        ]
        endpoint = self.make_post()
        for code, status, name in cases:
            endpoint.code_snippet = write + code
            with (
                self.subTest(code),
                mute_logger("odoo.addons.rest_api_core.dispatcher"),
            ):
                self.assert_problem(self.rest.post("snippet", {}), status, name)
                self.assertEqual(self.ghent.city, "Ghent")

    def test_access_errors_tell_nothing(self):
        self.make_post("env['ir.config_parameter'].search([])\nresult = {}")
        problem = self.assert_problem(
            self.rest.post("snippet", {}), 403, "policy.forbidden"
        )
        self.assertNotIn("parameter", problem["detail"].lower())

    def test_a_dry_run_keeps_nothing(self):
        partner = f"env['res.partner'].browse({self.ghent.id})"
        self.make_post(f"{partner}.write({{'city': 'N'}})\nresult = {{}}")
        answer = self.rest.post("snippet", {}, headers={"Prefer": "tx=rollback"})
        self.assertEqual(answer.headers["Preference-Applied"], "tx=rollback")
        self.assertEqual(self.ghent.city, "Ghent")

    def test_bodies_are_in_the_log_without_secrets(self):
        self.api.log_bodies = True
        self.make_post("result = {'payload': 1}")
        self.rest.post("snippet", {"n": 5, "password": "hunter2"})
        entry = self.last_entry()
        self.assertIn('"n":5', entry.request_body.replace(" ", ""))
        self.assertNotIn("hunter2", entry.request_body)

    def test_a_page_of_another_site_runs_no_get_that_may_write(self):
        endpoint = self.make_code("result = {'payload': 1}")
        self.authenticate("rest_user", "rest_user")
        answer = self.rest.get("snippet", key=False)
        self.assert_problem(answer, 403, "auth.origin")
        headers = {"Sec-Fetch-Site": "same-origin"}
        answer = self.rest.get("snippet", key=False, headers=headers)
        self.assertEqual(answer.json(), 1)
        endpoint.readonly = True
        self.assertEqual(self.rest.get("snippet", key=False).json(), 1)
