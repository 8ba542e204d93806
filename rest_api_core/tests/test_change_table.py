"""The table of changes: what Odoo's fields cannot express."""

from odoo.tests import TransactionCase, tagged
from odoo.tools import sql


@tagged("post_install", "-at_install")
class TestChangeTable(TransactionCase):
    def test_ids_and_transactions_have_eight_bytes(self):
        columns = sql.table_columns(self.env.cr, "rest_change")
        types = {name: columns[name]["udt_name"] for name in ("id", "xid")}
        self.assertEqual(types, {"id": "int8", "xid": "xid8"})

    def test_transaction_is_required_after_an_upgrade(self):
        changes = self.env["rest.change"]
        changes._check_removed_columns()
        changes.init()
        self.assertEqual(
            sql.table_columns(self.env.cr, "rest_change")["xid"]["is_nullable"], "NO"
        )

    def test_own_transaction_is_not_below_the_horizon(self):
        self.env.cr.execute("SELECT pg_current_xact_id()::text::bigint")
        (own,) = self.env.cr.fetchone()
        self.assertLessEqual(self.env["rest.change"]._horizon(), own)

    def test_nothing_was_deleted_at_first(self):
        self.assertEqual(self.env["rest.change"]._oldest_position(), (0, 0))
