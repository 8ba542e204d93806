"""What the ORM changes is in the outbox once for each record and transaction."""

from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from . import changes


class CaptureCase(TransactionCase):
    """An API that tracks ``models``; records that tests create are in ``start``."""

    models = ("res.partner", "res.partner.category", "res.users")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["rest.api"].search([]).active = False  # those of the demo data
        cls.api = cls.env["rest.api"].create({"name": "Feed", "root_path": "/feed"})
        for model in cls.models:
            cls.track(model)

    @classmethod
    def track(cls, model, **values):
        model_id = cls.env["ir.model"]._get_id(model)
        sensitive = cls.env["rest.resource"].new({"model_id": model_id}).is_sensitive
        return cls.env["rest.resource"].create(
            {
                "api_id": cls.api.id,
                "model_id": model_id,
                "can_read": True,
                "sensitive": sensitive,
                **values,
            }
        )

    def start(self):
        changes.start(self.env)

    def rows(self, *models):
        found = changes.rows(self.env)
        return [row for row in found if not models or row[0] in models]

    def old_values(self):
        return [row["old_values"] for row in changes.full_rows(self.env)]


@tagged("post_install", "-at_install")
class TestCapture(CaptureCase):
    def setUp(self):
        super().setUp()
        self.tag = self.env["res.partner.category"].create({"name": "Old"})
        self.partner = self.env["res.partner"].create(
            {"name": "Ann", "category_id": [Command.link(self.tag.id)]}
        )
        self.start()

    def changed(self, *fields, record=None):
        record = record or self.partner
        return (record._name, record.id, "update", sorted(fields))

    def test_create(self):
        partner = self.env["res.partner"].create({"name": "Bob"})
        self.assertEqual(self.rows(), [("res.partner", partner.id, "create", None)])

    def test_write_names_computed_columns_too(self):
        self.partner.name = "Anna"
        self.assertEqual(self.rows(), [self.changed("name", "complete_name")])
        self.assertEqual(self.old_values(), [{"name": "Ann", "complete_name": "Ann"}])

    def test_recomputed_columns_of_other_records(self):
        child = self.partner.create({"name": "Kid", "parent_id": self.partner.id})
        self.start()
        self.partner.write({"name": "Anna", "is_company": True})
        found = {row[1]: row[3] for row in self.rows()}
        self.assertIn("complete_name", found[child.id])
        self.assertIn("is_company", found[self.partner.id])

    def test_several_writes_are_one_change_with_the_first_values(self):
        self.partner.city = "A"
        self.env.flush_all()
        self.partner.city = "B"
        self.env.cr.flush()
        self.partner.street = "C"
        self.assertEqual(self.rows(), [self.changed("city", "street")])
        self.assertEqual(self.old_values(), [{"city": None, "street": None}])

    def test_write_of_the_same_value_is_nothing(self):
        self.partner.write({"name": "Ann"})
        self.env.invalidate_all()
        self.partner.write({"name": "Ann"})
        self.assertEqual(self.rows(), [])

    def test_value_that_comes_back_is_nothing(self):
        self.partner.name = "Anna"
        self.assertEqual(len(self.rows()), 1)
        self.partner.name = "Ann"
        self.assertEqual(self.rows(), [])

    def test_create_and_delete_is_nothing(self):
        partner = self.env["res.partner"].create({"name": "Bob"})
        self.assertEqual(len(self.rows()), 1)
        partner.unlink()
        self.assertEqual(self.rows(), [])

    def test_create_and_write_is_a_create(self):
        partner = self.env["res.partner"].create({"name": "Bob"})
        self.env.cr.flush()
        partner.name = "Bert"
        self.assertEqual(self.rows(), [("res.partner", partner.id, "create", None)])
        self.assertEqual(self.old_values(), [None])

    def test_archive_and_restore(self):
        self.partner.action_archive()
        name, each, operation, fields = self.rows()[0]
        self.assertEqual((each, operation), (self.partner.id, "archive"))
        self.assertIn("active", fields)
        self.start()
        self.partner.write({"active": True, "city": "X"})
        self.assertEqual(
            self.rows(),
            [("res.partner", self.partner.id, "restore", ["active", "city"])],
        )

    def test_archive_and_restore_with_other_changes_is_an_update(self):
        self.partner.action_archive()
        self.env.cr.flush()
        self.partner.write({"active": True, "city": "X"})
        self.assertEqual(self.rows(), [self.changed("city")])

    def test_delete_keeps_the_row_with_the_first_values(self):
        self.partner.city = "A"
        self.start()
        self.partner.city = "B"
        self.env.cr.flush()
        self.partner.unlink()
        self.assertEqual(
            self.rows(),
            [
                ("res.partner", self.partner.id, "delete", None),
                self.changed("partner_ids", record=self.tag),
            ],
        )
        values, _of_tag = self.old_values()
        self.assertEqual((values["city"], values["name"]), ("A", "Ann"))

    def test_rolled_back_savepoint(self):
        self.partner.city = "A"
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.partner.street = "B"
            self.partner.create({"name": "C"})
            self.env.cr.flush()
            raise ZeroDivisionError
        self.assertEqual(self.rows(), [self.changed("city")])

    def test_rolled_back_savepoint_without_flush(self):
        savepoint = self.env.cr.savepoint(flush=False)
        self.partner.street = "B"
        self.tag.unlink()
        self.partner.create({"name": "C"})
        self.env.flush_all()
        savepoint.close(rollback=True)
        self.env.invalidate_all()
        self.assertEqual(self.rows(), [])

    # --- lists -------------------------------------------------------------------

    def test_many2many(self):
        tag = self.tag.create({"name": "New"})
        self.start()
        self.partner.category_id = [Command.link(tag.id)]
        self.assertIn(self.changed("category_id"), self.rows())
        values = {
            row["model"]: row["old_values"] for row in changes.full_rows(self.env)
        }
        self.assertEqual(values["res.partner"], {"category_id": [self.tag.id]})

    def test_many2many_changes_both_sides(self):
        self.partner.category_id = [Command.clear()]
        self.assertEqual(
            self.rows(),
            [
                self.changed("category_id"),
                self.changed("partner_ids", record=self.tag),
            ],
        )

    def test_many2many_from_the_far_side(self):
        other = self.partner.create({"name": "Other"})
        self.start()
        self.tag.partner_ids = [Command.set([other.id])]
        self.assertCountEqual(
            self.rows("res.partner"),
            [self.changed("category_id"), self.changed("category_id", record=other)],
        )
        olds = {r["res_id"]: r["old_values"] for r in changes.full_rows(self.env)}
        self.assertEqual(olds[self.partner.id], {"category_id": [self.tag.id]})
        self.assertEqual(olds[other.id], {"category_id": []})

    def test_many2many_that_comes_back_is_nothing(self):
        self.partner.category_id = [Command.clear()]
        self.env.cr.flush()
        self.partner.category_id = [Command.set([self.tag.id])]
        self.assertEqual(self.rows(), [])

    def test_many2many_of_a_new_record_changes_the_far_side(self):
        partner = self.partner.create(
            {"name": "New", "category_id": [Command.link(self.tag.id)]}
        )
        self.assertEqual(
            self.rows(),
            [
                self.changed("partner_ids", record=self.tag),
                ("res.partner", partner.id, "create", None),
            ],
        )

    def test_one2many(self):
        line = [Command.create({"name": "Kid"})]
        self.partner.child_ids = line
        child = self.partner.child_ids
        self.assertIn(self.changed("child_ids"), self.rows())
        self.start()
        self.partner.child_ids = [Command.update(child.id, {"function": "X"})]
        self.assertCountEqual(
            self.rows(),
            [self.changed("child_ids"), self.changed("function", record=child)],
        )
        values = {r["res_id"]: r["old_values"] for r in changes.full_rows(self.env)}
        self.assertEqual(values[self.partner.id], {"child_ids": [child.id]})

    def test_one2many_without_effect_is_nothing(self):
        child = self.partner.create({"name": "Kid", "parent_id": self.partner.id})
        self.start()
        self.partner.child_ids = [Command.set(child.ids)]
        self.partner.child_ids = [Command.update(child.id, {"name": "Kid"})]
        self.assertEqual(self.rows(), [])

    def test_file(self):
        gif = b"R0lGODdhAQABAIAAAP///////ywAAAAAAQABAAACAkQBADs="
        self.partner.image_1920 = gif
        ((_model, _id, operation, fields),) = self.rows()
        self.assertEqual(operation, "update")
        self.assertIn("image_1920", fields)
        self.assertEqual(self.old_values()[0].keys() & {"image_1920"}, set())
        self.start()
        self.partner.image_1920 = False
        self.assertIn("image_1920", self.rows()[0][3])

    # --- the database ------------------------------------------------------------

    def test_deletion_that_empties_references(self):
        child = self.partner.create({"name": "Kid", "parent_id": self.partner.id})
        self.start()
        self.partner.unlink()
        found = {(row[1], row[2]): row[3] for row in self.rows("res.partner")}
        self.assertIn("parent_id", found[child.id, "update"])
        self.assertIn((self.partner.id, "delete"), found)

    def test_deletion_of_a_tag_changes_its_records(self):
        self.tag.unlink()
        self.assertEqual(self.rows("res.partner"), [self.changed("category_id")])

    def test_deletion_that_cascades(self):
        middle = self.tag.create({"name": "Middle", "parent_id": self.tag.id})
        leaf = self.tag.create({"name": "Leaf", "parent_id": middle.id})
        self.start()
        self.tag.unlink()
        self.assertCountEqual(
            self.rows("res.partner.category"),
            [
                ("res.partner.category", each.id, "delete", None)
                for each in (self.tag, middle, leaf)
            ],
        )

    # --- parents -----------------------------------------------------------------

    def test_fields_of_a_parent_are_those_of_its_heirs(self):
        user = self.env["res.users"].create({"name": "Eve", "login": "eve_feed"})
        self.start()
        user.name = "Eva"
        self.assertEqual(
            self.rows(),
            [
                self.changed("complete_name", "name", record=user.partner_id),
                self.changed("complete_name", "name", record=user),
            ],
        )
        user.name = "Eve"
        self.assertEqual(self.rows(), [])

    def test_password_is_never_kept(self):
        user = self.env["res.users"].create(
            {"name": "Eve", "login": "eve_feed", "password": "correct horse battery"}
        )
        self.start()
        user.unlink()
        self.assertNotIn("pbkdf2", str(self.old_values()))
        self.assertNotIn("password", str(self.old_values()))

    def test_texts_of_sensitive_models_are_never_kept(self):
        self.track("ir.config_parameter")
        self.track("ir.mail_server")
        parameter = self.env["ir.config_parameter"].create(
            {"key": "k", "value": "hush"}
        )
        server = self.env["ir.mail_server"].create(
            {
                "name": "M",
                "smtp_host": "localhost",
                "smtp_pass": "hush",
                "smtp_port": 25,
            }
        )
        self.start()
        parameter.value = "hush 2"
        server.write({"smtp_pass": "hush 3", "smtp_port": 26})
        self.assertEqual(
            self.rows(),
            [
                self.changed("value", record=parameter),
                self.changed("smtp_pass", "smtp_port", record=server),
            ],
        )
        self.assertEqual(self.old_values(), [{}, {"smtp_port": 25}])
        (parameter + self.env["ir.config_parameter"]).unlink()
        server.unlink()
        self.assertNotIn("hush", str(self.old_values()))

    # --- values ------------------------------------------------------------------

    def test_large_value_is_named_and_not_kept(self):
        self.partner.comment = "x" * 70_000
        self.start()
        self.partner.comment = "short"
        self.assertEqual(self.rows(), [self.changed("comment")])
        self.assertEqual(self.old_values(), [{}])
        self.partner.comment = "x" * 70_000
        self.assertEqual(self.rows(), [])

    def test_value_of_a_company(self):
        field = self.env["res.partner"]._fields["barcode"]
        self.assertTrue(field.company_dependent)
        self.partner.barcode = "123"
        self.assertEqual(self.rows(), [self.changed("barcode")])

    def test_translation(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.start()
        self.tag.update_field_translations("name", {"fr_FR": "Vieux"})
        self.assertEqual(self.rows(), [self.changed("name", record=self.tag)])
        self.tag.with_context(lang="fr_FR").name = "Ancien"
        self.assertEqual(self.rows(), [self.changed("name", record=self.tag)])
        self.assertEqual(self.old_values(), [{"name": {"en_US": "Old"}}])

    # --- which models ------------------------------------------------------------

    def test_untracked_write_has_no_queries(self):
        bank = self.env["res.bank"].create({"name": "A"})
        self.start()
        bank.name = "A2"
        self.env.flush_all()
        bank.name = "B"
        with self.assertQueryCount(1):
            self.env.flush_all()
        self.assertEqual(self.rows(), [])

    def test_tracked_model_has_three_queries(self):
        partners = self.partner.create([{"name": f"P{i}"} for i in range(100)])
        self.start()
        partners.write({"city": "Z"})
        # the update, the values before and after it, the outbox
        with self.assertQueryCount(4):
            self.env.cr.flush()
        self.assertEqual(len(self.rows()), 100)

    def test_resource_that_is_off(self):
        self.api.resource_ids.filtered(
            lambda r: r.model == "res.partner.category"
        ).track_changes = "none"
        self.tag.name = "New"
        self.assertEqual(self.rows(), [])

    def test_archived_api(self):
        self.api.active = False
        self.tag.name = "New"
        self.assertEqual(self.rows(), [])
