"""Jobs: what takes longer than a request."""

import contextlib
import json
from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .. import hooks
from ..engine import job_output
from ..engine import jobs as engine_jobs
from ..leases.signals import LeaseLost, Signals, Stopped
from . import jobs
from .common import RestCase
from .test_reports import REPORT, ReportCase

P = "res.partner"
ASYNC = {"Prefer": "respond-async"}
MISSING = {"id": 10**9}


class JobCase(RestCase):
    def start(self, path=f"{P}/export", method="GET", status=202, **options):
        headers = {**ASYNC, **options.pop("headers", {})}
        response = self.rest.ask(method, path, headers=headers, **options)
        self.assertEqual(response.status_code, status, response.text)
        return response

    def path(self, response):
        """The path of the job that a response names."""
        return response.headers["Content-Location"].partition(f"{self.root}/")[2]

    def record(self, path):
        return self.env["rest.job"].browse(int(path.rpartition("/")[2]))

    def ended(self, path):
        """The manifest of a job that is performed now."""
        jobs.perform(self.env)
        response = self.rest.get(path)
        self.assertEqual(response.status_code, 200, response.text)
        return response.json()

    def file(self, output, **options):
        path = output["url"].partition(f"{self.root}/")[2]
        return self.rest.get(path, **options)

    def one(self, partner):
        """The parameters of an export of one record."""
        return {"filter": json.dumps([["id", "=", partner.id]]), "fields": "name"}

    def creation(self, name="New"):
        operation = {"op": "create", "model": P, "data": {"name": name}}
        return {"json_body": {"operations": [operation]}}

    def named(self, name):
        return self.env[P].search_count([("name", "=", name)])


