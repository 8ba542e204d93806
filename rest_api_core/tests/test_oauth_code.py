"""OAuth2: authorization codes, the consent page, rotation of refresh tokens."""

import base64
import hashlib
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from lxml import html

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from .test_oauth import OAuthCase

BACK = "https://app.example.com/back?a=1"
VERIFIER = "a-verifier-of-at-least-43-characters-in-length"
DIGEST = hashlib.sha256(VERIFIER.encode()).digest()
CHALLENGE = base64.urlsafe_b64encode(DIGEST).decode().rstrip("=")


class CodeCase(OAuthCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = new_test_user(cls.env, "rest_person", "base.group_user")
        cls.client.redirect_uris = f"https://app.example.com/other\n{BACK}"
        cls.issuer = cls.env["rest.configuration"]._api(cls.api.id).issuer

    def setUp(self):
        super().setUp()
        self.authenticate("rest_person", "rest_person")

    def asked(self, **changed):
        """The parameters of a request, without those that are None."""
        sent = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": BACK,
            "state": "state & more",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **changed,
        }
        return {name: value for name, value in sent.items() if value is not None}

    @property
    def url(self):
        return f"{self.base_url()}{self.root}/oauth/authorize"

    def authorize(self, **changed):
        self.env.flush_all()
        url = f"{self.url}?{urlencode(self.asked(**changed))}"
        return self.opener.get(url, allow_redirects=False, timeout=60)

    def page(self, **changed):
        """The inputs of the page."""
        response = self.authorize(**changed)
        self.assertEqual(response.status_code, 200, response.text)
        form = html.fromstring(response.content).forms[0]
        sent = {
            n: v for n, v in form.form_values() if n not in ("remember", "decision")
        }
        return response, sent

    def decide(self, decision="allow", changed=None, **more):
        _response, sent = self.page(**(changed or {}))
        sent = {**sent, "decision": decision, **more}
        return self.opener.post(self.url, data=sent, allow_redirects=False, timeout=60)

    def told(self, response):
        """What the client gets by a redirect."""
        self.assertEqual(response.status_code, 303, response.text)
        url = response.headers["Location"]
        self.assertTrue(url.startswith(f"{BACK}&"), url)
        told = dict(parse_qsl(urlsplit(url).query))
        self.assertEqual(told.pop("a"), "1")
        self.assertEqual(told.pop("state"), "state & more")
        self.assertEqual(told.pop("iss"), self.issuer)
        return told

    def code(self, **changed):
        return self.told(self.decide(changed=changed))["code"]

    def exchange(self, code, auth=None, **changed):
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
            **changed,
        }
        return self.post_form("token", form, auth)

    def tokens(self, **changed):
        response = self.exchange(self.code(**changed))
        self.assertEqual(response.status_code, 200, response.text)
        return response.json()

    def refresh(self, token, auth=None, **more):
        form = {"grant_type": "refresh_token", "refresh_token": token, **more}
        return self.post_form("token", form, auth)

    def delete_ended(self):
        """What the cron does, which commits."""
        with patch.object(type(self.env["ir.cron"]), "_commit_progress") as commit:
            commit.return_value = 60
            self.env["rest.token"]._delete_ended()

    def status(self, token):
        return self.rest.get("user/me", key=token).status_code


