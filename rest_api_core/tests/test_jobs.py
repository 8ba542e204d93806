"""Jobs: what takes longer than a request."""

import json

from odoo.tests import tagged

from . import jobs
from .common import RestCase

P = "res.partner"
ASYNC = {"Prefer": "respond-async"}


class JobCase(RestCase):
    def start(self, path=f"{P}/export", method="GET", status=202, **options):
        headers = {**ASYNC, **options.pop("headers", {})}
        response = self.rest.ask(method, path, headers=headers, **options)
        self.assertEqual(response.status_code, status, response.text)
        return response

    def path(self, response):
        """The path of the job that a response names."""
        return response.headers["Content-Location"].partition(f"{self.root}/")[2]

    def ended(self, path):
        """The manifest of a job that is performed now."""
        jobs.perform(self.env)
        response = self.rest.get(path)
        self.assertEqual(response.status_code, 200, response.text)
        return response.json()

    def file(self, output, **options):
        path = output["url"].partition(f"{self.root}/")[2]
        return self.rest.get(path, **options)


@tagged("post_install", "-at_install")
class TestJobs(JobCase):
    def test_an_export_is_a_file(self):
        ada = self.env[P].create({"name": "Ada"})
        params = {"fields": "name", "filter": json.dumps([["id", "=", ada.id]])}
        response = self.start(params=params)
        self.assertEqual(response.headers["Preference-Applied"], "respond-async")
        path = self.path(response)
        self.assertEqual(self.rest.get(path).status_code, 202)
        (output,) = self.ended(path)["output"]
        self.assertEqual((output["type"], output["count"]), (P, 1))
        found = self.file(output)
        self.assertEqual(found.json(), {"id": ada.id, "name": "Ada"})

    def test_a_job_that_ended_its_workers_is_told(self):
        path = self.path(self.start())
        table = jobs.queue(self.env)
        for _time in range(3):
            self.assertEqual(self.rest.get(path).status_code, 202)
            (claimed,) = table.claim(1, "lease")
            self.env.cr.execute(
                "UPDATE rest_job SET lease_until = lease_until - interval '2 min'"
            )
            self.assertEqual(len(table.reap()), 1)
            self.env.invalidate_all()
        self.assertEqual(claimed.values["attempts"], 3)
        problem = self.assert_problem(self.rest.get(path), 500, "server.poison")
        self.assertIn("not tried again", problem["detail"])
