"""Rows that another connection has locked, or changed since the request began."""

from unittest.mock import patch

import psycopg2

from odoo import sql_db
from odoo.tests import tagged

from ..engine import job_runner, limiter
from . import jobs
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

    def failed_job(self, path, body, **options):
        """The problem of a job that waits for the row."""
        briefly = {"lock_timeout": 50, "statement_timeout": 5000}
        self.startPatcher(patch.object(limiter, "JOB_TIMEOUTS", briefly))
        self.startPatcher(patch.object(job_runner, "PAUSES", (0.01, 0.01)))
        answer = self.rest.ask("POST", path, json_body=body, **options)
        self.assertEqual(answer.status_code, 202, answer.text)
        self.lock_elsewhere()
        runner = type(self.env["rest.job.runner"])
        with patch.object(
            runner, "_run", autospec=True, side_effect=runner._run
        ) as run:
            job = jobs.perform(self.env)
        self.assertEqual(run.call_count, 3)
        self.assertEqual(job.state, "failed")
        return job.error["code"]

    def test_a_batch_of_a_job_waits_for_a_bounded_time(self):
        ids, data = [self.partner.id], {"comment": "Changed"}
        update = {"op": "update", "model": "res.partner", "ids": ids, "data": data}
        code = self.failed_job(
            "batch",
            {"operations": [update]},
            headers={"Prefer": "respond-async"},
        )
        self.assertEqual(code, "record.locked")

    def failed_import(self, mode):
        return self.failed_job(
            f"res.partner/import?key=id&mode={mode}",
            {"id": self.partner.id, "comment": "Changed"},
            headers={"Content-Type": "application/x-ndjson"},
        )

    def test_a_job_of_all_rows_waits_for_a_bounded_time(self):
        self.assertEqual(self.failed_import("atomic"), "record.locked")

    def test_a_job_of_some_rows_waits_for_a_bounded_time(self):
        self.assertEqual(self.failed_import("partial"), "record.locked")

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
