"""How many requests of one caller are answered at once."""

import psycopg2

from odoo import sql_db
from odoo.tests import tagged

from ..limits import rate
from .common import RestCase


@tagged("post_install", "-at_install")
class TestAtOnce(RestCase):
    def take(self, *slots, client=None):
        """Take slots of the client, like concurrent requests on another connection."""
        _name, options = sql_db.connection_info_for(self.env.cr.dbname)
        connection = psycopg2.connect(**options)
        self.addCleanup(connection.close)
        key = rate.key(self.api.id, (client or self.client).id, None, "")
        with connection.cursor() as cr:
            for slot in slots:
                lock = (rate.lock_key(key), slot)
                cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", lock)
                self.assertTrue(cr.fetchone()[0])
        return connection

    def test_one_more_than_the_limit_is_told_to_come_again(self):
        self.api.max_concurrent = 2
        self.take(1, 2)
        answer = self.rest.get("res.partner")
        problem = self.assert_problem(answer, 429, "policy.concurrency")
        self.assertIn("of your client. Allowed: ", problem["detail"])
        self.assertEqual(answer.headers["Retry-After"], "1")

    def test_any_free_slot_is_enough(self):
        self.api.max_concurrent = 3
        self.take(1, 3)
        self.assertEqual(self.rest.get("res.partner").status_code, 200)

    def test_a_slot_is_free_when_the_other_request_has_ended(self):
        self.api.max_concurrent = 1
        others = self.take(1)
        self.assertEqual(self.rest.get("res.partner").status_code, 429)
        others.rollback()
        self.assertEqual(self.rest.get("res.partner").status_code, 200)

    def test_without_a_limit_nobody_waits(self):
        self.take(1)
        self.assertEqual(self.rest.get("res.partner").status_code, 200)

    def test_a_client_has_its_own_limit(self):
        self.api.max_concurrent = 1
        self.client.max_concurrent = 2
        self.take(1)
        self.assertEqual(self.rest.get("res.partner").status_code, 200)

    def test_others_are_not_held_up(self):
        self.api.max_concurrent = 1
        self.take(1)
        _client, key = self.make_client(self.user, all_resources=True)
        self.assertEqual(self.rest.get("res.partner", key=key).status_code, 200)

    def test_nothing_is_written_by_a_request_that_found_no_place(self):
        self.api.max_concurrent = 1
        self.take(1)
        answer = self.rest.post("res.partner", {"name": "Nobody's"})
        problem = self.assert_problem(answer, 429, "policy.concurrency")
        self.assertIn("of your client. Allowed: ", problem["detail"])
        found = self.env["res.partner"].search_count([("name", "=", "Nobody's")])
        self.assertEqual(found, 0)