@tagged("post_install", "-at_install")
class TestJobs(JobCase):
    def test_an_export_is_a_file(self):
        ada = self.env[P].create({"name": "Ada"})
        response = self.start(params=self.one(ada))
        self.assertEqual(response.headers["Preference-Applied"], "respond-async")
        self.assertTrue(response.headers["Retry-After"])
        path = self.path(response)
        waiting = self.rest.get(path)
        self.assertEqual(waiting.status_code, 202)
        self.assertEqual(waiting.headers["X-Progress"], "queued")
        self.assertEqual(waiting.json()["data"]["state"], "queued")
        manifest = self.ended(path)
        (output,) = manifest["output"]
        self.assertEqual((output["type"], output["count"]), (P, 1))
        self.assertIn(f"{self.root}/{P}/export?", manifest["request"])
        self.assertEqual(manifest["errors"], [])
        self.assertEqual(self.file(output).json(), {"id": ada.id, "name": "Ada"})

    def test_the_feed_goes_on_where_an_export_ends(self):
        manifest = self.ended(self.path(self.start(params={"limit": 1})))
        params = {"since": manifest["next_since"]}
        response = self.rest.get(f"{P}/changes", params=params)
        self.assertEqual(response.status_code, 200, response.text)

    def test_the_form_of_the_file_is_that_of_the_request(self):
        ada = self.env[P].create({"name": "Ada"})
        headers = {"Accept": "text/csv"}
        path = self.path(self.start(params=self.one(ada), headers=headers))
        (output,) = self.ended(path)["output"]
        found = self.file(output)
        self.assertEqual(found.text, f"id,name\r\n{ada.id},Ada\r\n")
        self.assertTrue(found.headers["Content-Type"].startswith("text/csv"))
        self.assertTrue(found.headers["Expires"].endswith("GMT"))

    def test_an_aggregate_and_a_batch_are_files_of_json(self):
        path = self.path(self.start(f"{P}/aggregate", params={"group_by": "active"}))
        (output,) = self.ended(path)["output"]
        self.assertEqual(output["count"], len(self.file(output).json()["data"]))
        path = self.path(self.start("batch", "POST", **self.creation("Later")))
        self.assertEqual(self.named("Later"), 0)
        (output,) = self.ended(path)["output"]
        self.assertEqual(self.file(output).json()["data"][0]["status"], 201)
        self.assertEqual(self.named("Later"), 1)

    def test_files_are_written_and_read_in_parts(self):
        self.patch(job_output, "PART", 100)
        partners = self.env[P].create([{"name": f"Part {n:03}"} for n in range(50)])
        params = {"filter[name][like]": "Part ", "fields": "name", "sort": "id"}
        path = self.path(self.start(params=params))
        (output,) = self.ended(path)["output"]
        whole = self.file(output)
        lines = whole.content.splitlines()
        self.assertEqual([json.loads(line)["id"] for line in lines], partners.ids)
        self.assertEqual(output["count"], 50)
        file = self.record(path).sudo().result_ids
        self.assertGreater(len(file.parts), 10)
        self.assertEqual(file.size, len(whole.content))
        part = self.file(output, headers={"Range": "bytes=95-310"})
        self.assertEqual(part.status_code, 206)
        self.assertEqual(part.content, whole.content[95:311])
        tag = whole.headers["ETag"]
        known = self.file(output, headers={"If-None-Match": tag})
        self.assertEqual(known.status_code, 304)

    def test_a_caller_has_two_jobs(self):
        for _time in range(2):
            self.start()
        response = self.start(status=429)
        self.assert_problem(response, 429, "policy.jobs")
        self.assertTrue(response.headers["Retry-After"])
        self.assertEqual(len(self.data(self.rest.get("jobs"))), 2)
        _client, key = self.make_client(self.user, all_resources=True)
        self.start(key=key)
        jobs.perform(self.env)
        self.start()

    def test_results_may_not_fill_the_disk(self):
        path = self.path(self.start(params={"limit": 1}))
        self.ended(path)
        self.patch(engine_jobs, "MAX_KEPT", 5)
        response = self.start(status=429)
        problem = self.assert_problem(response, 429, "policy.jobs")
        self.assertIn("Delete jobs", problem["detail"])
        self.rest.delete(path)
        self.start()

    def test_own_jobs_are_in_pages(self):
        first, second = (self.path(self.start()) for _time in range(2))
        response = self.rest.get("jobs", params={"limit": 1})
        (shown,) = self.data(response)
        self.assertTrue(shown["url"].endswith(second))
        self.assertEqual(response.json()["meta"]["total"], 2)
        self.assertIn('rel="next"', response.headers["Link"])
        (shown,) = self.data(self.rest.get("jobs", params={"limit": 1, "offset": 1}))
        self.assertTrue(shown["url"].endswith(first))

    def test_a_job_is_cancelled(self):
        path = self.path(self.start("batch", "POST", **self.creation("Cancelled")))
        self.assertEqual(self.rest.delete(path).status_code, 202)
        self.assert_problem(self.rest.get(path), 404, "record.not_found")
        self.assert_problem(self.rest.delete(path), 404, "record.not_found")
        self.assertEqual(jobs.queue(self.env).claim(1, "lease"), [])
        self.assertEqual(self.record(path).state, "cancelled")

    def test_a_job_that_ended_loses_its_files(self):
        path = self.path(self.start(params={"limit": 1}))
        (output,) = self.ended(path)["output"]
        self.assertEqual(self.rest.delete(path).status_code, 202)
        for gone in (self.rest.get(path), self.file(output)):
            self.assert_problem(gone, 404, "record.not_found")
        domain = [("res_model", "=", "rest.job.file")]
        self.assertFalse(self.env["ir.attachment"].search(domain))
        self.assertEqual(self.record(path).state, "done")

    def test_a_file_that_another_node_has_is_an_error(self):
        """Not a response that ends before its length."""
        (output,) = self.ended(self.path(self.start(params={"limit": 1})))["output"]
        attachments = type(self.env["ir.attachment"])
        self.patch(attachments, "_file_read", lambda *_args: b"")
        self.env.invalidate_all()
        with self.assertLogs("odoo.addons.rest_api_core", "ERROR") as logs:
            self.assert_problem(self.file(output), 500, "server.error")
        self.assertIn("filestore", logs.output[0])

    def test_a_host_whose_clock_is_ahead_delays_no_job(self):
        later = datetime.now() + timedelta(hours=1)
        self.patch(engine_jobs, "_now", lambda: later)
        self.start(params={"limit": 1})
        self.assertEqual(jobs.perform(self.env).state, "done")

    def test_files_are_deleted_with_the_addon(self):
        self.ended(self.path(self.start(params={"limit": 1})))
        attachments = self.env["ir.attachment"].sudo()
        of_jobs = [("res_model", "=", "rest.job.file")]
        self.assertTrue(attachments.search(of_jobs))
        hooks.delete_files(self.env)
        self.assertFalse(attachments.search(of_jobs))

    def test_files_are_deleted_when_they_expire(self):
        path = self.path(self.start(params={"limit": 1}))
        (output,) = self.ended(path)["output"]
        job = self.record(path)
        left = job.expires_at - datetime.now()
        self.assertAlmostEqual(left.total_seconds(), 86_400, delta=300)
        job.expires_at = datetime.now() - timedelta(minutes=1)
        self.assert_problem(self.rest.get(path), 404, "record.not_found")
        self.assert_problem(self.file(output), 404, "record.not_found")
        self.env["rest.job"]._delete_expired()
        self.assertTrue(job.exists())
        self.assertFalse(job.result_ids)
        job.expires_at = datetime.now() - timedelta(days=30)
        self.env["rest.job"]._delete_expired()
        self.assertFalse(job.exists())

    def test_attachments_of_deleted_jobs_are_deleted(self):
        path = self.path(self.start(params={"limit": 1}))
        self.ended(path)
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM rest_job")
        self.env.invalidate_all()
        self.env["rest.job"]._delete_expired()
        domain = [("res_model", "=", "rest.job.file")]
        self.assertFalse(self.env["ir.attachment"].search(domain))

    def test_head_and_a_known_manifest(self):
        path = self.path(self.start(params={"limit": 1}))
        self.assertEqual(self.rest.ask("HEAD", path).status_code, 202)
        self.ended(path)
        head = self.rest.ask("HEAD", path)
        self.assertEqual((head.status_code, head.content), (200, b""))
        headers = {"If-None-Match": head.headers["ETag"]}
        self.assertEqual(self.rest.get(path, headers=headers).status_code, 304)


