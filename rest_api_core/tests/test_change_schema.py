"""Models and fields that are deleted while they are tracked; uninstallation."""

from odoo.tests import tagged
from odoo.tools import SQL

from ..capture import watching
from .test_change_capture import CaptureCase

THING = "x_feed_thing"


@tagged("post_install", "-at_install")
class TestChangeSchema(CaptureCase):
    models = ("res.partner",)

    def setUp(self):
        super().setUp()
        self.addCleanup(self.registry.reset_changes)
        self.partner = self.env["res.partner"].create({"name": "Ann"})
        self.model = self.env["ir.model"].create(
            {
                "name": "Thing",
                "model": THING,
                "field_id": [
                    (0, 0, {"name": "x_one", "ttype": "char"}),
                    (0, 0, {"name": "x_two", "ttype": "char"}),
                    (
                        0,
                        0,
                        {
                            "name": "x_partner_id",
                            "ttype": "many2one",
                            "relation": "res.partner",
                            "on_delete": "cascade",
                        },
                    ),
                ],
            }
        )
        self.resource = self.track(THING)
        self.thing = self.env[THING].create({"x_partner_id": self.partner.id})
        self.start()

    def field(self, name):
        domain = [("model", "=", THING), ("name", "=", name)]
        return self.env["ir.model.fields"].search(domain)

    def test_field_that_is_deleted(self):
        self.thing.write({"x_one": "A", "x_two": "B"})
        self.env.flush_all()
        self.field("x_one").unlink()
        self.assertEqual(
            self.rows(THING), [(THING, self.thing.id, "update", ["x_two"])]
        )

    def test_reference_that_is_deleted(self):
        self.field("x_partner_id").unlink()
        self.partner.unlink()
        self.assertEqual(
            self.rows(), [("res.partner", self.partner.id, "delete", None)]
        )

    def test_model_that_is_deleted(self):
        self.thing.x_one = "A"
        self.env.flush_all()
        self.model.unlink()
        self.partner.unlink()
        self.assertEqual(
            self.rows(), [("res.partner", self.partner.id, "delete", None)]
        )

    def test_table_that_is_gone_while_odoo_knows_the_model(self):
        """As in the middle of the uninstallation of its addon."""
        self.thing.x_one = "A"
        self.env.flush_all()
        self.model._drop_table()
        self.partner.unlink()
        self.assertEqual(
            self.rows(), [("res.partner", self.partner.id, "delete", None)]
        )

    def test_nothing_is_captured_once_the_addon_goes(self):
        self.partner.city = "A"
        self.env.flush_all()
        watching.switch_off(self.env)
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            raise ZeroDivisionError
        self.env.cr.execute(SQL("ALTER TABLE rest_change RENAME TO rest_changed"))
        self.partner.city = "B"
        self.env.cr.flush()
        self.partner.unlink()
        self.env.cr.flush()
