"""Rows that another connection has locked, or changed since the request began."""

from unittest.mock import patch

import psycopg2

from odoo import sql_db
from odoo.tests import tagged

from ..engine import limiter
from .common import RestCase


@tagged("post_install", "-at_install")
class TestLocks(RestCase):
    """With a second connection to PostgreSQL: it sees committed rows alone."""

    def setUp(self):
        super().setUp()
        self.partner = self.env.ref("base.main_partner")
        self.path = f"res.partner/{self.partner.id}"
        self.startPatcher(patch.object(limiter, "LOCK_TIMEOUT", 50))
        # Odoo's pauses between tries
        self.pauses = self.startPatcher(patch("odoo.service.model.time.sleep"))

    def elsewhere(self, statement):
        _name, options = sql_db.connection_info_for(self.env.cr.dbname)
        connection = psycopg2.connect(**options)
        self.addCleanup(connection.close)
        with connection.cursor() as cr:
            cr.execute(f"SET lock_timeout = '5s'; {statement}", [self.partner.id])
        return connection

    def lock_elsewhere(self):
        """Not the key, which the test itself has locked by referring to it."""
        return self.elsewhere(
            "SELECT id FROM res_partner WHERE id = %s FOR NO KEY UPDATE"
        )

    def test_a_locked_row_is_a_conflict_after_a_bounded_wait(self):
        tag = self.rest.get(self.path).headers["ETag"]
        self.lock_elsewhere()
        for headers in ({}, {"If-Match": tag}, {"If-Match": "*"}):
            with self.subTest(headers):
                body = {"comment": "Changed"}
                answer = self.rest.patch(self.path, body, headers=headers)
                self.assert_problem(answer, 409, "record.locked")
                self.assertEqual(answer.headers["Retry-After"], "1")
        self.pauses.assert_not_called()

    def test_a_read_does_not_wait(self):
        self.lock_elsewhere()
        self.data(self.rest.get(self.path))

    def test_a_tag_of_a_row_that_has_changed_meanwhile_fails_at_once(self):
        tag = self.rest.get(self.path).headers["ETag"]
        change = "UPDATE res_partner SET color = color WHERE id = %s"
        self.elsewhere(change).commit()
        headers = {"If-Match": tag}
        answer = self.rest.patch(self.path, {"comment": "Changed"}, headers=headers)
        self.assert_problem(answer, 412, "record.precondition")
        self.pauses.assert_not_called()
