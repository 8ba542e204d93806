"""The token dialect: the routes of the seed, line by line (rest-v1.md §12)."""

import json
from unittest.mock import patch

from odoo.tests import tagged

from .common import RestCase

PASSWORD = "rest_user"  # as new_test_user sets it


class TokenCase(RestCase):
    """Requests to ``/rest/tokens``, as curl sends them: JSON whatever the type says."""

    base = "/rest/tokens"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api.write({"token_dialect": True, "token_root_path": cls.base})
        cls.azure = cls.env["res.partner"].create({"name": "Azure", "city": "Liege"})

    def setUp(self):
        super().setUp()
        self.token = None

    def send(self, method, path, body=None, headers=None, **options):
        self.env.flush_all()
        sent = {"Content-Type": "text/html", **(headers or {})}
        if self.token:
            sent["Access-Token"] = self.token
        data = None if body is None else json.dumps(body)
        url = f"{self.base_url()}{self.base}/{path}"
        response = self.opener.request(
            method, url, data=data, headers=sent, timeout=60, **options
        )
        self.env.invalidate_all()
        return response

    def log_in(self, login="rest_user"):
        body = {"username": login, "password": login}
        response = self.send("GET", "auth/get_tokens", body)
        self.assertEqual(response.status_code, 200, response.text)
        self.token = response.json()["access_token"]
        return response.json()

    def json(self, response, status=200):
        self.assertEqual(response.status_code, status, response.text)
        return response.json()

    def assert_error(self, response, status, code, words=""):
        document = self.json(response, status)
        self.assertEqual(sorted(document), ["error", "error_descrip"])
        self.assertEqual(document["error"], code)
        self.assertIn(words, document["error_descrip"])