@tagged("post_install", "-at_install")
class TestConsent(CodeCase):
    def test_the_page_says_who_asks_for_what(self):
        self.person.group_ids += self.env.ref("base.group_partner_manager")
        response, _sent = self.page()
        for text in (self.client.name, "Test API", "rest_person", "Contact", "update"):
            self.assertIn(text, response.text)
        self.assertNotIn("<script", response.text)
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertEqual(response.headers["X-Frame-Options"], "DENY")
        policy = response.headers["Content-Security-Policy"]
        self.assertIn("frame-ancestors 'none'", policy)
        self.assertIn("default-src 'none'", policy)
        self.assertIn("form-action 'self' https://app.example.com;", policy)

    def test_a_read_only_scope_shows_no_other_rights(self):
        self.person.group_ids += self.env.ref("base.group_partner_manager")
        response, _sent = self.page(scope="read")
        self.assertNotIn("update", response.text)

    def test_what_clients_and_users_are_called_is_escaped(self):
        self.client.name = self.person.name = "<script>alert(1)</script>"
        response, _sent = self.page(state='"><script>')
        self.assertNotIn("<script", response.text)

    def test_users_sign_in_first(self):
        self.logout()
        response = self.authorize()
        self.assertEqual(response.status_code, 303)
        url = urlsplit(response.headers["Location"])
        self.assertEqual(url.path, "/web/login")
        back = urlsplit(parse_qs(url.query)["redirect"][0])
        self.assertEqual(back.path, f"{self.root}/oauth/authorize")
        self.assertEqual(dict(parse_qsl(back.query)), self.asked())

    def test_another_user_can_sign_in(self):
        response, _sent = self.page()
        links = html.fromstring(response.content).xpath("//a/@href")
        self.opener.get(f"{self.base_url()}{links[0]}", allow_redirects=False)
        self.assertTrue(self.authorize().headers["Location"].startswith("/web/login"))

    def test_a_user_can_deny(self):
        told = self.told(self.decide("deny"))
        self.assertEqual(told["error"], "access_denied")
        self.assertEqual(self.told(self.decide(""))["error"], "access_denied")

    def test_unknown_clients_and_uris_redirect_nobody(self):
        for changed in (
            {"client_id": "rc_unknown"},
            {"client_id": None},
            {"redirect_uri": None},
            {"redirect_uri": "https://evil.example/"},
            {"redirect_uri": "https://app.example.com/back"},
            {"redirect_uri": f"{BACK}&b=1"},
        ):
            with self.subTest(changed):
                response = self.authorize(**changed)
                self.assertEqual(response.status_code, 400)
                self.assertNotIn("Location", response.headers)
                self.assertIn("text/html", response.headers["Content-Type"])
                self.assertNotIn("evil", response.text)
        url = f"{self.url}?{urlencode(self.asked())}&redirect_uri=https://evil.example"
        response = self.opener.get(url, allow_redirects=False, timeout=60)
        self.assertEqual(response.status_code, 400)
        self.client.active = False
        self.assertEqual(self.authorize().status_code, 400)

    def test_other_errors_are_told_to_the_client(self):
        for changed, error in (
            ({"response_type": "token"}, "unsupported_response_type"),
            ({"code_challenge": None}, "invalid_request"),
            ({"code_challenge_method": "plain"}, "invalid_request"),
            ({"scope": "admin"}, "invalid_scope"),
            ({"resource": "https://other.example"}, "invalid_target"),
        ):
            with self.subTest(changed):
                self.assertEqual(self.told(self.authorize(**changed))["error"], error)

    def test_no_other_site_can_decide(self):
        _response, sent = self.page()
        for token in (None, "wrong"):
            forged = {**sent, "csrf_token": token, "decision": "allow"}
            response = self.opener.post(
                self.url, data=forged, allow_redirects=False, timeout=60
            )
            self.assertEqual(response.status_code, 403)
            self.assertNotIn("Location", response.headers)
        self.assertFalse(self.env["rest.oauth.code"].search([]))

    def test_the_decision_is_checked_like_the_request(self):
        _response, sent = self.page()
        sent = {**sent, "decision": "allow", "redirect_uri": "https://evil.example/"}
        response = self.opener.post(self.url, data=sent, allow_redirects=False)
        self.assertEqual(response.status_code, 400)

    def test_a_consent_can_be_remembered(self):
        self.assertEqual(self.authorize().status_code, 200)
        self.told(self.decide(remember="1", changed={"scope": "read"}))
        self.assertIn("code", self.told(self.authorize(scope="read")))
        self.assertEqual(self.authorize(scope="write").status_code, 200)
        self.told(self.decide(remember="1"))
        self.assertIn("code", self.told(self.authorize(scope="write")))
        consent = self.env["rest.oauth.consent"].search([])
        self.assertEqual(
            (consent.user_id, consent.client_id), (self.person, self.client)
        )
        consent.unlink()
        self.assertEqual(self.authorize().status_code, 200)

    def test_consents_are_those_of_one_user(self):
        self.told(self.decide(remember="1"))
        self.authenticate("rest_user", "rest_user")
        self.assertEqual(self.authorize().status_code, 200)

    def test_a_redirect_uri_is_checked(self):
        for uri in ("/back", "http://app.example.com/", "javascript:alert(1)"):
            with self.subTest(uri), self.assertRaises(ValidationError):
                self.client.redirect_uris = uri

    def test_pages_stay_where_sessions_are_off(self):
        self.api.auth_session = False
        self.assertEqual(self.authorize().status_code, 200)


