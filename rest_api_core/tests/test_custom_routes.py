"""Custom routes: credentials, limits, errors and log are those of their API."""

from odoo import http
from odoo.http import request
from odoo.tests import tagged

from ..controllers.custom import (
    error_response,
    json_body,
    rest_context,
    rest_route,
    successful_response,
)
from .test_token_dialect import PASSWORD, TokenCase

ROOT, TOKENS = "/rest/custom", "/rest/custom.tokens"


class CustomRoutes(http.Controller):
    """What an addon of somebody else brings along."""

    @rest_route(
        [f"{ROOT}/res.partner/summary", f"{TOKENS}/res.partner/summary"],
        model="res.partner",
        readonly=True,
    )
    def summary(self, name="", **kw):
        domain = rest_context().domain("res.partner")
        partners = request.env["res.partner"].search(domain)
        data = {"user": request.env.uid, "name": name, "kw": kw, "ids": partners.ids}
        return successful_response(status=202, dict_data=data)

    @rest_route(f"{ROOT}/res.partner/<int:partner_id>/rename", methods=["POST"])
    def rename(self, partner_id):
        partner = request.env["res.partner"].browse(partner_id)
        partner.name = json_body()["name"]
        if partner.name == "Forbidden":
            return error_response(409, "name.taken", "This name is taken.")
        return successful_response()

    @rest_route(
        f"{ROOT}/res.partner/merge",
        methods=["POST"],
        model="res.partner",
        rights=("read", "delete"),
    )
    def merge(self):
        return successful_response(dict_data=["merged"])

    @rest_route(f"{ROOT}/everything", readonly=True)
    def everything(self):
        env = request.env
        found = {"lang": env.lang, "companies": env.companies.ids, "text": "é"}
        return successful_response(dict_data=found)

    @rest_route(f"{ROOT}/visit")
    def visit(self):
        return successful_response()

    @rest_route([f"{ROOT}/broken", f"{TOKENS}/broken"])
    def broken(self, how=""):
        if how == "raised":
            raise error_response(418, "teapot")
        if how == "unknown":
            return error_response(404, "missing")
        return "text"

    @http.route(f"{ROOT}/unchecked", type="rest_custom", auth="public")
    def unchecked(self):
        raise AssertionError("nobody has asked for credentials")

    @rest_route("/rest/elsewhere")
    def elsewhere(self):
        raise AssertionError("this path is of no API")


class CustomCase(TokenCase):
    root, base = ROOT, TOKENS

    def last_entry(self):
        domain = [("api_id", "=", self.api.id)]
        return self.env["rest.log"].search(domain, order="id desc", limit=1)

    def json(self, response, status=200):
        self.assertEqual(response.status_code, status, response.text)
        return response.json()


