"""Keys in the hands of an administrator: made, shown once, rotated, revoked."""

import logging
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .common import RestCase

_logger = logging.getLogger(__name__)

TEXTS = ("character varying", "text", "jsonb", "json")


@tagged("post_install", "-at_install")
class TestKeyDialog(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_user,rest_api_core.group_rest_manager"
        cls.manager = new_test_user(cls.env, "rest_key_manager", groups)

    def dialog(self, **values):
        values = {"client_id": self.client.id, **values}
        return self.env["rest.key.dialog"].with_user(self.manager).create(values)

    def generate(self, **values):
        """The value of a new key, as the web client gets to show it."""
        return self.shown(self.dialog(**values).action_generate())

    def shown(self, action):
        model = self.env[action["res_model"]].with_user(self.manager)
        asked = model.with_context(**action["context"]).onchange({}, [], {"value": {}})
        return asked["value"]["value"]

    def rotate(self, credential, **values):
        action = credential.with_user(self.manager).action_rotate()
        model = self.env["rest.key.dialog"].with_user(self.manager)
        dialog = model.with_context(**action["context"]).create(values)
        return self.shown(dialog.action_generate())

    def credential(self, value):
        wanted = [("prefix", "=", value.split("_")[1])]
        return self.env["rest.credential"].search(wanted)

    def places_with(self, text):
        """The columns of the database that contain ``text``."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
            " AND data_type IN %s",
            [TEXTS],
        )
        return [place for place in self.env.cr.fetchall() if self.holds(*place, text)]

    def holds(self, table, column, text):
        self.env.cr.execute(
            SQL(
                "SELECT 1 FROM %s WHERE strpos(%s::text, %s) > 0 LIMIT 1",
                SQL.identifier(table),
                SQL.identifier(column),
                text,
            )
        )
        return self.env.cr.fetchone()

    # --- making ------------------------------------------------------------------

    def test_a_key_from_the_dialog_works(self):
        key = self.generate(name="Test")
        self.assertRegex(key, r"^rak_[a-z2-7]{8}_[\w-]{43}$")
        self.assertEqual(self.rest.get("res.partner", key=key).status_code, 200)
        record = self.credential(key)
        self.assertEqual((record.name, record.state), ("Test", "valid"))

    def test_the_value_is_in_no_table(self):
        secret = self.generate(name="Test").split("_", 2)[2]
        self.assertEqual(self.places_with(secret), [])
        self.assertEqual(self.places_with(secret[:20]), [])

    def test_the_search_for_values_would_find_one(self):
        self.client.note = "findable-9361"
        self.assertIn(("rest_client", "note"), self.places_with("findable-9361"))

    def test_the_value_is_not_in_the_log_of_requests_with_it(self):
        self.api.write({"log_mode": "all", "log_bodies": True})
        key = self.generate()
        self.rest.get("res.partner", key=key)
        self.rest.post("res.partner", {"name": key}, key=False)
        self.assertEqual(self.places_with(key.split("_", 2)[2]), [])

    def test_the_value_is_in_no_server_log(self):
        with self.assertLogs("odoo", "DEBUG") as logs:
            key = self.generate()
        self.assertNotIn(key.split("_", 2)[2], "\n".join(logs.output))

    def test_the_form_that_shows_the_value_has_no_table(self):
        self.env.cr.execute("SELECT to_regclass('rest_key_shown')")
        self.assertEqual(self.env.cr.fetchone(), (None,))

    def test_a_page_that_is_left_with_the_value_open_stores_and_logs_nothing(self):
        shown = self.env["rest.key.shown"].with_context(default_value="rak_x_secret")
        with self.assertLogs("odoo", "DEBUG") as logs:
            self.assertEqual(shown.web_save({}, {"value": {}}), [])
            _logger.debug("assertLogs wants a line")
        self.assertNotIn("rak_x_secret", "\n".join(logs.output))

    # --- examples beside the key -------------------------------------------------

    def examples(self, client):
        return self.env["rest.key.shown"]._action("rak_x", client)["context"]

    def test_the_examples_are_of_a_resource_that_the_client_can_read(self):
        client, key = self.make_client(self.user)
        self.make_scope(client, "res.country")
        found = self.examples(client)
        self.assertEqual(
            found["default_url"], f"{self.api.api_url}/res.country?limit=3"
        )
        for name in ("default_curl", "default_python"):
            self.assertIn("Bearer rak_x", found[name])
        path = found["default_url"].partition(f"{self.root}/")[2]
        self.assertEqual(self.rest.get(path, key=key).status_code, 200)

    def test_a_client_that_can_read_nothing_gets_no_examples(self):
        client, _key = self.make_client(self.user)
        self.assertEqual(self.examples(client), {"default_value": "rak_x"})
        self.make_scope(client, "res.country", can_read=False)
        self.assertNotIn("default_url", self.examples(client))

    def test_resources_that_cannot_be_asked_are_no_examples(self):
        client, _key = self.make_client(self.user)
        self.make_scope(client, "res.country")
        self.api.auth_api_key = False
        self.assertNotIn("default_url", self.examples(client))

    def test_a_key_can_be_read_only_and_expire(self):
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        key = self.generate(read_only=True, expires_at=tomorrow)
        record = self.credential(key)
        self.assertEqual((record.read_only, record.expires_at), (True, tomorrow))
        self.assert_problem(
            self.rest.post("res.partner", {"name": "No"}, key=key), 403, "policy.scope"
        )

    def test_a_key_that_has_expired_is_not_made(self):
        with self.assertRaises(ValidationError):
            self.dialog(expires_at=fields.Datetime.now())

    def test_users_make_no_keys(self):
        groups = "base.group_user,rest_api_core.group_rest_user"
        watcher = new_test_user(self.env, "rest_key_watcher", groups)
        dialogs = self.env["rest.key.dialog"].with_user(watcher)
        with self.assertRaises(AccessError):
            dialogs.create({"client_id": self.client.id})
        with self.assertRaises(AccessError):
            self.client.credential_ids.with_user(watcher).action_revoke()

    # --- rotating and revoking ---------------------------------------------------

    def test_rotated_keys_both_work_during_the_overlap(self):
        old = self.generate(name="Shop", read_only=True)
        new = self.rotate(self.credential(old))
        for key in (old, new):
            self.assertEqual(self.rest.get("res.partner", key=key).status_code, 200)
        left = self.credential(old).revoked_at - fields.Datetime.now()
        self.assertAlmostEqual(left.total_seconds(), 24 * 3600, delta=60)
        record = self.credential(new)
        self.assertEqual((record.name, record.read_only), ("Shop", True))

    def test_rotation_without_overlap_ends_the_old_key(self):
        old = self.generate()
        new = self.rotate(self.credential(old), overlap_hours=0)
        self.assert_problem(self.rest.get("res.partner", key=old), 401, "auth.invalid")
        self.assertEqual(self.rest.get("res.partner", key=new).status_code, 200)

    def test_a_second_rotation_does_not_prolong_the_overlap(self):
        old = self.credential(self.generate())
        self.rotate(old, overlap_hours=1)
        ends = old.revoked_at
        self.rotate(old, overlap_hours=24)
        self.assertEqual(old.revoked_at, ends)

    def test_an_overlap_lasts_a_year_at_most(self):
        for hours in (-1, 24 * 400):
            with self.subTest(hours), self.assertRaises(ValidationError):
                self.dialog(overlap_hours=hours)

    def test_a_revoked_key_is_refused_at_once(self):
        key = self.generate()
        self.assertEqual(self.rest.get("res.partner", key=key).status_code, 200)
        self.credential(key).with_user(self.manager).action_revoke()
        self.assert_problem(self.rest.get("res.partner", key=key), 401, "auth.invalid")

    def test_what_is_revoked_stays_revoked(self):
        record = self.credential(self.generate()).with_user(self.manager)
        record.action_revoke()
        with self.assertRaises(UserError):
            record.revoked_at = False

    def test_a_key_stays_the_key_of_its_client(self):
        other, _key = self.make_client(self.user)
        record = self.credential(self.generate()).with_user(self.manager)
        for values in ({"client_id": other.id}, {"prefix": "abcdefgh"}):
            with self.subTest(values), self.assertRaises(UserError):
                record.write(values)