@tagged("post_install", "-at_install")
class TestCodes(CodeCase):
    def test_a_code_is_exchanged_for_tokens_of_the_user(self):
        response = self.exchange(self.code())
        issued = response.json()
        self.assertEqual(issued["token_type"], "Bearer")
        self.assertTrue(issued["refresh_token"].startswith("rrt_"))
        told = self.data(self.rest.get("user/me", key=issued["access_token"]))
        self.assertEqual(told["login"], "rest_person")
        self.assertEqual(told["client"]["id"], self.client.id)

    def test_rights_of_user_and_client_both_hold(self):
        token = self.tokens()["access_token"]
        response = self.rest.post("res.partner", {"name": "New"}, key=token)
        self.assert_problem(response, 403, "policy.forbidden")
        self.client.all_resources = False
        self.assert_problem(
            self.rest.get("res.partner", key=token), 404, "record.not_found"
        )

    def test_a_scope_narrows(self):
        self.person.group_ids += self.env.ref("base.group_partner_manager")
        token = self.tokens(scope="read")["access_token"]
        response = self.rest.post("res.partner", {"name": "New"}, key=token)
        self.assert_problem(response, 403, "policy.scope")
        token = self.tokens(scope="write")["access_token"]
        self.data(self.rest.post("res.partner", {"name": "New"}, key=token), 201)

    def test_only_a_digest_is_stored(self):
        code = self.code()
        self.env.cr.execute("SELECT row_to_json(c)::text FROM rest_oauth_code c")
        self.assertNotIn(code, str(self.env.cr.fetchall()))

    def test_a_code_is_for_one_client_uri_and_verifier(self):
        other, _key = self.make_client(self.user, all_resources=True)
        auth = (other.oauth_client_id, other._generate_key("oauth_secret")[1])
        code = self.code()
        for wrong in (
            {"auth": auth},
            {"redirect_uri": "https://app.example.com/other"},
            {"redirect_uri": ""},
            {"code_verifier": VERIFIER[::-1]},
            {"code_verifier": ""},
        ):
            with self.subTest(wrong):
                self.assert_error(self.exchange(code, **wrong), 400, "invalid_grant")
        self.assert_error(self.exchange("unknown"), 400, "invalid_grant")
        self.assert_error(self.exchange(""), 400, "invalid_request")
        self.assertEqual(self.exchange(code).status_code, 200)

    def test_a_code_works_for_a_minute(self):
        code, record = self.code(), self.env["rest.oauth.code"].search([])
        left = record.expires_at - fields.Datetime.now()
        self.assertLessEqual(left, timedelta(seconds=60))
        record.expires_at = fields.Datetime.now()
        self.assert_error(self.exchange(code), 400, "invalid_grant")

    def test_a_code_that_is_used_twice_ends_what_it_was_exchanged_for(self):
        code = self.code()
        issued = self.exchange(code).json()
        again = self.refresh(issued["refresh_token"]).json()
        self.assertEqual(self.status(again["access_token"]), 200)
        self.assert_error(self.exchange(code), 400, "invalid_grant")
        self.assertEqual(self.status(again["access_token"]), 401)
        response = self.refresh(again["refresh_token"])
        self.assert_error(response, 400, "invalid_grant")

    def test_a_code_of_an_archived_user_is_not_valid(self):
        code = self.code()
        self.person.active = False
        self.assert_error(self.exchange(code), 400, "invalid_grant")

    def test_codes_are_deleted_with_tokens(self):
        self.code()
        self.delete_ended()
        record = self.env["rest.oauth.code"].search([])
        self.assertTrue(record)
        record.expires_at -= timedelta(days=2)
        self.delete_ended()
        self.assertFalse(record.exists())

    def test_public_clients_need_no_secret(self):
        code = self.code()
        sent = {"auth": False, "client_id": self.client_id}
        self.assert_error(self.exchange(code, **sent), 401, "invalid_client")
        self.client.oauth_public = True
        issued = self.exchange(code, **sent).json()
        self.assertEqual(self.status(issued["access_token"]), 200)
        response = self.refresh(issued["refresh_token"], **sent)
        self.assertEqual(response.status_code, 200)
        token = response.json()["access_token"]
        form = {"grant_type": "client_credentials", "client_id": self.client_id}
        response = self.post_form("token", form, auth=False)
        self.assert_error(response, 400, "unauthorized_client")
        form = {"token": token, "client_id": self.client_id}
        response = self.post_form("introspect", form, auth=False)
        self.assert_error(response, 400, "unauthorized_client")
        self.assertEqual(self.post_form("revoke", form, auth=False).status_code, 200)
        self.assertEqual(self.status(token), 401)
        self.client.active = False
        self.assert_error(self.exchange(code, **sent), 401, "invalid_client")

    def test_users_of_a_client_do_not_see_its_keys(self):
        token = self.tokens()["access_token"]
        self.assertEqual(self.data(self.rest.get("auth/keys", key=token)), [])
        key = self.client.credential_ids.filtered(lambda c: c.kind == "api_key")
        response = self.rest.delete(f"auth/keys/{key.id}", key=token)
        self.assert_problem(response, 404, "record.not_found")

    def test_the_log_tells_each_step_and_no_secret(self):
        self.api.log_bodies = True
        issued = self.tokens()
        self.env["rest.log"].flush_model()
        entries = self.env["rest.log"].search([("path", "like", "/oauth/")])
        self.assertEqual(sorted(entries.mapped("method")), ["GET", "POST", "POST"])
        self.assertEqual(set(entries.mapped("status")), {200, 303})
        text = str(entries.read())
        for secret in (VERIFIER, issued["access_token"], issued["refresh_token"]):
            self.assertNotIn(secret, text)