@tagged("post_install", "-at_install")
class TestCustomRoutes(CustomCase):
    def test_a_key_reaches_the_handler_as_its_user(self):
        path = "res.partner/summary"
        document = self.json(
            self.rest.get(path, params={"name": "A", "self": "B"}), 202
        )
        self.assertEqual(document["user"], self.user.id)
        self.assertEqual((document["name"], document["kw"]), ("A", {}))
        self.assertIn(self.azure.id, document["ids"])

    def test_a_token_reaches_the_handler_in_the_other_dialect(self):
        self.log_in()
        response = self.send("GET", "res.partner/summary", params={"x": "1"})
        document = self.json(response, 202)
        self.assertEqual(document["user"], self.user.id)
        self.assertEqual(document["kw"], {"x": "1"})

    def test_a_session_reaches_the_handler(self):
        self.authenticate("rest_user", PASSWORD)
        document = self.json(self.rest.get("res.partner/summary", key=False), 202)
        self.assertEqual(document["user"], self.user.id)

    def test_without_credentials_the_error_is_that_of_the_dialect(self):
        problem = self.rest.get("res.partner/summary", key=False)
        self.assert_problem(problem, 401, "auth.missing")
        response = self.send("GET", "res.partner/summary")
        self.assert_error(response, 401, "auth.missing")
        self.assertIn("Bearer", response.headers["WWW-Authenticate"])

    def test_a_wrong_key_is_refused(self):
        answer = self.rest.get("everything", key=self.key[:-4] + "AAAA")
        self.assert_problem(answer, 401, "auth.invalid")

    def test_domains_of_the_api_are_at_hand(self):
        self.resource("res.partner").domain = f"[('id', '=', {self.azure.id})]"
        document = self.json(self.rest.get("res.partner/summary"), 202)
        self.assertEqual(document["ids"], [self.azure.id])

    def test_language_and_company_are_chosen_as_in_other_requests(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        company = self.user.company_id.id
        headers = {"Accept-Language": "fr", "X-Company-Id": str(company)}
        document = self.json(self.rest.get("everything", headers=headers))
        self.assertEqual(document["lang"], "fr_FR")
        self.assertEqual(document["companies"], [company])
        headers = {"X-Company-Id": "99999"}
        answer = self.rest.get("everything", headers=headers)
        self.assert_problem(answer, 403, "policy.company")

    def test_settings_of_the_dialect_hold(self):
        self.log_in()
        name = "rest_api.u_escape_characters_for_unicode_in_responses"
        self.env["ir.config_parameter"].sudo().set_param(name, "True")
        response = self.send("GET", "res.partner/summary", params={"name": "é"})
        self.assertIn("\\u00e9", response.text)
        self.assertIn("é", self.rest.get("everything").content.decode())

    def test_other_methods_of_the_path_are_those_of_the_api(self):
        answer = self.rest.ask("DELETE", "res.partner/summary")
        self.assert_problem(answer, 405, "policy.method")
        self.assertEqual(answer.headers["Allow"], "GET, HEAD, OPTIONS")
        # a path of both: ``<model>/<name>`` has no methods, ``<model>/<ids>`` has some
        answer = self.rest.ask("GET", "res.partner/7/rename")
        self.assertEqual(answer.headers["Allow"], "OPTIONS, POST")
        answer = self.rest.ask("OPTIONS", "res.partner/merge", key=False)
        self.assertEqual(answer.headers["Allow"], "OPTIONS, POST")
        answer = self.rest.get("res.partner/999999999")
        self.assert_problem(answer, 404, "record.not_found")
        self.assertEqual(self.rest.ask("HEAD", "everything").status_code, 200)

    def test_a_preflight_is_answered(self):
        self.api.cors_origins = "https://app.example.com"
        headers = {
            "Origin": "https://app.example.com",
            "Access-Control-Request-Method": "GET",
        }
        answer = self.rest.ask("OPTIONS", "everything", headers=headers, key=False)
        self.assertEqual(answer.status_code, 204)
        allow = "Access-Control-Allow-Origin"
        self.assertEqual(answer.headers[allow], "https://app.example.com")
        answer = self.rest.ask("OPTIONS", "everything", key=False)
        self.assertEqual(answer.headers["Allow"], "GET, HEAD, OPTIONS")

    def test_limits_count(self):
        self.api.rate_limit = 60
        answer = self.rest.get("everything")
        self.assertEqual(answer.headers["X-RateLimit-Limit"], "60")
        self.assertIn("X-RateLimit-Remaining", answer.headers)

    def test_maintenance_holds(self):
        self.api.maintenance = True
        self.assert_problem(self.rest.get("everything"), 503, "server.maintenance")


@tagged("post_install", "-at_install")
class TestCustomErrors(CustomCase):
    def test_an_error_rolls_back(self):
        path = f"res.partner/{self.azure.id}/rename"
        answer = self.rest.post(path, {"name": "Forbidden"})
        problem = self.assert_problem(answer, 409, "name.taken")
        self.assertEqual(problem["detail"], "This name is taken.")
        self.assertEqual(self.azure.name, "Azure")
        self.assertEqual(self.json(self.rest.post(path, {"name": "B"})), {})
        self.assertEqual(self.azure.name, "B")

    def test_an_error_may_be_raised_with_any_status(self):
        answer = self.rest.get("broken", params={"how": "raised"})
        problem = self.assert_problem(answer, 418, "teapot")
        self.assertEqual(problem["detail"], "I'm a Teapot")

    def test_an_error_has_the_form_of_the_dialect(self):
        self.log_in()
        response = self.send("GET", "broken", params={"how": "unknown"})
        self.assert_error(response, 404, "missing", "Not Found")

    def test_another_return_value_is_a_bug(self):
        with self.assertLogs("odoo.addons.rest_api_core.dispatcher", "ERROR") as log:
            self.assert_problem(self.rest.get("broken"), 500, "server.error")
        self.assertIn("successful_response", log.output[0])

    def test_what_odoo_raises_is_translated(self):
        answer = self.rest.post("res.partner/99999999/rename", {"name": "A"})
        self.assert_problem(answer, 404, "record.not_found")

    def test_a_body_that_is_no_json_is_an_error(self):
        path = f"res.partner/{self.azure.id}/rename"
        answer = self.rest.ask("POST", path, data="{")
        self.assert_problem(answer, 400, "body.malformed")

    def test_a_body_may_be_as_large_as_the_api_takes(self):
        self.api.max_body_size = 0.001
        path = f"res.partner/{self.azure.id}/rename"
        answer = self.rest.post(path, {"name": "A" * 2000})
        self.assert_problem(answer, 413, "body.too_large")

    def test_without_an_api_at_its_path_there_is_no_route(self):
        url = f"{self.base_url()}/rest/elsewhere"
        headers = {"Authorization": f"Bearer {self.key}"}
        self.assertEqual(self.opener.get(url, headers=headers).status_code, 404)

    def test_a_route_of_an_archived_api_is_gone(self):
        self.api.active = False
        self.assertEqual(self.rest.get("everything").status_code, 404)

    def test_a_route_that_forgets_the_credentials_is_closed(self):
        answer = self.rest.get("unchecked")
        self.assert_problem(answer, 401, "auth.missing")


@tagged("post_install", "-at_install")
class TestCustomWrites(CustomCase):
    """What holds for all writes of an API: dry runs and idempotency keys."""

    def rename(self, name, **headers):
        path = f"res.partner/{self.azure.id}/rename"
        return self.rest.post(path, {"name": name}, headers=headers)

    def test_a_dry_run_keeps_nothing(self):
        answer = self.rename("B", Prefer="tx=rollback")
        self.assertEqual(self.json(answer), {})
        self.assertEqual(answer.headers["Preference-Applied"], "tx=rollback")
        self.assertEqual(self.azure.name, "Azure")

    def test_the_same_key_gives_the_same_response(self):
        first = self.rename("B", **{"Idempotency-Key": "k"})
        self.azure.name = "Azure"
        again = self.rename("B", **{"Idempotency-Key": "k"})
        self.assertEqual(again.headers["Idempotent-Replayed"], "true")
        self.assertEqual(again.content, first.content)
        self.assertEqual(self.azure.name, "Azure")
        answer = self.rename("C", **{"Idempotency-Key": "k"})
        self.assert_problem(answer, 422, "policy.idempotency")

    def test_a_get_that_may_write_keeps_no_key(self):
        headers = {"Idempotency-Key": "k"}
        for _time in range(2):
            answer = self.rest.get("visit", headers=headers)
            self.assertEqual(answer.status_code, 200)
            self.assertNotIn("Idempotent-Replayed", answer.headers)
        self.assertFalse(self.env["rest.idempotency.key"].search_count([]))
        headers["Prefer"] = "handling=strict"
        answer = self.rest.get("everything", headers=headers)
        self.assert_problem(answer, 400, "query.header")

    def test_a_failed_request_leaves_no_key(self):
        answer = self.rename("Forbidden", **{"Idempotency-Key": "f"})
        self.assert_problem(answer, 409, "name.taken")
        self.assertEqual(self.rename("B", **{"Idempotency-Key": "f"}).json(), {})


@tagged("post_install", "-at_install")
class TestCustomRights(CustomCase):
    def test_rights_on_the_model_are_needed(self):
        self.assertEqual(self.json(self.rest.post("res.partner/merge")), ["merged"])
        self.resource("res.partner").can_delete = False
        answer = self.rest.post("res.partner/merge")
        self.assert_problem(answer, 403, "policy.forbidden")
        self.resource("res.partner").active = False
        answer = self.rest.post("res.partner/merge")
        self.assert_problem(answer, 404, "record.not_found")

    def test_scopes_hold(self):
        client, key = self.make_client(self.user)
        self.make_scope(client, "res.country")
        answer = self.rest.get("res.partner/summary", key=key)
        self.assert_problem(answer, 404, "record.not_found")
        self.make_scope(client, "res.partner")
        self.json(self.rest.get("res.partner/summary", key=key), 202)
        answer = self.rest.post("res.partner/merge", key=key)
        self.assert_problem(answer, 403, "policy.scope")

    def test_a_route_without_model_needs_the_right_to_everything(self):
        client, key = self.make_client(self.user)
        self.make_scope(client, "res.partner")
        answer = self.rest.get("everything", key=key)
        self.assert_problem(answer, 403, "policy.scope")

    def test_who_only_reads_calls_no_route_that_may_write(self):
        _client, key = self.make_client(self.user, all_resources=True, read_only=True)
        path = f"res.partner/{self.azure.id}/rename"
        answer = self.rest.post(path, {"name": "B"}, key=key)
        self.assert_problem(answer, 403, "policy.scope")
        self.assertEqual(self.azure.name, "Azure")
        self.json(self.rest.get("everything", key=key))


@tagged("post_install", "-at_install")
class TestCustomLog(CustomCase):
    def test_the_log_names_the_route(self):
        self.rest.get("res.partner/summary")
        entry = self.last_entry()
        self.assertEqual(entry.route, "/res.partner/summary")
        self.assertEqual((entry.model, entry.status), ("res.partner", 202))
        self.assertEqual((entry.client_id, entry.user_id), (self.client, self.user))

    def test_refused_requests_are_in_the_log(self):
        self.rest.get("res.partner/summary", key=False)
        entry = self.last_entry()
        self.assertEqual(entry.route, "/res.partner/summary")
        self.assertEqual((entry.status, entry.error_code), (401, "auth.missing"))

    def test_other_methods_are_in_the_log_with_the_route(self):
        self.rest.ask("DELETE", "res.partner/summary")
        entry = self.last_entry()
        self.assertEqual((entry.status, entry.error_code), (405, "policy.method"))
        self.assertEqual(entry.route, "/res.partner/summary")
        self.assertEqual(entry.model, "res.partner")

    def test_bodies_are_in_the_log_without_secrets(self):
        self.api.log_bodies = True
        path = f"res.partner/{self.azure.id}/rename"
        self.rest.post(path, {"name": "B", "password": "hunter2"})
        entry = self.last_entry()
        self.assertEqual(entry.route, "/res.partner/<int:partner_id>/rename")
        self.assertIn('"name":"B"', entry.request_body.replace(" ", ""))
        self.assertNotIn("hunter2", entry.request_body)
