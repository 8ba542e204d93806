"""The screen of the change feed: who, what, when."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from . import changes
from .common import RestCase


@tagged("post_install", "-at_install")
class TestChangeScreen(RestCase):
    def setUp(self):
        super().setUp()
        self.partner = self.env["res.partner"].create({"name": "Ann"})
        changes.start(self.env)
        self.rest.patch(f"res.partner/{self.partner.id}", {"city": "A"})
        self.change = self.env["rest.change"].search([("model", "=", "res.partner")])
        self.manager = new_test_user(
            self.env, "feed_manager", "rest_api_core.group_rest_manager"
        )

    def test_names(self):
        change = self.change.with_user(self.manager)
        self.assertEqual(change.model_name, self.env["res.partner"]._description)
        self.assertEqual(change.origin_client_id, self.client)
        self.assertEqual(change.origin_user_id, self.user)
        self.assertEqual(change.field_names, "city")
        self.assertEqual(change.display_name, f"res.partner,{self.partner.id}")

    def test_names_of_what_is_gone(self):
        change = self.env["rest.change"].new(
            {"model": "gone", "client_id": 10**6, "user_id": 10**6}
        )
        self.assertEqual(change.model_name, "gone")
        self.assertFalse(change.origin_client_id or change.origin_user_id)

    def test_search_by_client_and_user(self):
        name = self.client.display_name
        for domain in (
            [("origin_client_id", "=", self.client.id)],
            [("origin_client_id", "in", self.client.ids)],
            [("origin_client_id", "ilike", name)],
            [("origin_user_id", "ilike", self.user.name)],
        ):
            self.assertIn(self.change, self.change.search(domain), domain)
        others = self.change.search([("origin_client_id", "ilike", "no such client")])
        self.assertFalse(others)

    def test_views(self):
        """What the list, the graph and the groups ask for."""
        model = self.env["rest.change"].with_user(self.manager)
        views = model.get_views([(False, kind) for kind in ("list", "form", "search")])
        names = views["models"]["rest.change"]["fields"]
        self.assertNotIn("old_values", names)
        found = model.web_search_read([], {name: {} for name in names})
        self.assertEqual(found["records"][0]["field_names"], "city")
        for group in ("date:day", "operation", "origin_type", "model"):
            groups = model.formatted_read_group([], [group], ["__count"])
            self.assertEqual(sum(each["__count"] for each in groups), 1)

    def test_open_record(self):
        action = self.change.action_open_record()
        self.assertEqual(action["res_id"], self.partner.id)
        self.partner.unlink()
        with self.assertRaises(UserError):
            self.change.action_open_record()

    def test_open_record_checks_access(self):
        secret = self.env["ir.config_parameter"].create({"key": "x.y", "value": "z"})
        change = self.change.create(
            {
                "model": "ir.config_parameter",
                "res_id": secret.id,
                "operation": "update",
                "date": "2026-01-01",
            }
        )
        with self.assertRaises(AccessError):
            change.with_user(self.manager).action_open_record()

    def test_rights(self):
        changes_of_user = self.env["rest.change"].with_user(self.user)
        with self.assertRaises(AccessError):
            changes_of_user.search([])
        with self.assertRaises(AccessError):
            self.change.with_user(self.manager).unlink()
        with self.assertRaises(AccessError):
            self.change.with_user(self.manager).read(["old_values"])