@tagged("post_install", "-at_install")
class TestErrorsOfJobs(JobCase):
    def test_what_is_wrong_is_told_at_the_start(self):
        wrong = (
            (f"{P}/export", "GET", {"params": {"fields": "nme"}}, 400),
            (f"{P}/export", "GET", {"params": {"filter[nme]": "a"}}, 400),
            (f"{P}/export", "GET", {"headers": {"Accept": "text/html"}}, 406),
            (f"{P}/aggregate", "GET", {"params": {"group_by": "nme"}}, 400),
            (f"{P}/aggregate", "GET", {"params": {"aggregate": "name:sum"}}, 400),
            ("batch", "POST", {"json_body": {"operations": [{"op": "nop"}]}}, 422),
            ("batch", "POST", {"data": "{"}, 415),
            ("reports/no.such/1", "GET", {}, 404),
            ("res.bank/export", "GET", {}, 404),
        )
        for path, method, options, status in wrong:
            with self.subTest(path, **options):
                headers = {**ASYNC, **options.pop("headers", {})}
                first = self.rest.ask(method, path, headers=headers, **options)
                self.assertEqual(first.status_code, status, first.text)
                headers.pop("Prefer")
                second = self.rest.ask(method, path, headers=headers, **options)
                problems = [each.json() for each in (first, second)]
                for each in problems:
                    each.pop("request_id")
                self.assertEqual(*problems)
        self.assertEqual(self.data(self.rest.get("jobs")), [])

    def test_a_job_fails_with_the_problem_of_its_request(self):
        step = {"op": "update", "model": P, **MISSING, "data": {"name": "a"}}
        path = self.path(self.start("batch", "POST", json_body={"operations": [step]}))
        job = jobs.perform(self.env)
        self.assertEqual(job.state, "failed")
        self.assertIn("record.not_found", job.error_text)
        self.assert_problem(self.rest.get(path), 404, "record.not_found")
        ready = self.rest.ask("POST", "batch", json_body={"operations": [step]})
        told, direct = self.rest.get(path).json(), ready.json()
        self.assertTrue(direct["detail"].startswith(told["detail"]))
        self.assertEqual(told["code"], direct["code"])

    def test_a_bug_is_told_without_details(self):
        path = self.path(self.start())
        runner = type(self.env["rest.job.runner"])

        def fail(*_arguments):
            raise ValueError("secret")

        self.patch(runner, "_run__export", fail)
        with self.assertLogs("odoo.addons.rest_api_core", "ERROR") as logged:
            jobs.perform(self.env)
        self.assertIn("secret", "".join(logged.output))
        problem = self.assert_problem(self.rest.get(path), 500, "server.error")
        self.assertNotIn("secret", str(problem))

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

    def test_a_stopped_job_is_given_back_and_not_for_ever(self):
        path = self.path(self.start())
        signals = Signals()
        signals.stop()
        for _time in range(2):
            # not assertRaises, which undoes what happened
            with contextlib.suppress(Stopped):
                jobs.perform(self.env, signals)
            self.env.cr.execute("UPDATE rest_job SET state = 'queued'")
            self.env.invalidate_all()
        jobs.perform(self.env, signals)
        self.assert_problem(self.rest.get(path), 503, "server.interrupted")

    def test_a_dry_run_starts_no_job(self):
        headers = {"Prefer": "respond-async, tx=rollback"}
        response = self.start("batch", "POST", headers=headers, **self.creation())
        self.assertNotIn("Content-Location", response.headers)
        applied = response.headers["Preference-Applied"]
        self.assertEqual(applied, "respond-async, tx=rollback")
        self.assertEqual(self.data(self.rest.get("jobs")), [])
        wrong = {"json_body": {"operations": [{"op": "nop"}]}}
        self.start("batch", "POST", status=422, headers=headers, **wrong)

    def test_the_same_key_gives_the_same_job(self):
        headers = {"Idempotency-Key": "k1"}
        for method, path, options in (
            ("GET", f"{P}/export", {"params": {"limit": 1}}),
            ("POST", "batch", self.creation()),
        ):
            with self.subTest(path):
                headers["Idempotency-Key"] += "x"
                first = self.start(path, method, headers=headers, **options)
                second = self.start(path, method, headers=headers, **options)
                self.assertEqual(self.path(first), self.path(second))
                self.assertEqual(second.headers["Idempotent-Replayed"], "true")
                other = self.rest.ask(
                    method, f"{P}/export", headers={**ASYNC, **headers}
                )
                self.assert_problem(other, 422, "policy.idempotency")

    def test_other_operations_ignore_the_preference(self):
        response = self.rest.get(P, headers=ASYNC, params={"limit": 1})
        self.assertEqual(response.status_code, 200)
        self.assertNotIn("Preference-Applied", response.headers)


