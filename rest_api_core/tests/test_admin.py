"""Clients, keys, tokens and the log, for administrators of the API."""

from odoo.tests import new_test_user, tagged

from ..operations import admin
from .common import RestCase
from .samples import SOON, P


class AdminCase(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_user,rest_api_core.group_rest_manager"
        cls.manager = new_test_user(cls.env, "rest_manager", groups)
        cls.admin, cls.admin_key = cls.make_client(cls.manager, all_resources=True)

    def ask(self, method, path, body=None, key=None, **options):
        key = self.admin_key if key is None else key
        return self.rest.ask(
            method, f"admin/{path}", json_body=body, key=key, **options
        )

    def told(self, method, path, body=None, status=200, **options):
        return self.data(self.ask(method, path, body, **options), status)


@tagged("post_install", "-at_install")
class TestAdministrators(AdminCase):
    def each_route(self):
        """Each route, with the id of a record that exists and one that does not."""
        existing = {"clients": self.client.id, "keys": self.client.credential_ids.id}
        for row in admin.ROWS:
            for route in row.routes:
                method, _space, path = route.partition(" ")
                path = path.removeprefix("admin/")
                own = existing.get(path.partition("/")[0], 1)
                for number in {own, 999_999_999}:
                    yield row, method, path.replace("<id>", str(number))

    def assert_refused(self, code, writes_only=False, **options):
        told = set()
        for row, method, path in self.each_route():
            if writes_only and row.readonly:
                continue
            with self.subTest(f"{method} {path}"):
                response = self.ask(method, path, **options)
                told.add(self.assert_problem(response, 403, code)["detail"])
        self.assertEqual(len(told), 1)  # the same for records that do not exist

    def test_an_ordinary_key_may_do_nothing(self):
        self.assert_refused("policy.forbidden", key=self.key)

    def test_a_portal_user_may_do_nothing(self):
        portal = new_test_user(self.env, "rest_portal", "base.group_portal")
        _client, key = self.make_client(portal, all_resources=True)
        self.assert_refused("policy.forbidden", key=key)

    def test_a_user_of_the_api_may_do_nothing(self):
        groups = "base.group_user,rest_api_core.group_rest_user"
        reader = new_test_user(self.env, "rest_reader", groups)
        _client, key = self.make_client(reader, all_resources=True)
        self.assert_refused("policy.forbidden", key=key)

    def test_an_ordinary_session_may_do_nothing(self):
        self.authenticate("rest_user", "rest_user")
        headers = {"Origin": self.base_url()}
        self.assert_refused("policy.forbidden", key=False, headers=headers)

    def test_a_client_with_scopes_could_grant_itself_more(self):
        client, key = self.make_client(self.manager)
        self.make_scope(client, P)
        self.assert_refused("policy.scope", key=key)

    def test_a_client_that_a_user_lets_act_is_no_administrator(self):
        api = self.env["rest.configuration"]._api(self.api.id)
        issue = self.env["rest.tokens"]._issue
        delegated = issue(api, self.manager.id, self.client.id).access
        self.client.all_resources = True
        self.assert_refused("policy.scope", key=delegated)

    def test_what_is_read_only_writes_nothing(self):
        _client, key = self.make_client(
            self.manager, all_resources=True, read_only=True
        )
        self.assert_refused("policy.scope", writes_only=True, key=key)
        _record, key = self.admin._generate_key(read_only=True)
        self.assert_refused("policy.scope", writes_only=True, key=key)
        self.assertTrue(self.told("GET", "clients", key=key))

    def test_a_session_of_an_administrator_does_the_same(self):
        self.authenticate("rest_manager", "rest_manager")
        self.assertTrue(self.told("GET", "keys", key=False))

    def test_each_action_is_in_the_log(self):
        self.api.log_bodies = True
        told = self.told("POST", "keys", {"client_id": self.client.id}, 201)
        entry = self.env["rest.log"].search([("route", "=", "/admin/keys")], limit=1)
        self.assertEqual(entry.user_id, self.manager)
        self.assertNotIn(told["key"], entry.response_body or "")


@tagged("post_install", "-at_install")
class TestAdminClients(AdminCase):
    def test_a_client_is_created_with_scopes(self):
        scope = {"model": P, "rights": ["read", "update"], "domain": "[]"}
        response = self.ask(
            "POST",
            "clients",
            {
                "name": "Shop",
                "user_id": self.user.id,
                "allowed_ips": ["10.0.0.0/8", "192.0.2.7"],
                "expires_at": SOON,
                "quota_day": 100,
                "scopes": [scope],
            },
        )
        told = self.data(response, 201)
        self.assertTrue(
            response.headers["Location"].endswith(f"/admin/clients/{told['id']}")
        )
        self.assertEqual(told["user"]["login"], "rest_user")
        self.assertEqual(told["expires_at"], SOON)
        self.assertEqual(told["allowed_ips"], ["10.0.0.0/8", "192.0.2.7"])
        (shown,) = told["scopes"]
        self.assertEqual(shown["rights"], ["read", "update"])
        self.assertEqual(shown["model"], P)
        self.assertEqual(self.told("GET", f"clients/{told['id']}"), told)

    def test_a_client_is_changed_archived_and_restored(self):
        path = f"clients/{self.client.id}"
        told = self.told("PATCH", path, {"note": "Shop", "active": False})
        self.assertEqual((told["note"], told["active"]), ("Shop", False))
        self.assertEqual(self.rest.get(P).status_code, 401)
        archived = self.told("GET", "clients", params={"active": "false"})
        self.assertIn(self.client.id, [client["id"] for client in archived])
        self.told("PATCH", path, {"active": True})
        self.assertEqual(self.rest.get(P).status_code, 200)

    def test_scopes_that_stay_keep_what_is_not_sent(self):
        client, _key = self.make_client(self.user)
        kept = self.make_scope(client, P, can_update=True)
        gone = self.make_scope(client, "res.country")
        changed = {"id": kept.id, "domain": "[('id', '>', 0)]"}
        scopes = [changed, {"model": "res.country"}]
        self.told("PATCH", f"clients/{client.id}", {"scopes": scopes})
        self.assertFalse(gone.exists())
        self.assertTrue(kept.can_update)
        self.assertEqual(kept.domain, "[('id', '>', 0)]")
        self.assertEqual(len(client.scope_ids), 2)

    def test_scopes_name_what_the_api_has(self):
        other = self.make_scope(self.make_client(self.user)[0], P)
        for scope, place in (
            ({"model": "res.users"}, "model"),
            ({}, "model"),
            ({"id": other.id}, "id"),
            ({"model": P, "methods": ["unlink"]}, "methods"),
            ({"model": P, "rights": ["everything"]}, "rights"),
        ):
            body = {"name": "A", "user_id": self.user.id, "scopes": [scope]}
            response = self.ask("POST", "clients", body)
            place = f"#/scopes/0/{place}"
            code = "body.required" if scope == {} else "body.value"
            self.assert_problem(response, 422, code, place)

    def test_a_client_has_a_name_and_a_user_that_exists(self):
        for body, code, place in (
            ({"name": "A"}, "body.required", "#/user_id"),
            ({"user_id": 1}, "body.required", "#/name"),
            ({"name": "A", "user_id": 999_999_999}, "body.value", "#/user_id"),
        ):
            response = self.ask("POST", "clients", body)
            self.assert_problem(response, 422, code, place)

    def test_the_rights_of_an_administrator_of_odoo_are_not_granted(self):
        odoo = self.env.ref("base.user_admin")
        body = {"name": "A", "user_id": odoo.id, "all_resources": True}
        response = self.ask("POST", "clients", body)
        self.assert_problem(response, 422, "record.invalid")
        client, _key = self.make_client(odoo)
        response = self.ask("POST", "keys", {"client_id": client.id})
        self.assert_problem(response, 422, "record.invalid")
        path = f"keys/{client.credential_ids.id}/rotate"
        self.assert_problem(self.ask("POST", path), 422, "record.invalid")
        path = f"clients/{client.id}"
        response = self.ask("PATCH", path, {"all_resources": True})
        self.assert_problem(response, 422, "record.invalid")
        response = self.ask("PATCH", f"clients/{self.client.id}", {"user_id": odoo.id})
        self.assert_problem(response, 422, "record.invalid")
        self.assertEqual(self.client.user_id, self.user)

    def test_a_client_is_deleted_but_not_the_own(self):
        response = self.ask("DELETE", f"clients/{self.client.id}")
        self.assertEqual(response.status_code, 204)
        self.assertFalse(self.client.exists())
        response = self.ask("DELETE", f"clients/{self.admin.id}")
        self.assert_problem(response, 422, "record.invalid")

    def test_lists_have_pages_and_conditions(self):
        params = {"user": str(self.manager.id), "limit": "1"}
        response = self.ask("GET", "clients", params=params)
        self.assertEqual(self.data(response)[0]["id"], self.admin.id)
        meta = response.json()["meta"]
        self.assertEqual((meta["count"], meta["total"]), (1, 1))
        everyone = self.ask("GET", "clients", params={"limit": "1"})
        self.assertIn('rel="next"', everyone.headers["Link"])
        self.assertFalse(self.told("GET", "clients", params={"name": "no such"}))
        missing = self.ask("GET", "clients/999999999")
        self.assert_problem(missing, 404, "record.not_found")
