"""The fixed part of jobs, section 13: headers, manifest, fields, rights."""

import json
from base64 import b64decode
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

from ..orm.sensitive import is_sensitive
from . import jobs
from .test_jobs import ASYNC, JobCase
from .test_reports import REPORT, ReportCase

P = "res.partner"
CREATE = {
    "json_body": {
        "operations": [{"op": "create", "model": P, "data": {"name": "New"}}],
    }
}
NOUNS = {
    "rest.change": "model res_id operation fields date",
    "rest.client": "quota_day quota_month",
    "rest.field.rule": "mode mask_as access field_ids resource_id scope_id",
    "rest.job": (
        "client_id user_id credential_id kind state progress total request result_ids"
        " error lease_until lease_id expires_at"
    ),
}
TABLES = (
    *("rest.change", "rest.job", "rest.job.checkpoint", "rest.job.file"),
    *("rest.job.part", "rest.quota", "rest.quota.message"),
)
CSV = {"Content-Type": "text/csv"}
CHOICES = {
    ("rest.change", "operation"): "create update delete archive restore",
    ("rest.change", "origin_type"): "client user cron import webhook",
    ("rest.field.rule", "mode"): "allow block mask",
    ("rest.field.rule", "mask_as"): "hash partial null",
    ("rest.job", "kind"): "export import batch report",
    ("rest.job", "state"): "queued running done failed cancelled",
}


@tagged("post_install", "-at_install")
class TestNouns(TransactionCase):
    def test_models_have_the_fields_of_the_contract(self):
        for model, names in NOUNS.items():
            self.assertLessEqual({*names.split()}, {*self.env[model]._fields}, model)

    def test_selections_have_the_values_of_the_contract(self):
        for (model, name), values in CHOICES.items():
            known = self.env[model]._fields[name].get_values(self.env)
            self.assertLessEqual({*values.split()}, {*known}, name)


@tagged("post_install", "-at_install")
class TestStarts(ReportCase, JobCase):
    def starts(self):
        """``operation, method, path, options`` of all that can be a job."""
        ways = {
            "export": ("GET", f"{P}/export", {}),
            "aggregate": ("GET", f"{P}/aggregate", {"params": {"group_by": "active"}}),
            "batch": ("POST", "batch", CREATE),
            "report": ("GET", f"reports/{REPORT}/{self.partner.id}?format=html", {}),
            "import": ("POST", f"{P}/import", {"data": "name\nNew\n"}),
        }
        for name, (method, path, options) in ways.items():
            with self.subTest(name):
                yield name, method, path, options

    def test_each_start_has_the_headers_of_the_contract(self):
        for name, method, path, options in self.starts():
            headers = {**ASYNC, **CSV}
            if "json_body" in options:
                del headers["Content-Type"]
            response = self.rest.ask(method, path, headers=headers, **options)
            self.assertEqual(response.status_code, 202, response.text)
            url = response.headers["Content-Location"]
            self.assertRegex(url, rf"^https?://[^/]+{self.root}/jobs/\d+$")
            self.assertEqual(response.headers["Preference-Applied"], "respond-async")
            self.assertGreater(int(response.headers["Retry-After"]), 0)
            self.assertEqual(response.json()["data"]["type"], name)
            self.ended(JobCase.path(self, response))

    def test_an_import_is_a_job_without_the_preference(self):
        response = self.rest.post(f"{P}/import", data="name\nNew\n", headers=CSV)
        self.assertEqual(response.status_code, 202)
        self.assertEqual(response.headers["Preference-Applied"], "respond-async")


@tagged("post_install", "-at_install")
class TestManifests(JobCase):
    def setUp(self):
        super().setUp()
        self.ada = self.env[P].create({"name": "Ada"})

    def export(self, **options):
        found = {"filter": json.dumps([["id", "=", self.ada.id]]), "fields": "name"}
        return self.path(self.start(params=found, **options))

    def test_a_job_that_runs_tells_its_progress(self):
        path = self.export()
        self.env.cr.execute(
            "UPDATE rest_job SET state = 'running', progress = 5, total = 20"
        )
        self.env.invalidate_all()
        response = self.rest.get(path)
        self.assertEqual(response.status_code, 202)
        progress = response.headers["X-Progress"]
        self.assertEqual(progress, "running, 5 of 20 (25 %)")
        self.assertGreater(int(response.headers["Retry-After"]), 0)
        self.assertNotIn("Expires", response.headers)

    def test_a_manifest_has_the_members_of_the_contract(self):
        begin = datetime.now(timezone.utc).replace(microsecond=0)
        path = self.export()
        manifest = self.ended(path)
        names = "transaction_time request output errors next_since"
        self.assertEqual(set(manifest), {*names.split()})
        moment = datetime.fromisoformat(manifest["transaction_time"])
        self.assertGreaterEqual(moment, begin)
        (output,) = manifest["output"]
        self.assertEqual(set(output), {"type", "url", "count"})
        for path_of in (path, output["url"].partition(f"{self.root}/")[2]):
            expires = self.rest.get(path_of).headers["Expires"]
            self.assertGreater(parsedate_to_datetime(expires), begin)

    def test_the_feed_goes_on_where_an_export_ends(self):
        since = self.ended(self.export())["next_since"]
        response = self.rest.get(f"{P}/changes", params={"since": since})
        self.assertEqual(response.status_code, 200, response.text)
        # bound to the caller like any other cursor
        _client, key = self.make_client(self.user, all_resources=True)
        response = self.rest.get(f"{P}/changes", params={"since": since}, key=key)
        self.assert_problem(response, 400, "query.cursor", "since")

    def test_an_export_without_changes_has_no_cursor(self):
        resources = self.env["rest.resource"].search([("model", "=", P)])
        resources.track_changes = "none"
        self.assertNotIn("next_since", self.ended(self.export()))