@tagged("post_install", "-at_install")
class TestRightsOfJobs(JobCase):
    def test_jobs_of_others_do_not_exist(self):
        path = self.path(self.start(params={"limit": 1}))
        (output,) = self.ended(path)["output"]
        other = new_test_user(self.env, "other", "base.group_user")
        keys = [
            self.make_client(user, all_resources=True)[1] for user in (self.user, other)
        ]
        for key in keys:
            missing = self.rest.get(f"jobs/{10**8}", key=key).json()
            for response in (
                self.rest.get(path, key=key),
                self.rest.delete(path, key=key),
                self.file(output, key=key),
            ):
                found = self.assert_problem(response, 404, "record.not_found")
                self.assertEqual(found["detail"], missing["detail"])
            self.assertEqual(self.data(self.rest.get("jobs", key=key)), [])
        self.assertEqual(self.rest.get(path).status_code, 200)

    def fails(self, change, status, code):
        """A job fails, if ``change()`` is made before it is begun."""
        path = self.path(self.start(params={"fields": "name,city"}))
        change()
        jobs.perform(self.env)
        job = self.record(path)
        self.assertEqual((job.state, job.error["status"]), ("failed", status))
        self.assertEqual(job.error["code"], code)
        self.assertFalse(job.result_ids)

    def test_a_revoked_key_ends_its_jobs(self):
        credential = self.client.credential_ids
        self.fails(credential.action_revoke, 401, "auth.invalid")

    def test_a_deleted_key_ends_its_jobs(self):
        self.fails(self.client.credential_ids.unlink, 401, "auth.invalid")

    def test_an_archived_client_or_user_ends_its_jobs(self):
        for record in (self.client, self.user):
            with self.subTest(record._name), self.env.cr.savepoint() as savepoint:
                self.fails(record.action_archive, 401, "auth.invalid")
                savepoint.rollback()
            self.env.invalidate_all()

    def test_another_user_of_the_client_ends_its_jobs(self):
        other = new_test_user(self.env, "other", "base.group_user")
        self.fails(
            lambda: self.client.write({"user_id": other.id}), 401, "auth.invalid"
        )

    def test_rights_that_are_gone_end_jobs(self):
        def hide():
            self.hide_city()

        def forbid():
            self.resource(P).can_read = False

        for change, status, code in (
            (hide, 400, "query.field"),
            (forbid, 403, "policy.forbidden"),
        ):
            with self.subTest(code), self.env.cr.savepoint() as savepoint:
                self.fails(change, status, code)
                savepoint.rollback()
            self.env.invalidate_all()

    def hide_city(self):
        city = self.env["ir.model.fields"]._get(P, "city")
        self.env["rest.field.rule"].create(
            {
                "resource_id": self.resource(P).id,
                "mode": "block",
                "access": "both",
                "field_ids": city.ids,
            }
        )

    def test_files_are_not_for_other_rights(self):
        path = self.path(self.start(params={"limit": 1}))  # of all fields
        (output,) = self.ended(path)["output"]
        self.assertEqual(self.file(output).status_code, 200)
        self.hide_city()
        self.assert_problem(self.file(output), 403, "policy.job")
        self.resource(P).can_read = False
        self.assert_problem(self.file(output), 403, "policy.forbidden")

    def test_files_are_not_for_callers_with_narrower_rules(self):
        (output,) = self.ended(self.path(self.start(params={"limit": 1})))["output"]
        self.assertEqual(self.file(output).status_code, 200)
        rule = {"name": "None", "domain_force": "[('id', '=', 0)]"}
        rule["model_id"] = self.env["ir.model"]._get_id(P)
        readers = self.env["ir.model.access"].search(
            [("model_id.model", "=", "res.country"), ("perm_read", "=", True)]
        )
        for change in (
            lambda: self.env["ir.rule"].create(rule),
            lambda: self.env["ir.rule"].create({**rule, "groups": self.user.group_ids}),
            lambda: readers.write({"active": False}),
        ):
            with self.env.cr.savepoint() as savepoint:
                change()
                self.assert_problem(self.file(output), 403, "policy.job")
                savepoint.rollback()
            self.env.invalidate_all()
            self.env.registry.clear_cache()
            self.assertEqual(self.file(output).status_code, 200)

    def test_files_are_not_for_callers_with_more_masks(self):
        client, self.key = self.make_client(self.user)
        scope = self.make_scope(client, P, can_read=True)
        (output,) = self.ended(self.path(self.start(params={"limit": 1})))["output"]
        self.assertEqual(self.file(output).status_code, 200)
        city = self.env["ir.model.fields"]._get(P, "city")
        rule = {"mode": "mask", "access": "read", "field_ids": city.ids}
        self.env["rest.field.rule"].create({"scope_id": scope.id, **rule})
        self.assert_problem(self.file(output), 403, "policy.job")

    def test_rights_that_are_lost_while_it_runs_end_a_job(self):
        path = self.path(self.start(params={"limit": 1}))
        runner = type(self.env["rest.job.runner"])
        run = runner._run__export

        def run_and_hide(this, job):
            told = run(this, job)
            self.hide_city()
            self.env.flush_all()
            return told

        self.patch(runner, "_run__export", run_and_hide)
        jobs.perform(self.env)
        self.assert_problem(self.rest.get(path), 403, "policy.job")

    def test_a_cancelled_job_commits_nothing(self):
        path = self.path(self.start("batch", "POST", **self.creation("Late")))
        runner = type(self.env["rest.job.runner"])
        run = runner._run__batch

        def run_and_cancel(this, job):
            told = run(this, job)
            job.record._end()
            job.env.flush_all()
            return told

        self.patch(runner, "_run__batch", run_and_cancel)
        job = jobs.perform(self.env)
        self.assertNotEqual(job.state, "done")
        self.assertEqual(self.named("Late"), 0)
        self.assertTrue(path)

    def test_a_lost_lease_has_no_outcome(self):
        self.start("batch", "POST", **self.creation("Lost"))
        signals = Signals()
        signals.lose()
        self.assertIsInstance(signals.told, LeaseLost)
        self.assertEqual(jobs.perform(self.env, signals).state, "running")
        self.assertEqual(self.named("Lost"), 0)