@tagged("post_install", "-at_install")
class TestRotation(CodeCase):
    def test_each_refresh_gives_another_refresh_token(self):
        first = self.tokens()
        second = self.refresh(first["refresh_token"]).json()
        self.assertNotEqual(second["refresh_token"], first["refresh_token"])
        self.assertEqual(self.status(first["access_token"]), 401)
        self.assertEqual(self.status(second["access_token"]), 200)
        self.assertEqual(self.refresh(second["refresh_token"]).status_code, 200)

    def test_a_refresh_token_that_is_used_twice_ends_the_family(self):
        first = self.tokens()
        second = self.refresh(first["refresh_token"]).json()
        third = self.refresh(second["refresh_token"]).json()
        self.assert_error(self.refresh(first["refresh_token"]), 400, "invalid_grant")
        self.assertEqual(self.status(third["access_token"]), 401)
        for each in (second, third):
            response = self.refresh(each["refresh_token"])
            self.assert_error(response, 400, "invalid_grant")

    def test_other_families_go_on(self):
        first, other = self.tokens(), self.tokens()
        self.refresh(first["refresh_token"])
        self.refresh(first["refresh_token"])
        self.assertEqual(self.status(other["access_token"]), 200)

    def test_a_refresh_token_is_for_one_client(self):
        other, _key = self.make_client(self.user, all_resources=True)
        auth = (other.oauth_client_id, other._generate_key("oauth_secret")[1])
        token = self.tokens()["refresh_token"]
        self.assert_error(self.refresh(token, auth), 400, "invalid_grant")
        self.assertEqual(self.refresh(token).status_code, 200)

    def test_the_token_dialect_does_not_refresh_them(self):
        self.api.write({"token_dialect": True, "token_root_path": "/rest/tokens"})
        token = self.tokens()["refresh_token"]
        url = f"{self.base_url()}/rest/tokens/auth/refresh_token"
        response = self.opener.post(url, json={"refresh_token": token}, timeout=60)
        self.assertEqual(response.status_code, 401)

    def test_the_scope_can_be_narrowed_and_not_widened(self):
        token = self.tokens()["refresh_token"]
        narrow = self.refresh(token, scope="read").json()
        self.assertEqual(narrow["scope"], "read")
        wide = self.refresh(narrow["refresh_token"]).json()
        self.assertEqual(wide["scope"], "read write")
        read = self.tokens(scope="read")["refresh_token"]
        self.assert_error(self.refresh(read, scope="write"), 400, "invalid_scope")

    def test_a_revoked_token_ends_the_family(self):
        for kind in ("access_token", "refresh_token"):
            second = self.refresh(self.tokens()["refresh_token"]).json()
            response = self.post_form("revoke", {"token": second[kind]})
            self.assertEqual(response.status_code, 200)
            self.assertEqual(self.status(second["access_token"]), 401)
            response = self.refresh(second["refresh_token"])
            self.assert_error(response, 400, "invalid_grant")

    def test_a_family_lives_as_long_as_it_is_used(self):
        self.api.oauth_refresh_days = 2
        first = self.tokens()
        records = self.env["rest.token"].search([("client_id", "=", self.client.id)])
        root = records.filtered(lambda each: each.kind == "refresh")
        left = root.expires_at - fields.Datetime.now()
        self.assertGreater(left, timedelta(days=1, hours=23))
        root.expires_at -= timedelta(days=1)
        second = self.refresh(first["refresh_token"]).json()
        self.assertGreater(root.expires_at - fields.Datetime.now(), timedelta(days=1))
        self.assertEqual(root.state, "rotated")
        self.delete_ended()
        self.assertEqual(self.refresh(second["refresh_token"]).status_code, 200)

    def test_introspection_tells_of_refresh_tokens(self):
        first = self.tokens()["refresh_token"]
        self.assertTrue(self.introspect(first)["active"])
        self.refresh(first)
        self.assertEqual(self.introspect(first), {"active": False})
