"""Old changes are deleted from the beginning of the feed; restored databases."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from ..models import rest_change_retention
from ..models.rest_change import GENERATION, OLDEST, RETENTION

OWN = "pg_current_xact_id()"


@tagged("post_install", "-at_install")
class TestChangeRetention(TransactionCase):
    def setUp(self):
        super().setUp()
        self.changes = self.env["rest.change"]
        self.env.cr.execute("DELETE FROM rest_change")
        # the test's own transaction has not ended: its rows are never expired
        self.changes._set_parameter(OLDEST, "0,0")

    def add(self, days, xid="100", res_id=1):
        self.env.cr.execute(
            "INSERT INTO rest_change (xid, model, res_id, operation, date) VALUES"
            f" ({xid}::text::xid8, 'res.partner', %s, 'update',"
            " (now() AT TIME ZONE 'UTC') - %s * interval '1 day') RETURNING id",
            [res_id, days],
        )
        return self.env.cr.fetchone()[0]

    def left(self):
        self.env.cr.execute("SELECT id FROM rest_change ORDER BY xid, id")
        return [row[0] for row in self.env.cr.fetchall()]

    def delete(self):
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", return_value=9
        ):
            self.changes._delete_expired()

    def test_the_highest_deleted_position_is_remembered(self):
        self.add(40, "100")
        last = self.add(31, "101")
        kept = self.add(29, "102")
        self.delete()
        self.assertEqual(self.left(), [kept])
        self.assertEqual(self.changes._oldest_position(), (101, last))
        # whatever the retention will be
        before = self.env.cr.now() - timedelta(days=30)
        self.assertAlmostEqual(
            self.changes._deleted().before, before, delta=timedelta(hours=1)
        )

    def test_only_the_beginning_is_deleted(self):
        ids = [self.add(40, "100"), self.add(10, "101"), self.add(40, "102")]
        self.delete()
        self.assertEqual(self.left(), ids[1:])
        self.delete()
        self.assertEqual(self.changes._oldest_position(), (100, ids[0]))

    def test_changes_above_the_horizon_stay(self):
        kept = self.add(40, OWN)
        self.delete()
        self.assertEqual(self.left(), [kept])

    def test_batches(self):
        for number in range(5):
            self.add(40, str(100 + number))
        with patch.object(rest_change_retention, "BATCH", 2):
            self.delete()
        self.assertEqual(self.left(), [])

    def test_the_time_of_the_cron_is_over(self):
        for number in range(5):
            self.add(40, str(100 + number))
        cron = type(self.env["ir.cron"])
        with (
            patch.object(rest_change_retention, "BATCH", 2),
            patch.object(cron, "_commit_progress", return_value=0),
        ):
            self.changes._delete_expired()
        self.assertEqual(len(self.left()), 3)

    def test_setting(self):
        kept = self.add(40)
        for text in ("0", "41", "-1"):
            self.changes._set_parameter(RETENTION, text)
            self.delete()
            self.assertEqual(self.left(), [kept], text)
        self.changes._set_parameter(RETENTION, "nonsense")
        self.delete()
        self.assertEqual(self.left(), [])

    # --- restored databases --------------------------------------------------------

    def test_installed_database_has_a_generation(self):
        self.assertEqual(self.changes._generation(), self.changes._identity())

    def test_restored_database_begins_anew(self):
        kept = self.add(1, "100")
        self.add(1, "(9e15::bigint)")
        self.changes._set_parameter(OLDEST, "9000000000000000,5")
        self.changes._begin_generation()
        self.assertEqual(len(self.left()), 2)
        self.changes._set_parameter(GENERATION, "of another cluster")
        self.changes._register_hook()
        self.assertEqual(self.left(), [kept])
        self.assertEqual(self.changes._oldest_position(), (0, 0))
        # those that were deleted may be of any time until now
        self.assertEqual(self.changes._deleted().before, self.env.cr.now())
        self.assertEqual(self.changes._generation(), self.changes._identity())

    def test_oldest_position_of_the_past_stays(self):
        self.changes._set_parameter(OLDEST, "100,5")
        self.changes._set_parameter(GENERATION, "of another database")
        self.changes._begin_generation()
        self.assertEqual(self.changes._oldest_position(), (100, 5))
