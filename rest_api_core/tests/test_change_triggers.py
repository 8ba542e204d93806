"""Trigger mode: changes by any SQL statement, in the same form as those by Odoo."""

from datetime import timedelta
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from ..capture import origin, triggers
from . import changes
from .test_change_capture import CaptureCase

CATEGORY = "res.partner.category"


@tagged("post_install", "-at_install")
class TestChangeTriggers(CaptureCase):
    models = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.resource = cls.track("res.partner", track_changes="trigger")
        cls.tags = cls.track(CATEGORY, track_changes="trigger")
        cls.user_resource = cls.track("res.users", track_changes="trigger")

    def setUp(self):
        super().setUp()
        self.tag = self.env[CATEGORY].create({"name": "Old"})
        self.partner = self.env["res.partner"].create(
            {"name": "Ann", "category_id": [Command.link(self.tag.id)]}
        )
        self.start()

    def sql(self, statement, *values):
        self.env.flush_all()
        self.env.cr.execute(statement, values)
        self.env.invalidate_all()

    def changed(self, *fields, record=None, operation="update"):
        record = record or self.partner
        return (record._name, record.id, operation, sorted(fields))

    def test_sql_statements(self):
        self.sql("INSERT INTO res_partner_category (name) VALUES ('{}') RETURNING id")
        self.sql("UPDATE res_partner SET city = 'A' WHERE id = %s", self.partner.id)
        rows = self.rows()
        self.assertEqual(rows[0][2:], ("create", None))
        self.assertEqual(rows[1], self.changed("city"))

    def test_sql_of_others_needs_no_schema_and_cannot_mislead(self):
        """Such as that of a restore, or of a role that plants a table of its own."""
        self.env.cr.execute("SELECT current_schema")
        (schema,) = self.env.cr.fetchone()
        self.env.cr.execute("CREATE TEMP TABLE rest_change (n int) ON COMMIT DROP")
        self.env.cr.execute("SET LOCAL search_path = pg_catalog")
        statement = f'UPDATE "{schema}".res_partner SET city = %s WHERE id = %s'
        self.env.cr.execute(statement, ["A", self.partner.id])
        self.env.cr.execute(f'SET LOCAL search_path = "{schema}"')
        self.env.cr.execute("DROP TABLE pg_temp.rest_change")
        self.env.invalidate_all()
        self.assertEqual(self.rows(), [self.changed("city")])

    def test_sql_of_others_needs_no_rights_on_the_outbox(self):
        self.env.cr.execute(
            "SELECT prosecdef, array_to_string(proacl, ' ') FROM pg_proc"
            " WHERE proname = ANY(%s)",
            [[f"rest_change_{event}" for event in triggers.EVENTS]],
        )
        for with_rights_of_owner, allowed in self.env.cr.fetchall():
            self.assertTrue(with_rights_of_owner)
            # no other role attaches them to a table: "=X/owner" would be all
            self.assertFalse(any(a.startswith("=") for a in allowed.split()))

    def test_statements_of_a_transaction_are_merged(self):
        update = "UPDATE res_partner SET city = %s WHERE id = %s"
        self.sql(update, "A", self.partner.id)
        self.sql(update, "B", self.partner.id)
        self.sql("UPDATE res_partner SET street = 'C' WHERE id = %s", self.partner.id)
        self.assertEqual(self.rows(), [self.changed("city", "street")])
        self.assertEqual(self.old_values(), [{"city": None, "street": None}])
        self.sql(update, None, self.partner.id)
        self.assertEqual(self.rows(), [self.changed("street")])
        self.sql("UPDATE res_partner SET street = NULL WHERE id = %s", self.partner.id)
        self.assertEqual(self.rows(), [])

    def test_write_by_odoo_is_one_change_with_its_origin(self):
        with origin.acting(self.env.cr, origin.Origin("client", 7, 2, "id-1")):
            self.partner.write({"name": "Anna", "category_id": [Command.clear()]})
        rows = changes.full_rows(self.env)
        fields = {row["model"]: row["fields"] for row in rows}
        self.assertCountEqual(
            fields["res.partner"], ["name", "complete_name", "category_id"]
        )
        self.assertEqual(fields[CATEGORY], ["partner_ids"])
        self.assertEqual(
            {(row["origin_type"], row["client_id"], row["request_id"]) for row in rows},
            {("client", 7, "id-1")},
        )

    def test_list_that_comes_back(self):
        self.partner.category_id = [Command.clear()]
        self.partner.city = "A"
        self.assertIn(self.changed("city", "category_id"), self.sorted_rows())
        self.partner.category_id = [Command.set(self.tag.ids)]
        self.assertEqual(self.rows(), [self.changed("city")])

    def sorted_rows(self):
        return [(*row[:3], sorted(row[3] or ())) for row in self.rows()]

    def test_create_update_and_delete(self):
        partner = self.partner.create({"name": "Bob"})
        self.env.cr.flush()
        partner.city = "X"
        self.assertEqual(self.rows(), [("res.partner", partner.id, "create", None)])
        partner.unlink()
        self.assertEqual(self.rows(), [])

    def test_archive_and_restore(self):
        archive = "UPDATE res_partner SET active = %s WHERE id = %s"
        self.sql(archive, False, self.partner.id)
        self.assertEqual(self.rows(), [self.changed("active", operation="archive")])
        self.sql(archive, True, self.partner.id)
        self.assertEqual(self.rows(), [])

    def test_delete_and_cascade(self):
        leaf = self.tag.create({"name": "Leaf", "parent_id": self.tag.id})
        self.start()
        self.tag.name = "New"
        self.tag.unlink()
        self.assertCountEqual(
            self.rows(CATEGORY),
            [(CATEGORY, each.id, "delete", None) for each in (self.tag, leaf)],
        )
        self.assertIn(self.changed("category_id"), self.rows())
        olds = {r["res_id"]: r["old_values"] for r in changes.full_rows(self.env)}
        self.assertEqual(olds[self.tag.id]["name"], {"en_US": "Old"})

    def test_fields_of_a_parent(self):
        user = self.env["res.users"].create({"name": "Eve", "login": "eve_feed"})
        self.start()
        user.name = "Eva"
        self.assertEqual(
            [(*row[:3], sorted(row[3])) for row in self.rows()],
            [
                self.changed("complete_name", "name", record=user.partner_id),
                self.changed("complete_name", "name", record=user),
            ],
        )

    def test_secrets_are_never_kept(self):
        user = self.env["res.users"].create({"name": "Eve", "login": "eve_feed"})
        self.env.cr.flush()
        self.sql("UPDATE res_users SET password = 'old secret' WHERE id = %s", user.id)
        self.start()
        self.sql("UPDATE res_users SET password = 'new secret' WHERE id = %s", user.id)
        self.sql("UPDATE res_users SET login = 'eva_feed' WHERE id = %s", user.id)
        user.unlink()
        self.assertNotIn("secret", str(self.old_values()))

    def test_large_value_is_named_and_not_kept(self):
        self.sql(
            "UPDATE res_partner SET comment = repeat('x', 70000) WHERE id = %s",
            self.partner.id,
        )
        self.start()
        self.sql("UPDATE res_partner SET comment = 'x' WHERE id = %s", self.partner.id)
        self.assertEqual(self.rows(), [self.changed("comment")])
        self.assertEqual(self.old_values(), [{}])

    def test_same_values_and_columns_of_odoo_are_nothing(self):
        self.sql("UPDATE res_partner SET city = city, write_date = now()")
        self.assertEqual(self.rows(), [])

    def installed(self):
        return set(triggers._installed(self.env))

    def test_triggers_come_and_go_with_the_setting(self):
        both = {"res_partner", "res_partner_category", "res_users"}
        self.assertEqual(self.installed(), both)
        self.tags.track_changes = "none"
        self.assertEqual(self.installed(), both - {"res_partner_category"})
        self.resource.active = False
        self.assertEqual(self.installed(), {"res_users"})
        self.user_resource.unlink()
        self.assertEqual(self.installed(), set())
        self.resource.active = True
        self.api.active = False
        self.assertEqual(self.installed(), set())

    def used(self):
        found = triggers._installed(self.env).items()
        return {table for table, each in found if not each.left}

    def test_trigger_stays_for_workers_that_have_not_heard_of_the_switch(self):
        others = {"res_partner", "res_users"}
        tags = {"res_partner_category"}
        self.tags.track_changes = "orm"
        self.assertEqual((self.installed(), self.used()), (others | tags, others))
        self.tag.name = "New"
        self.assertEqual(self.rows(), [self.changed("name", record=self.tag)])
        self.tags.track_changes = "trigger"
        self.assertEqual(self.used(), others | tags)
        self.tags.track_changes = "orm"
        with patch.object(triggers, "GRACE", timedelta(hours=-1)):
            self.env["rest.change"].with_context(cron_id=0)._delete_expired()
        self.assertEqual(self.installed(), others)

    def test_new_column(self):
        self.sql("UPDATE res_partner SET city = 'A' WHERE id = %s", self.partner.id)
        self.env["ir.model.fields"].create(
            {
                "name": "x_feed",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "ttype": "char",
                "state": "manual",
            }
        )
        self.sql("UPDATE res_partner SET city = 'B' WHERE id = %s", self.partner.id)
        self.assertEqual(self.rows("res.partner"), [self.changed("city")])
        self.env["rest.capture"]._register_hook()
        self.partner.x_feed = "new"
        self.assertEqual(self.rows("res.partner"), [self.changed("city", "x_feed")])

    def test_outbox_itself_is_never_tracked(self):
        self.track("rest.change", track_changes="trigger")
        self.assertNotIn("rest_change", self.installed())
        self.partner.city = "A"
        self.assertEqual(self.rows(), [self.changed("city")])

    def test_nothing_is_left_after_an_uninstallation(self):
        triggers.drop_all(self.env)
        self.assertEqual(self.installed(), set())
        self.env.cr.execute("SELECT 1 FROM pg_proc WHERE proname ~ '^rest_change_'")
        self.assertFalse(self.env.cr.fetchall())
