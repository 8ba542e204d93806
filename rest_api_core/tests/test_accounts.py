"""Accounts: signing in and out, the user, own preferences."""

from unittest.mock import patch

from odoo import http
from odoo.tests import new_test_user, tagged

from ..engine import authentication
from ..limits import rate
from .common import RestCase

USER = "rest_user"  # login and password


class AccountCase(RestCase):
    def sign_in(self, login=USER, password=USER, **members):
        body = {"login": login, "password": password, **members}
        return self.rest.post("auth/login", body, key=False)

    def ask(self, method, path, body=None, **options):
        """A request with the session alone."""
        headers = {"Origin": self.base_url(), **options.pop("headers", {})}
        return self.rest.ask(
            method, path, json_body=body, key=False, headers=headers, **options
        )

    def me(self, **options):
        return self.rest.get("user/me", **{"key": False, **options})


@tagged("post_install", "-at_install")
class TestSessions(AccountCase):
    def test_a_login_is_a_session(self):
        signed_in = self.data(self.sign_in())
        self.assertEqual(signed_in["login"], USER)
        self.assertEqual(self.data(self.me()), signed_in)
        self.assertEqual(self.ask("GET", "res.partner?limit=1").status_code, 200)

    def test_a_session_is_a_new_one(self):
        """Who planted a session id knows nothing of the one after the login."""
        self.sign_in()
        first = self.opener.cookies["session_id"]
        self.sign_in()
        self.assertNotEqual(self.opener.cookies["session_id"], first)

    def test_a_session_that_gets_another_id_is_told(self):
        self.authenticate(USER, USER)
        self.session["create_time"] = 0.0
        http.root.session_store.save(self.session)
        self.assertEqual(self.me().status_code, 200)
        self.assertNotEqual(self.opener.cookies["session_id"], self.session.sid)
        self.assertEqual(self.me().status_code, 200)

    def test_login_and_password_are_needed(self):
        for body in ({"login": USER}, {"password": USER}, {}):
            response = self.rest.post("auth/login", body, key=False)
            self.assert_problem(response, 422, "body.required")

    def test_logout_ends_the_session(self):
        self.sign_in()
        before = self.opener.cookies["session_id"]
        self.assertEqual(self.ask("POST", "auth/logout").status_code, 204)
        self.assert_problem(self.me(), 401, "auth.missing")
        self.opener.cookies.set("session_id", before)
        self.assert_problem(self.me(), 401, "auth.missing")

    def test_logout_with_a_key_changes_nothing(self):
        self.assertEqual(self.rest.post("auth/logout").status_code, 204)
        self.assertEqual(self.rest.get("user/me").status_code, 200)

    def test_wrong_passwords_and_unknown_logins_get_the_same_response(self):
        told = []
        for login in (USER, "rest_unknown"):
            response = self.sign_in(login, "wrong")
            problem = self.assert_problem(response, 401, "auth.invalid")
            told.append({k: v for k, v in problem.items() if k != "request_id"})
        self.assertEqual(told[0], told[1])
        self.assert_problem(self.me(), 401, "auth.missing")

    def test_another_database_is_like_a_wrong_password(self):
        response = self.sign_in(db="other")
        self.assert_problem(response, 401, "auth.invalid")
        self.assertEqual(self.sign_in(db=self.env.cr.dbname).status_code, 200)

    def test_api_keys_of_odoo_are_no_passwords(self):
        keys = self.env["res.users.apikeys"].with_user(self.user).sudo()
        value = keys._generate("rpc", "Key", False)
        self.assert_problem(self.sign_in(password=value), 401, "auth.invalid")

    def test_a_second_factor_cannot_be_passed_over(self):
        users = type(self.env["res.users"])
        with patch.object(users, "_mfa_type", lambda _self: "totp"):
            self.assert_problem(self.sign_in(), 403, "auth.second_factor")
        self.assert_problem(self.me(), 401, "auth.missing")

    def test_no_login_where_sessions_are_off(self):
        self.api.auth_session = False
        self.assert_problem(self.sign_in(), 401, "auth.invalid")

    def test_archived_users_cannot_sign_in(self):
        self.user.active = False
        self.assert_problem(self.sign_in(), 401, "auth.invalid")

    def test_guessing_ends_before_passwords_are_checked(self):
        with patch.object(authentication, "FAILURES", rate.Limit(3)):
            told = {self.sign_in(password="wrong").status_code for _try in range(5)}
            self.assertEqual(told, {401, 429})
            self.assert_problem(self.sign_in(), 429, "auth.throttled")

    def test_a_dry_run_signs_nobody_in(self):
        body = {"login": USER, "password": USER}
        headers = {"Prefer": "tx=rollback"}
        response = self.rest.post("auth/login", body, key=False, headers=headers)
        self.assertEqual(response.status_code, 200)
        self.assert_problem(self.me(), 401, "auth.missing")

    def test_bad_bodies_are_told(self):
        for body, pointer in (
            ({"login": 3, "password": USER}, "#/login"),
            ({"login": USER, "password": USER, "foo": 1}, "#/foo"),
            ([], "#"),
            ({"login": "a\x00", "password": USER}, "#/login"),
        ):
            with self.subTest(pointer):
                response = self.rest.post("auth/login", body, key=False)
                problem = self.assert_problem(response, 422, "body.value")
                self.assertEqual(problem["errors"][0]["pointer"], pointer)

    def test_no_form_of_another_site_can_sign_in(self):
        headers = {"Content-Type": "text/plain", "Origin": "https://evil.example"}
        text = '{"login": "rest_user", "password": "rest_user"}'
        response = self.rest.ask(
            "POST", "auth/login", key=False, data=text, headers=headers
        )
        self.assert_problem(response, 415, "body.media_type")

    def test_another_site_cannot_sign_out(self):
        self.sign_in()
        headers = {"Origin": "https://evil.example"}
        response = self.ask("POST", "auth/logout", headers=headers)
        self.assert_problem(response, 403, "auth.origin")
        self.assertEqual(self.me().status_code, 200)

    def test_the_log_has_no_password(self):
        self.api.log_bodies = True
        self.sign_in()
        entry = self.env["rest.log"].search([("path", "like", "auth/login")], limit=1)
        self.assertEqual(entry.status, 200)
        self.assertFalse(entry.request_body)

    def test_credentials_can_be_checked(self):
        response = self.rest.get("auth/check")
        self.assertEqual((response.status_code, response.content), (204, b""))
        self.assert_problem(self.rest.get("auth/check", key=False), 401, "auth.missing")
        self.api.rate_limit = 60
        self.assertIn("X-RateLimit-Remaining", self.rest.get("auth/check").headers)


