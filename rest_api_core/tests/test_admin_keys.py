"""Keys, tokens and the log, for administrators of the API."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .samples import SOON, P
from .test_admin import AdminCase


@tagged("post_install", "-at_install")
class TestAdminKeys(AdminCase):
    def generate(self, **members):
        body = {"client_id": self.client.id, **members}
        return self.ask("POST", "keys", body)

    def test_a_key_is_shown_once(self):
        told = self.data(self.generate(name="Shop", expires_at=SOON), 201)
        self.assertEqual(self.rest.get(P, key=told["key"]).status_code, 200)
        shown = self.told("GET", f"keys/{told['id']}")
        self.assertNotIn("key", shown)
        self.assertEqual(shown["prefix"], told["prefix"])
        listed = self.ask("GET", "keys").text
        self.assertNotIn(told["key"].rpartition("_")[2], listed)
        self.assertNotIn("digest", listed)

    def test_a_key_is_rotated_with_an_overlap(self):
        key = self.client.credential_ids
        told = self.told("POST", f"keys/{key.id}/rotate", {"overlap_hours": 2}, 201)
        hours = (key.revoked_at - fields.Datetime.now()) / timedelta(hours=1)
        self.assertAlmostEqual(hours, 2, places=1)
        for value in (self.key, told["key"]):
            self.assertEqual(self.rest.get(P, key=value).status_code, 200)
        self.told("POST", f"keys/{told['id']}/rotate", {"overlap_hours": 0}, 201)
        self.assertEqual(self.rest.get(P, key=told["key"]).status_code, 401)

    def test_a_key_is_revoked_and_deleted(self):
        key = self.client.credential_ids
        told = self.told("POST", f"keys/{key.id}/revoke")
        self.assertEqual(told["state"], "revoked")
        self.assertEqual(self.rest.get(P).status_code, 401)
        self.assert_problem(
            self.ask("POST", f"keys/{key.id}/rotate"), 422, "record.invalid"
        )
        self.assertEqual(self.ask("DELETE", f"keys/{key.id}").status_code, 204)
        own = self.ask("DELETE", f"keys/{self.admin.credential_ids.id}")
        self.assert_problem(own, 422, "record.invalid")

    def test_lists_have_conditions(self):
        past = fields.Datetime.now() - timedelta(hours=1)
        expired, _value = self.client._generate_key(expires_at=past)
        revoked, _value = self.client._generate_key()
        revoked.action_revoke()
        live = self.client.credential_ids - expired - revoked
        states = {"valid": live, "expired": expired, "revoked": revoked}
        for state, keys in states.items():
            params = {"client": str(self.client.id), "state": state}
            listed = self.told("GET", "keys", params=params)
            self.assertEqual([key["id"] for key in listed], keys.ids)
            self.assertEqual({key["state"] for key in listed}, {state})

    def test_a_key_is_of_a_client_and_ends_later(self):
        self.assert_problem(
            self.ask("POST", "keys", {}), 422, "body.required", "#/client_id"
        )
        response = self.generate(client_id=999_999_999)
        self.assert_problem(response, 422, "body.value", "#/client_id")
        response = self.generate(expires_at="2020-01-01T00:00:00Z")
        self.assert_problem(response, 422, "body.value", "#/expires_at")


@tagged("post_install", "-at_install")
class TestAdminRecords(AdminCase):
    def issue(self):
        api = self.env["rest.configuration"]._api(self.api.id)
        return self.env["rest.tokens"]._issue(api, self.user.id)

    def test_tokens_are_listed_without_secrets(self):
        issued = self.issue()
        response = self.ask("GET", "tokens", params={"user": str(self.user.id)})
        self.assertEqual(len(self.data(response)), 2)
        for value in (issued.access, issued.refresh):
            self.assertNotIn(value.rpartition("_")[2], response.text)

    def test_tokens_of_a_login_are_revoked_together(self):
        issued = self.issue()
        params = {"user": str(self.user.id), "type": "access"}
        (token,) = self.told("GET", "tokens", params=params)
        told = self.told("POST", f"tokens/{token['id']}/revoke")
        self.assertEqual(told["state"], "revoked")
        self.assertEqual(self.rest.get(P, key=issued.access).status_code, 401)
        params = {"user": str(self.user.id), "state": "valid"}
        self.assertFalse(self.told("GET", "tokens", params=params))
        self.assertEqual(self.ask("DELETE", f"tokens/{token['id']}").status_code, 204)
        self.assertEqual(self.told("GET", "tokens", params={"client": "1"}), [])
        missing = self.ask("GET", f"tokens/{token['id']}")
        self.assert_problem(missing, 404, "record.not_found")

    def test_the_log_is_listed_by_conditions(self):
        self.rest.get("res.nothing")
        params = {
            "client": str(self.client.id),
            "status": "4xx",
            "path": "res.nothing",
            "since": "2020-01-01T00:00:00Z",
            "until": SOON,
        }
        (entry,) = self.told("GET", "logs", params=params)
        self.assertEqual(entry["status"], 404)
        self.assertNotIn("request_body", entry)
        whole = self.told("GET", f"logs/{entry['id']}")
        self.assertIsNone(whole["request_body"])
        self.assertFalse(self.told("GET", "logs", params={**params, "status": "200"}))

    def test_an_entry_is_deleted_and_this_is_logged(self):
        entry = self.env["rest.log"].create({"path": "/", "status": 200})
        self.assertEqual(self.ask("DELETE", f"logs/{entry.id}").status_code, 204)
        self.assertFalse(entry.exists())
        domain = [("route", "=", "/admin/logs/<id>"), ("method", "=", "DELETE")]
        self.assertTrue(self.env["rest.log"].search(domain))