@tagged("post_install", "-at_install")
class TestTokens(TokenCase):
    def test_login_and_password_get_two_tokens(self):
        document = self.log_in()
        self.assertEqual(document["uid"], self.user.id)
        self.assertEqual(document["expires_in"], 600)
        self.assertEqual(document["refresh_expires_in"], 7200)
        self.assertRegex(document["access_token"], r"^rat_\w{8}_")
        self.assertRegex(document["refresh_token"], r"^rrt_\w{8}_")

    def test_a_login_may_be_sent_by_post(self):
        body = {"username": "rest_user", "password": PASSWORD}
        self.assertIn(
            "access_token", self.json(self.send("POST", "auth/get_tokens", body))
        )

    def test_lifetimes_are_system_parameters(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("rest_api.access_token_expires_in", "60")
        parameters.set_param("rest_api.refresh_token_expires_in", "120")
        document = self.log_in()
        self.assertEqual(document["expires_in"], 60)
        self.assertEqual(document["refresh_expires_in"], 120)

    def test_a_wrong_password_and_an_unknown_login_get_the_same_error(self):
        told = []
        for login in ("rest_user", "no such login"):
            body = {"username": login, "password": "wrong"}
            response = self.send("GET", "auth/get_tokens", body)
            self.assert_error(response, 401, "auth.invalid")
            told.append(response.json())
        self.assertEqual(*told)

    def test_passwords_in_the_url_need_a_switch(self):
        params = {"username": "rest_user", "password": PASSWORD}
        response = self.send("GET", "auth/get_tokens", params=params)
        self.assert_error(response, 400, "auth.misused", "in the body")
        self.api.token_query_login = True
        response = self.send("GET", "auth/get_tokens", params=params)
        self.assertIn("access_token", self.json(response))

    def test_a_refresh_token_gets_another_access_token(self):
        tokens = self.log_in()
        body = {"refresh_token": tokens["refresh_token"]}
        fresh = self.json(self.send("POST", "auth/refresh_token", body))
        self.assertNotEqual(fresh["access_token"], tokens["access_token"])
        self.assert_error(self.send("GET", "res.partner"), 401, "auth.invalid")
        self.token = fresh["access_token"]
        self.json(self.send("GET", "res.partner"))

    def test_deleted_tokens_are_not_valid(self):
        tokens = self.log_in()
        body = {"refresh_token": tokens["refresh_token"]}
        self.assertEqual(self.json(self.send("POST", "auth/delete_tokens", body)), {})
        self.assert_error(self.send("GET", "res.partner"), 401, "auth.invalid")
        response = self.send("POST", "auth/refresh_token", body)
        self.assert_error(response, 401, "auth.invalid")

    def test_without_a_token_credentials_are_asked_for(self):
        response = self.send("GET", "res.partner")
        self.assert_error(response, 401, "auth.missing")

    def test_a_token_in_the_url_is_refused(self):
        tokens = self.log_in()
        self.token = None
        params = {"access_token": tokens["access_token"]}
        response = self.send("GET", "res.partner", params=params)
        self.assert_error(response, 400, "auth.misused")

    def test_tokens_are_not_in_the_log(self):
        self.api.log_bodies = True
        tokens = self.log_in()
        self.send(
            "POST", "auth/refresh_token", {"refresh_token": tokens["refresh_token"]}
        )
        entries = self.env["rest.log"].search([("api_id", "=", self.api.id)])
        self.assertEqual(
            set(entries.mapped("route")),
            {
                "/auth/get_tokens",
                "/auth/refresh_token",
            },
        )
        text = json.dumps(entries.read(), default=str)
        for secret in (PASSWORD + '"', *map(str, tokens.values())):
            if len(secret) > 10:
                self.assertNotIn(secret, text)


@tagged("post_install", "-at_install")
class TestTokenReading(TokenCase):
    def setUp(self):
        super().setUp()
        self.log_in()

    def test_all_records_are_read(self):
        document = self.json(self.send("GET", "res.country"))
        total = self.env["res.country"].search_count([])
        self.assertEqual(document["count"], total)
        self.assertEqual(len(document["results"]), total)

    def test_filters_are_in_the_body(self):
        ids = [self.azure.id]
        body = {"filters": [["name", "like", "zur"], ["id", "in", ids]]}
        document = self.json(self.send("GET", "res.partner", body))
        self.assertEqual([row["id"] for row in document["results"]], ids)

    def test_filters_are_in_the_url(self):
        params = {"filters": json.dumps([["id", "=", self.azure.id]])}
        document = self.json(self.send("GET", "res.partner", params=params))
        self.assertEqual(document["count"], 1)

    def test_offset_limit_and_order(self):
        body = {
            "order": "code desc",
            "offset": 1,
            "limit": 2,
            "include_fields": ["code"],
        }
        document = self.json(self.send("GET", "res.country", body))
        expected = self.env["res.country"].search(
            [], order="code desc", limit=2, offset=1
        )
        self.assertEqual(
            document["results"],
            [{"id": each.id, "code": each.code} for each in expected],
        )
        self.assertEqual(document["count"], 2)

    def test_who_names_no_limit_gets_everything_or_an_error(self):
        self.api.write({"default_limit": 5, "max_limit": 5})
        response = self.send("GET", "res.country")
        self.assert_error(response, 413, "query.too_large", "limit and offset")
        document = self.json(self.send("GET", "res.country", {"limit": 5}))
        self.assertEqual(document["count"], 5)

    def test_fields_are_included_and_excluded(self):
        path = f"res.partner/{self.azure.id}"
        body = {"include_fields": ["name", "city"]}
        expected = {"id": self.azure.id, "name": "Azure", "city": "Liege"}
        self.assertEqual(self.json(self.send("GET", path, body)), expected)
        params = {"exclude_fields": "city,name"}
        document = self.json(self.send("GET", path, params=params))
        self.assertNotIn("city", document)
        self.assertIn("street", document)

    def test_one_record_is_flat(self):
        country = self.env.ref("base.be")
        self.azure.country_id = country
        document = self.json(self.send("GET", f"res.partner/{self.azure.id}"))
        self.assertEqual(document["country_id"], country.id)
        self.assertRegex(document["create_date"], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
        self.assertNotIn("image_1920", document)
        self.assertNotIn("child_ids", document)

    def test_several_records_by_their_ids(self):
        other = self.env["res.partner"].create({"name": "Other"})
        path = f"res.partner/{other.id},{self.azure.id}"
        document = self.json(self.send("GET", path, {"include_fields": ["name"]}))
        self.assertEqual(
            [row["name"] for row in document["results"]], ["Other", "Azure"]
        )

    def test_a_schema_is_a_tree(self):
        schema = (
            "('name', ('country_id', ('id', 'code')), ('child_ids', [('id', 'name')]))"
        )
        self.resource("res.partner").write(
            {"read_schema": schema, "list_schema": "('name',)"}
        )
        self.azure.write(
            {
                "country_id": self.env.ref("base.be").id,
                "child_ids": [(0, 0, {"name": "B"})],
            }
        )
        document = self.json(self.send("GET", f"res.partner/{self.azure.id}"))
        child = self.azure.child_ids
        self.assertEqual(
            document,
            {
                "id": self.azure.id,
                "name": "Azure",
                "country_id": {"id": self.env.ref("base.be").id, "code": "BE"},
                "child_ids": [{"id": child.id, "name": "B"}],
            },
        )
        body = {"filters": [["id", "=", self.azure.id]]}
        document = self.json(self.send("GET", "res.partner", body))
        self.assertEqual(document["results"], [{"id": self.azure.id, "name": "Azure"}])

    def test_unknown_words_are_told_the_known_ones(self):
        response = self.send("GET", "res.partner", {"filter": []})
        self.assert_error(response, 400, "query.unknown", "filters")

    def test_a_missing_record_is_an_error_of_the_dialect(self):
        response = self.send("GET", "res.partner/99999999")
        self.assert_error(response, 404, "record.not_found", "not accessible")

    def test_a_model_that_is_not_exposed_is_missing(self):
        self.assert_error(self.send("GET", "res.users"), 404, "record.not_found")

    def test_unicode_is_escaped_on_request(self):
        self.azure.name = "Zoé"
        path = f"res.partner/{self.azure.id}"
        self.assertIn("Zoé", self.send("GET", path).content.decode())
        name = "rest_api.u_escape_characters_for_unicode_in_responses"
        self.env["ir.config_parameter"].sudo().set_param(name, "True")
        self.assertIn("Zo\\u00e9", self.send("GET", path).content.decode())

    def test_origins_are_a_system_parameter(self):
        origin = {"Origin": "https://app.example.com"}
        allow = "Access-Control-Allow-Origin"
        self.assertNotIn(allow, self.send("GET", "res.country", headers=origin).headers)
        name = "rest_api.cors_parameter_value_in_all_routes"
        self.env["ir.config_parameter"].sudo().set_param(name, "*")
        response = self.send("GET", "res.country", headers=origin)
        self.assertEqual(response.headers[allow], "*")
        headers = {**origin, "Access-Control-Request-Method": "PUT"}
        response = self.send("OPTIONS", "res.country", headers=headers)
        self.assertIn("Access-Token", response.headers["Access-Control-Allow-Headers"])


@tagged("post_install", "-at_install")
class TestTokenWriting(TokenCase):
    models = ("res.partner", "res.partner.category", "res.partner.bank", "res.country")

    def setUp(self):
        super().setUp()
        self.log_in()

    def test_a_record_is_created(self):
        body = {"name": "TEST Name", "street": "TEST Street", "city": "TEST City"}
        document = self.json(self.send("POST", "res.partner", body))
        self.assertEqual(list(document), ["id"])
        partner = self.env["res.partner"].browse(document["id"])
        self.assertEqual(partner.street, "TEST Street")

    def test_what_a_create_shows_is_a_schema_and_its_status_a_choice(self):
        resource = self.resource("res.partner")
        resource.write({"create_schema": "('id', 'name')", "create_status": "201"})
        response = self.send("POST", "res.partner", {"name": "A"})
        self.assertEqual(self.json(response, 201)["name"], "A")

    def test_default_values_fill_what_the_body_leaves_out(self):
        self.resource("res.partner").create_defaults = '{"city": "Ghent", "name": "X"}'
        document = self.json(self.send("POST", "res.partner", {"name": "A"}))
        partner = self.env["res.partner"].browse(document["id"])
        self.assertEqual((partner.name, partner.city), ("A", "Ghent"))

    def test_a_tree_is_created(self):
        tags = self.env["res.partner.category"].create([{"name": "A"}, {"name": "B"}])
        body = {
            "name": "TEST Name",
            "country_id": self.env.ref("base.be").id,
            "child_ids": [{"name": "One"}, {"name": "Two"}],
            "category_id": [{"id": tags[0].id}, {"id": tags[1].id}],
        }
        document = self.json(self.send("POST", "res.partner", body))
        partner = self.env["res.partner"].browse(document["id"])
        self.assertEqual(partner.child_ids.mapped("name"), ["One", "Two"])
        self.assertEqual(partner.category_id, tags)

    def test_a_tree_is_updated(self):
        tags = self.env["res.partner.category"].create([{"name": n} for n in "ABC"])
        self.azure.category_id = tags[0]
        kept, changed, removed = self.env["res.partner"].create(
            [{"name": name, "parent_id": self.azure.id} for name in ("K", "C", "R")]
        )
        body = {
            "name": "TEST Name~~",
            "child_ids": [
                {"id": changed.id, "name": "Changed"},
                {"id": removed.id},
                {"name": "New"},
            ],
            "category_id": [{"id": tags[1].id}, {"id": tags[2].id}],
        }
        self.assertIs(
            self.json(self.send("PUT", f"res.partner/{self.azure.id}", body)), True
        )
        self.assertEqual(self.azure.name, "TEST Name~~")
        self.assertEqual(changed.name, "Changed")
        self.assertFalse(removed.exists())
        self.assertTrue(kept.exists())
        self.assertIn("New", self.azure.child_ids.mapped("name"))
        self.assertEqual(self.azure.category_id, tags[1] | tags[2])

    def test_values_may_stand_in_the_url(self):
        params = {
            "name": "Tom Lenz",
            "city": "New York",
            "color": "3",
            "is_company": "true",
        }
        path = f"res.partner/{self.azure.id}"
        self.json(self.send("PUT", path, params=params))
        self.assertEqual((self.azure.name, self.azure.city), ("Tom Lenz", "New York"))
        self.assertEqual((self.azure.color, self.azure.is_company), (3, True))

    def test_several_records_are_updated_and_deleted(self):
        records = self.env["res.partner"].create([{"name": "A"}, {"name": "B"}])
        self.resource("res.partner").delete_mode = "unlink"
        path = f"res.partner/{','.join(map(str, records.ids))}"
        self.assertIs(self.json(self.send("PUT", path, {"city": "Ghent"})), True)
        self.assertEqual(records.mapped("city"), ["Ghent"] * 2)
        self.assertIs(self.json(self.send("DELETE", path)), True)
        self.assertFalse(records.exists())

    def test_commands_of_odoo_are_understood(self):
        tags = self.env["res.partner.category"].create([{"name": "A"}, {"name": "B"}])
        body = {"category_id": [[6, 0, tags.ids]], "child_ids": [[0, 0, {"name": "C"}]]}
        self.json(self.send("PUT", f"res.partner/{self.azure.id}", body))
        self.assertEqual(self.azure.category_id, tags)
        self.assertEqual(self.azure.child_ids.name, "C")

    def test_what_is_wrong_with_a_body_is_told(self):
        response = self.send("POST", "res.partner", {"nme": "A"})
        self.assert_error(response, 422, "body.field", "#/nme")
        self.assert_error(self.send("POST", "res.partner", [3]), 422, "body.value")
        self.assert_error(
            self.send("POST", "res.partner", headers={}, params={}),
            422,
            "record.invalid",
        )

    def test_a_body_of_another_shape_is_an_error(self):
        path = f"res.partner/{self.azure.id}"
        for body in ([], [1], "text", 7, False):
            with self.subTest(body=body):
                for method, where in (
                    ("GET", "res.partner"),
                    ("GET", path),
                    ("GET", "report/get_pdf"),
                    ("GET", "auth/get_tokens"),
                    ("POST", "auth/refresh_token"),
                    ("PUT", path),
                    ("PUT", f"{path}/address_get"),
                ):
                    response = self.send(method, where, body)
                    self.assertIn(response.status_code, (400, 403, 422), response.text)
                    self.assertIn("error_descrip", response.json())

    def test_rights_of_a_resource_hold(self):
        self.resource("res.partner").can_create = False
        response = self.send("POST", "res.partner", {"name": "A"})
        self.assert_error(response, 403, "policy.forbidden", "right to create")

    def test_ids_of_a_report_are_ids(self):
        self.log_in()
        for ids in ("9" * 5000, "9" * 30, "0", "-1", "1,x", "", "\u0663"):
            query = {"report_name": "missing", "ids": ids}
            answer = self.send("GET", "report/get_pdf", params=query)
            self.assert_error(answer, 422, "body.value")
        for ids in ([10**30], [0], [True], "1"):
            body = {"report_name": "missing", "ids": ids}
            answer = self.send("GET", "report/get_pdf", body)
            self.assert_error(answer, 422, "body.value")
        answer = self.send("GET", "report/get_pdf", {"report_name": "x", "ids": [1]})
        self.assertEqual(answer.status_code, 404)

    def test_a_method_is_called(self):
        method = {"name": "address_get", "on_records": True}
        self.resource("res.partner").method_ids = [(0, 0, method)]
        path = f"res.partner/{self.azure.id}/address_get"
        self.assertEqual(self.json(self.send("PUT", path)), {"contact": self.azure.id})
        body = {"adr_pref": ["invoice"], "__context__": {"lang": "en_US"}}
        self.assertIn("invoice", self.json(self.send("PUT", path, body)))

    def test_a_method_that_is_not_listed_is_told_where_to_list_it(self):
        path = f"res.partner/{self.azure.id}/_email_send"
        body = {"email_from": "test@test.com", "__context__": {"lang": "en_US"}}
        response = self.send("PUT", path, body)
        self.assert_error(response, 403, "policy.forbidden", "Methods of its resource")

    def test_context_keys_are_restricted(self):
        method = {"name": "address_get", "on_records": True}
        self.resource("res.partner").method_ids = [(0, 0, method)]
        path = f"res.partner/{self.azure.id}/address_get"
        body = {"__context__": {"active_test": False}}
        self.assert_error(
            self.send("PUT", path, body), 422, "body.value", "active_test"
        )

    def test_a_new_record_takes_listed_context_keys(self):
        def default_get(this, names):
            found = original(this, names)
            return {**found, "city": this.env.context.get("mode")}

        owner = type(self.env["res.partner"])
        original = owner.default_get
        self.enterContext(patch.object(owner, "default_get", default_get))
        body = {"name": "Ann", "__context__": {"mode": "Ghent"}}
        answer = self.send("POST", "res.partner", body)
        self.assert_error(answer, 422, "body.value", "#/__context__/mode")
        self.resource("res.partner").context_keys = "mode"
        new = self.json(self.send("POST", "res.partner", body))
        self.assertEqual(self.env["res.partner"].browse(new["id"]).city, "Ghent")

    def test_requests_are_in_the_log_with_their_routes(self):
        self.json(self.send("PUT", f"res.partner/{self.azure.id}", {"city": "Ghent"}))
        entry = self.env["rest.log"].search([("api_id", "=", self.api.id)], limit=1)
        self.assertEqual((entry.method, entry.route), ("PUT", "/<model>/<ids>"))
        self.assertEqual((entry.model, entry.user_id), ("res.partner", self.user))

    def test_the_rate_limit_counts_tokens(self):
        self.api.rate_limit = 60
        response = self.send("GET", "res.country", {"limit": 1})
        self.assertIn("X-RateLimit-Remaining", response.headers)


@tagged("post_install", "-at_install")
class TestTokenRoutes(TokenCase):
    def test_the_dialect_is_off_by_default(self):
        api = self.env["rest.api"].create({"name": "A", "root_path": "/rest/other"})
        self.assertFalse(api.token_dialect)
        self.assertEqual(api.token_root_path, "/api")

    def test_it_is_switched_off_again(self):
        self.api.token_dialect = False
        self.assertEqual(self.send("GET", "res.partner").status_code, 404)

    def test_longer_base_paths_go_first(self):
        self.api.token_root_path = "/rest"
        self.data(self.rest.get("health"))
        url = f"{self.base_url()}/rest/res.partner"
        response = self.opener.get(url)
        self.assertEqual(response.json()["error"], "auth.missing")

    def test_keys_are_credentials_as_well(self):
        headers = {"Authorization": f"Bearer {self.key}"}
        self.json(self.send("GET", "res.country", {"limit": 1}, headers=headers))

    def test_sessions_are_no_credentials_of_another_site(self):
        self.authenticate("rest_user", PASSWORD)
        body = {"name": "A"}
        response = self.send("POST", "res.partner", body)
        self.assert_error(response, 403, "auth.origin")