@tagged("post_install", "-at_install")
class TestReportsAsJobs(JobCase, ReportCase):
    def test_a_report_is_a_file(self):
        ada = self.env[P].create({"name": "Ada"})
        path = f"reports/{REPORT}/{ada.id}"
        response = self.start(path, params={"format": "html"})
        path = JobCase.path(self, response)
        (output,) = self.ended(path)["output"]
        self.assertEqual(output["count"], 1)
        self.assertIn("Ada", self.file(output).text)


@tagged("post_install", "-at_install")
class TestScreensOfJobs(JobCase):
    def failed(self):
        path = self.path(self.start("batch", "POST", **self.creation("Again")))
        self.env.cr.execute("UPDATE rest_job SET state = 'failed', error = '{}'")
        self.env.invalidate_all()
        return self.record(path)

    def test_a_failed_job_is_retried(self):
        job = self.failed()
        manager = new_test_user(
            self.env, "manager", "base.group_user,rest_api_core.group_rest_manager"
        )
        job.with_user(manager).action_retry()
        self.assertEqual((job.state, job.attempts), ("queued", 0))
        jobs.perform(self.env)
        self.assertEqual((job.state, job.percentage), ("done", 100))
        self.assertEqual(self.named("Again"), 1)
        job.with_user(manager).action_retry()
        self.assertEqual(job.state, "done")

    def test_a_retry_needs_a_place(self):
        job = self.failed()
        self.start()
        self.start()
        with self.assertRaises(UserError):
            job.action_retry()

    def test_a_job_is_cancelled_by_its_button(self):
        job = self.record(self.path(self.start()))
        job.action_cancel()
        self.assertEqual(job.state, "cancelled")

    def test_users_of_the_api_change_no_jobs(self):
        job = self.failed()
        user = new_test_user(
            self.env, "viewer", "base.group_user,rest_api_core.group_rest_user"
        )
        for action in ("action_retry", "action_cancel"):
            with self.assertRaises(AccessError):
                getattr(job.with_user(user), action)()