@tagged("post_install", "-at_install")
class TestMe(AccountCase):
    def test_a_client_is_told_its_user_and_rights(self):
        told = self.data(self.rest.get("user/me"))
        self.assertEqual(told["id"], self.user.id)
        self.assertEqual(
            told["client"], {"id": self.client.id, "name": self.client.name}
        )
        models = {offer["model"] for offer in told["resources"]}
        self.assertEqual(models, set(self.models))
        self.assertNotIn("email", told)

    def test_a_user_is_told_own_preferences(self):
        self.sign_in()
        told = self.data(self.me())
        self.assertNotIn("client", told)
        self.assertEqual(told["email"], self.user.email)
        self.assertEqual(told["company_id"], self.user.company_id.id)

    def test_preferences_can_be_changed(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.sign_in()
        body = {"name": "Ada", "phone": "+32 2 123", "lang": "fr", "tz": "Asia/Tokyo"}
        told = self.data(self.ask("PATCH", "user/me", body))
        shown = {name: told[name] for name in body}
        self.assertEqual(shown, {**body, "lang": "fr_FR"})
        self.assertEqual(self.user.tz, "Asia/Tokyo")
        self.assertEqual(self.data(self.me())["name"], "Ada")

    def test_portal_users_can_change_theirs(self):
        new_test_user(self.env, "rest_portal", "base.group_portal")
        self.sign_in("rest_portal", "rest_portal")
        told = self.data(self.ask("PATCH", "user/me", {"name": "Grace"}))
        self.assertEqual(told["name"], "Grace")

    def test_the_company_is_one_of_the_user(self):
        own, other = self.env["res.company"].create([{"name": "A"}, {"name": "B"}])
        self.user.company_ids += own
        self.sign_in()
        self.data(self.ask("PATCH", "user/me", {"company_id": own.id}))
        self.assertEqual(self.user.company_id, own)
        response = self.ask("PATCH", "user/me", {"company_id": other.id})
        self.assert_problem(response, 422, "body.value", "#/company_id")

    def test_no_other_field_can_be_changed(self):
        self.sign_in()
        group = self.env.ref("base.group_system").id
        for name, value in (
            ("login", "root"),
            ("group_ids", [group]),
            ("password", "x"),
            ("active", False),
            ("company_ids", []),
        ):
            with self.subTest(name):
                response = self.ask("PATCH", "user/me", {name: value})
                self.assert_problem(response, 422, "body.value", f"#/{name}")
        self.assertFalse(self.user._is_system())

    def test_bad_values_are_told_and_nothing_is_written(self):
        self.sign_in()
        for name, value in (
            ("name", 3),
            ("lang", "xx"),
            ("lang", None),
            ("lang", 3),
            ("tz", "Mars/Base"),
            ("tz", 3),
            ("company_id", "1"),
            ("company_id", True),
            ("email", ["a@b"]),
        ):
            with self.subTest(f"{name}={value!r}"):
                response = self.ask("PATCH", "user/me", {"phone": "1", name: value})
                self.assert_problem(response, 422, "body.value", f"#/{name}")
        self.assertFalse(self.user.phone)

    def test_a_client_does_not_change_its_user(self):
        response = self.rest.patch("user/me", {"email": "thief@example.com"})
        self.assert_problem(response, 403, "policy.account")
        self.assertNotEqual(self.user.email, "thief@example.com")
