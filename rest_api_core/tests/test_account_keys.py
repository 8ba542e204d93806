"""Keys that users generate for themselves, and passwords."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import new_test_user, tagged

from ..engine import authentication, passwords
from ..limits import rate
from .samples import SOON
from .test_accounts import USER, AccountCase

RESETS = "rest.password.reset"


@tagged("post_install", "-at_install")
class TestOwnKeys(AccountCase):
    def generate(self, **members):
        body = {"name": "Telephone", "password": USER, "expires_at": SOON, **members}
        body = {name: value for name, value in body.items() if value is not ...}
        return self.ask("POST", "auth/keys", body)

    def test_a_key_has_the_rights_of_the_user(self):
        self.sign_in()
        told = self.data(self.generate(), 201)
        self.opener.cookies.pop("session_id")
        me = self.data(self.me(key=told["key"]))
        self.assertEqual(me["id"], self.user.id)
        self.assertTrue(told["key"].startswith(told["prefix"]))
        self.assertEqual(told["expires_at"], SOON)

    def test_keys_are_listed_without_their_values(self):
        self.sign_in()
        value = self.data(self.generate(read_only=True), 201)["key"]
        (listed,) = self.data(self.ask("GET", "auth/keys"))
        self.assertEqual(listed["name"], "Telephone")
        self.assertTrue(listed["read_only"])
        self.assertNotIn("key", listed)
        (seen,) = self.data(self.rest.get("auth/keys", key=value))
        self.assertTrue(seen["current"])

    def test_keys_of_a_user_have_one_client(self):
        self.sign_in()
        self.generate()
        self.generate()
        domain = [("user_id", "=", self.user.id), ("personal", "=", True)]
        client = self.env["rest.client"].search(domain)
        self.assertEqual(len(client.credential_ids), 2)

    def test_a_key_is_revoked(self):
        self.sign_in()
        told = self.data(self.generate(), 201)
        response = self.ask("DELETE", f"auth/keys/{told['id']}")
        self.assertEqual(response.status_code, 204)
        self.assert_problem(self.me(key=told["key"]), 401, "auth.invalid")
        self.assertEqual(self.data(self.ask("GET", "auth/keys")), [])

    def test_keys_of_others_do_not_exist(self):
        other = new_test_user(self.env, "rest_other")
        client, _key = self.make_client(other)
        theirs = client.credential_ids
        missing = self.rest.delete("auth/keys/999999999")
        self.sign_in()
        path = f"auth/keys/{theirs.id}"
        for response in (self.rest.delete(path), self.ask("DELETE", path)):
            problem = self.assert_problem(response, 404, "record.not_found")
            self.assertEqual(problem["detail"], missing.json()["detail"])
        self.assertFalse(theirs.revoked_at)

    def test_a_client_sees_and_revokes_its_own(self):
        second, value = self.client._generate_key()
        listed = self.data(self.rest.get("auth/keys"))
        self.assertEqual(
            {key["id"] for key in listed}, set(self.client.credential_ids.ids)
        )
        self.assertEqual(self.rest.delete(f"auth/keys/{second.id}").status_code, 204)
        self.assertEqual(self.me(key=value).status_code, 401)

    def test_a_client_generates_none(self):
        response = self.rest.post("auth/keys", {"name": "a", "password": USER})
        self.assert_problem(response, 403, "policy.account")

    def test_a_session_needs_the_password_again(self):
        self.sign_in()
        response = self.generate(password="wrong")
        self.assert_problem(response, 422, "body.value", "#/password")
        response = self.generate(password=...)
        self.assert_problem(response, 422, "body.required", "#/password")
        self.assertFalse(self.env["rest.client"].search([("personal", "=", True)]))

    def test_keys_end_when_those_of_odoo_would(self):
        self.sign_in()
        days = fields.Datetime.now() + timedelta(days=4000)
        past = fields.Datetime.now() - timedelta(minutes=1)
        for time in (
            ...,
            f"{days:%Y-%m-%dT%H:%M:%SZ}",
            f"{past:%Y-%m-%dT%H:%M:%SZ}",
            "x",
        ):
            response = self.generate(expires_at=time)
            self.assert_problem(response, 422, "body.value", "#/expires_at")

    def test_portal_users_generate_none(self):
        new_test_user(self.env, "rest_portal", "base.group_portal")
        self.sign_in("rest_portal", "rest_portal")
        response = self.generate(password="rest_portal")
        self.assert_problem(response, 403, "policy.account")

    def test_an_api_can_refuse_own_keys(self):
        self.api.own_keys = False
        self.sign_in()
        self.assert_problem(self.generate(), 403, "policy.account")

    def test_an_archived_client_gets_no_key(self):
        self.sign_in()
        self.generate()
        self.env["rest.client"].search([("personal", "=", True)]).active = False
        self.assert_problem(self.generate(), 403, "policy.account")

    def test_no_response_with_a_key_is_stored(self):
        self.api.log_bodies = True
        self.sign_in()
        headers = {"Idempotency-Key": "k1"}
        body = {"name": "a", "password": USER, "expires_at": SOON}
        self.data(self.ask("POST", "auth/keys", body, headers=headers), 201)
        self.assertFalse(self.env["rest.idempotency.key"].search([("key", "=", "k1")]))
        entry = self.env["rest.log"].search([("path", "like", "auth/keys")], limit=1)
        self.assertFalse(entry.response_body)


@tagged("post_install", "-at_install")
class TestPasswords(AccountCase):
    def change(self, old=USER, new="another password"):
        return self.ask("POST", "auth/password", {"old": old, "new": new})

    def test_a_password_is_changed(self):
        self.sign_in()
        self.assertEqual(self.change().status_code, 204)
        self.assertEqual(self.me().status_code, 200)  # this session stays
        self.assert_problem(self.sign_in(), 401, "auth.invalid")
        self.assertEqual(self.sign_in(password="another password").status_code, 200)

    def test_other_sessions_end(self):
        self.sign_in()
        other = self.opener.cookies["session_id"]
        self.opener.cookies.pop("session_id")
        self.sign_in()
        self.change()
        self.opener.cookies.set("session_id", other)
        self.assert_problem(self.me(), 401, "auth.missing")

    def test_tokens_end(self):
        api = self.env["rest.configuration"]._api(self.api.id)
        issued = self.env["rest.tokens"]._issue(api, self.user.id)
        self.assertEqual(self.me(key=issued.access).status_code, 200)
        self.user.password = "another password"
        self.assert_problem(self.me(key=issued.access), 401, "auth.invalid")

    def test_the_old_one_is_needed(self):
        self.sign_in()
        response = self.change(old="wrong")
        self.assert_problem(response, 422, "body.value", "#/old")
        self.assertEqual(self.sign_in().status_code, 200)

    def test_guessing_the_old_one_ends(self):
        self.sign_in()
        with patch.object(authentication, "FAILURES", rate.Limit(3)):
            told = {self.change(old="wrong").status_code for _try in range(5)}
        self.assertEqual(told, {422, 429})

    def test_bad_passwords_are_told(self):
        self.sign_in()
        for new in ("", "  ", " a", "a "):
            response = self.change(new=new)
            self.assert_problem(response, 422, "body.value", "#/new")

    def test_a_client_does_not_change_it(self):
        body = {"old": USER, "new": "another password"}
        response = self.rest.post("auth/password", body)
        self.assert_problem(response, 403, "policy.account")


@tagged("post_install", "-at_install")
class TestResets(AccountCase):
    def setUp(self):
        super().setUp()
        resets = type(self.env[RESETS])
        self.patch(resets, "_is_available", lambda _self: True)

    def send(self):
        cron = type(self.env["ir.cron"])
        with patch.object(cron, "_commit_progress", return_value=9):
            self.env[RESETS]._send()

    def reset(self, login=USER):
        return self.rest.post("auth/password/reset", {"login": login}, key=False)

    def test_the_response_is_the_same_for_all_logins(self):
        known, unknown = self.reset(), self.reset("nobody@example.com")
        self.assertEqual(known.status_code, 202)
        self.assertEqual(
            (known.status_code, known.content), (unknown.status_code, unknown.content)
        )

    def test_a_login_gets_one_mail_in_ten_minutes(self):
        self.reset()
        self.reset()
        self.assertEqual(len(self.env[RESETS].search([("login", "=", USER)])), 1)

    def test_mails_are_sent_by_a_scheduled_action(self):
        self.reset()
        self.reset("nobody@example.com")
        sent, users = [], type(self.env["res.users"])
        send = patch.object(
            users,
            "reset_password",
            lambda _self, login: sent.append(login),
            create=True,
        )
        with send:
            self.send()
        self.assertEqual(sent, [USER, "nobody@example.com"])
        self.assertFalse(self.env[RESETS].search([("is_sent", "=", False)]))

    def test_an_error_of_one_mail_does_not_stop_the_others(self):
        self.reset("a@example.com")
        self.reset("b@example.com")
        sent = []

        def send(_self, login):
            sent.append(login)
            raise ValueError("no such user")

        users = type(self.env["res.users"])
        with patch.object(users, "reset_password", send, create=True):
            self.send()
        self.assertEqual(sent, ["a@example.com", "b@example.com"])

    def test_mails_of_a_network_are_limited(self):
        with patch.object(passwords, "MAILS", rate.Limit(2)):
            told = [self.reset(f"u{n}").status_code for n in range(4)]
        self.assertEqual(told[-1], 429)

    def test_where_odoo_resets_none_it_is_said(self):
        self.patch(type(self.env[RESETS]), "_is_available", lambda _self: False)
        self.assert_problem(self.reset(), 501, "server.reset")