@tagged("post_install", "-at_install")
class TestCallersOfJobs(JobCase):
    def test_a_read_only_client_exports_by_a_job(self):
        _client, key = self.make_client(self.user, all_resources=True, read_only=True)
        path = self.path(self.start(params={"limit": 1}, key=key))
        jobs.perform(self.env)
        self.assertEqual(self.rest.get(path, key=key).status_code, 200)

    def test_a_read_only_client_starts_no_job_that_writes(self):
        _client, key = self.make_client(self.user, all_resources=True, read_only=True)
        data = "name\nA\n"
        response = self.rest.post(f"{P}/import", data=data, headers=CSV, key=key)
        self.assertEqual(response.status_code, 403, response.text)
        self.start("batch", "POST", 403, key=key, **CREATE)

    def test_sessions_see_the_jobs_of_their_user_alone(self):
        self.authenticate(self.user.login, self.user.login)
        path = self.path(self.start(params={"limit": 1}, key=False))
        self.assertEqual(self.rest.get(path, key=False).status_code, 202)
        self.assertEqual(self.rest.get(path).status_code, 404)  # by the client
        other = new_test_user(self.env, "other_session", "base.group_user")
        self.authenticate(other.login, other.login)
        self.assertEqual(self.rest.get(path, key=False).status_code, 404)
        self.assertEqual(self.data(self.rest.get("jobs", key=False)), [])

    def test_another_key_of_the_client_sees_its_jobs(self):
        path = self.path(self.start(params={"limit": 1}))
        key = self.client._generate_key()[1]
        self.assertEqual(self.rest.get(path, key=key).status_code, 202)


@tagged("post_install", "-at_install")
class TestAttacksOnJobs(JobCase):
    def test_tables_of_jobs_and_changes_are_sensitive(self):
        for model in TABLES:
            self.assertTrue(is_sensitive(self.env, model), model)

    def test_users_without_rights_on_the_api_read_none_of_them(self):
        (output,) = self.ended(self.path(self.start(params={"limit": 1})))["output"]
        self.assertTrue(output["count"])
        for model in TABLES:
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.user).search([])
        files = self.env["ir.attachment"].search([("res_model", "=", "rest.job.file")])
        self.assertTrue(files)
        for file in files:
            self.assertFalse(file.with_user(self.user).has_access("read"))

    def test_the_body_of_a_batch_is_deleted_when_it_ends(self):
        path = self.path(self.start("batch", "POST", **CREATE))
        job = self.record(path).sudo()
        self.assertIn(b'"New"', b64decode(json.loads(bytes(job.sent))["body"]))
        (output,) = self.ended(path)["output"]
        self.assertFalse(job.sent)
        self.assertEqual(self.file(output).status_code, 200)

    def test_the_body_of_a_cancelled_job_is_deleted(self):
        path = self.path(self.start("batch", "POST", **CREATE))
        self.assertEqual(self.rest.delete(path).status_code, 202)
        self.env.invalidate_all()
        self.assertFalse(self.record(path).sudo().sent)

    def test_what_was_sent_for_an_expired_job_is_deleted(self):
        path = self.path(self.start())
        self.ended(path)
        job = self.record(path).sudo()
        self.assertTrue(job.sent)
        moment = datetime.now() - timedelta(minutes=1)
        for state, is_kept in (("failed", True), ("done", False)):
            job.write({"state": state, "expires_at": moment})
            with self.env.cr.savepoint() as savepoint:
                job._delete_expired()
                self.assertEqual(bool(job.sent), is_kept, state)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_file_that_is_sent_is_no_larger_than_a_body(self):
        self.api.max_body_size = 0.001  # 1048 bytes
        large = "name\n" + "A\n" * 600
        response = self.rest.post(f"{P}/import", data=large, headers=CSV)
        self.assert_problem(response, 413, "body.too_large")
        path = self.path(self.rest.post(f"{P}/import", headers=CSV))
        response = self.rest.put(f"{path}/parts/1", data=large, headers=CSV)
        self.assert_problem(response, 413, "body.too_large")


@tagged("post_install", "-at_install")
class TestMasksOfImports(JobCase):
    def setUp(self):
        super().setUp()
        names = ("email", "ref")
        fields = [self.env["ir.model.fields"]._get(P, name).id for name in names]
        self.env["rest.field.rule"].create(
            {
                "resource_id": self.resource(P).id,
                "mode": "mask",
                "mask_as": "partial",
                "access": "read",
                "field_ids": fields,
            }
        )

    def send(self, text, **params):
        return self.rest.post(f"{P}/import", data=text, headers=CSV, params=params)

    def test_a_masked_value_in_a_row_is_an_error_of_the_row(self):
        response = self.send("name,email\nA,j***e@example.com\nB,b@example.com\n")
        outputs = self.ended(self.path(response))["output"]
        (failed,) = [each for each in outputs if each["type"] == "failed"]
        row = self.file(failed).json()
        self.assertEqual((row["row"], row["problem"]["status"]), (1, 422))
        self.assertEqual(row["problem"]["errors"][0]["pointer"], "#/email")
        self.assertFalse(self.env[P].search([("email", "=", "b@example.com")]))

    def test_a_masked_field_finds_no_rows(self):
        response = self.send("ref,name\nR1,A\n", key="ref")
        self.assert_problem(response, 400, "query.field", "key")
        response = self.send("name,parent_id.ref\nA,R1\n")
        self.assertGreaterEqual(response.status_code, 400, response.text)
