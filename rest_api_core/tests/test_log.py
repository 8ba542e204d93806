"""What the log keeps of requests, and what it never does."""

from datetime import timedelta
from unittest.mock import patch

from psycopg2 import errorcodes, errors

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..log import writer as log_writer
from ..log.redaction import REDACTED
from ..models import rest_log
from .common import RestCase

LOGGER = "odoo.addons.rest_api_core"
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)  # short enough to be any word


class NotNow(errors.SerializationFailure):
    pgcode = errorcodes.SERIALIZATION_FAILURE


class LogCase(RestCase):
    def entries(self):
        """The entries of the API, the first request's first."""
        return self.env["rest.log"].search([("api_id", "=", self.api.id)], order="id")

    def entry(self):
        """The entry of the only request."""
        found = self.entries()
        self.assertEqual(len(found), 1, found.mapped("path"))
        return found

    def text(self):
        """All that the log of the API has, as one text."""
        return "\n".join(map(str, self.entries().read()))


@tagged("post_install", "-at_install")
class TestLog(LogCase):
    # --- what is kept --------------------------------------------------------

    def test_a_read_is_logged(self):
        headers = {
            "User-Agent": "curl/8",
            "X-Request-ID": "r-1",
            "traceparent": f"00-{'a' * 32}-{'b' * 16}-01",
            "Origin": "https://shop.example",
        }
        partner = self.user.partner_id.id
        self.rest.get(f"res.partner/{partner}?fields=name", headers=headers)
        entry = self.entry()
        self.assertEqual(entry.client_id, self.client)
        self.assertEqual(entry.credential_id, self.client.credential_ids)
        self.assertEqual(entry.user_id, self.user)
        self.assertEqual(entry.method, "GET")
        self.assertEqual(entry.path, f"{self.root}/res.partner/{partner}?fields=name")
        self.assertEqual(entry.route, "/<model>/<ids>")
        self.assertEqual((entry.model, entry.status), ("res.partner", 200))
        self.assertEqual((entry.ip, entry.user_agent), ("127.0.0.1", "curl/8"))
        self.assertEqual(entry.origin, "https://shop.example")
        self.assertEqual(entry.request_id, "r-1")
        self.assertEqual(entry.traceparent, headers["traceparent"])
        self.assertGreater(entry.duration_ms, 0)
        self.assertFalse(entry.error_code or entry.error)

    def test_a_write_is_logged(self):
        self.data(self.rest.post("res.partner", {"name": "New"}), 201)
        entry = self.entry()
        self.assertEqual((entry.method, entry.status), ("POST", 201))
        self.assertEqual(entry.route, "/<model>")

    def test_a_failure_is_logged_with_its_reason(self):
        answer = self.rest.post("res.partner", {"no_such_field": 1})
        entry = self.entry()
        self.assertEqual((entry.status, entry.error_code), (422, "body.field"))
        self.assertIn("#/no_such_field", entry.error)
        self.assertEqual(entry.request_id, answer.headers["X-Request-ID"])

    def test_a_dry_run_is_logged_though_it_keeps_nothing(self):
        headers = {"Prefer": "tx=rollback"}
        answer = self.rest.post("res.partner", {"name": "Dry run"}, headers=headers)
        self.assertEqual(answer.status_code, 201)
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Dry run")]))
        self.assertEqual(self.entry().status, 201)

    def test_unknown_paths_have_no_route(self):
        self.rest.get("a/b/c/d")
        entry = self.entry()
        self.assertEqual((entry.status, entry.route), (404, False))

    def test_strangers_are_logged_by_address(self):
        self.rest.get("res.partner", key=False)
        entry = self.entry()
        self.assertEqual((entry.status, entry.error_code), (401, "auth.missing"))
        self.assertFalse(entry.client_id or entry.user_id)
        self.assertEqual(entry.ip, "127.0.0.1")

    def test_whoever_watches_the_health_leaves_no_trace(self):
        self.assertEqual(self.rest.get("health", key=False).status_code, 200)
        self.assertFalse(self.entries())

    def test_a_refusal_by_the_rate_limit_is_logged(self):
        self.api.rate_limit = 1
        self.rest.get()
        self.rest.get()
        self.assertEqual(self.entries().mapped("status"), [200, 429])

    def test_a_session_is_logged_without_client(self):
        user = new_test_user(self.env, "rest_session", "base.group_user")
        self.authenticate(user.login, user.login)
        self.rest.get(key=False)
        entry = self.entry()
        self.assertEqual((entry.user_id, entry.client_id.ids), (user, []))

    # --- modes ---------------------------------------------------------------

    def ask_both(self, mode):
        self.api.log_mode = mode
        self.rest.get()
        self.rest.get("no.such.model")
        return self.entries().mapped("status")

    def test_mode_none_keeps_nothing(self):
        self.assertEqual(self.ask_both("none"), [])

    def test_mode_errors_keeps_errors(self):
        self.assertEqual(self.ask_both("errors"), [404])

    def test_mode_success_keeps_successes(self):
        self.assertEqual(self.ask_both("success"), [200])

    def test_mode_all_keeps_all(self):
        self.assertEqual(self.ask_both("all"), [200, 404])

    def test_bodies_are_not_kept_unless_told(self):
        self.rest.post("res.partner", {"name": "New"})
        entry = self.entry()
        self.assertFalse(entry.request_body or entry.response_body)

    def test_bodies_are_kept_where_told(self):
        self.api.log_bodies = True
        self.rest.post("res.partner", {"name": "New"})
        entry = self.entry()
        self.assertEqual(entry.request_body, '{"name": "New"}')
        self.assertIn('"name": "New"', entry.response_body)

    def test_a_body_that_is_no_json_is_kept_as_text(self):
        self.api.log_bodies = True
        headers = {"Content-Type": "application/json"}
        self.rest.ask("POST", "res.partner", data="{password: hunter2", headers=headers)
        entry = self.entry()
        self.assertEqual(entry.error_code, "body.malformed")
        self.assertEqual(entry.request_body, f"{{password: {REDACTED}")

    # --- uses ----------------------------------------------------------------

    def test_clients_and_keys_show_when_they_were_used(self):
        self.rest.get()
        self.rest.post("res.partner", {"name": "New"})
        self.rest.get("no.such.model")
        self.assertEqual(self.client.request_count, 3)
        self.assertTrue(self.client.last_used_at)
        self.assertTrue(self.client.credential_ids.last_used_at)

    def test_uses_are_counted_without_a_log(self):
        self.api.log_mode = "none"
        self.rest.get()
        self.assertEqual(self.client.request_count, 1)

    def test_a_key_is_written_once_a_minute_only(self):
        self.rest.get()
        credential = self.client.credential_ids
        before = fields.Datetime.now() - timedelta(seconds=50)
        credential.last_used_at = before
        self.rest.get()
        self.assertEqual(credential.last_used_at, before)
        credential.last_used_at = before - timedelta(seconds=20)
        self.rest.get()
        self.assertGreater(credential.last_used_at, before)

    def test_a_use_makes_no_worker_forget_what_it_knows(self):
        self.rest.get()
        epoch = self.env["rest.configuration"]._epoch()
        self.rest.get()
        self.assertIs(self.env["rest.configuration"]._epoch(), epoch)

    # --- a log that fails ----------------------------------------------------

    def test_an_entry_that_cannot_be_made_fails_no_request(self):
        with (
            patch("odoo.addons.rest_api_core.log.entry.entry", side_effect=ValueError),
            self.assertLogs(LOGGER, "WARNING"),
        ):
            self.assertEqual(self.rest.get().status_code, 200)
        self.assertFalse(self.entries())

    def test_an_entry_that_cannot_be_written_fails_no_write(self):
        original, tries = log_writer.astuple, []

        def spoil_first(entry):
            tries.append(entry)
            values = original(entry)
            return ("no date", *values[1:]) if len(tries) == 1 else values

        with patch.object(log_writer, "astuple", spoil_first):
            answer = self.rest.post("res.partner", {"name": "Kept"})
        record = self.env["res.partner"].browse(self.data(answer, 201)["id"])
        self.assertEqual(record.name, "Kept")
        self.assertEqual(self.entry().status, 201)

    def test_a_repeated_write_is_logged_once(self):
        pipeline = self.env.registry["rest.pipeline"]
        original, tries = pipeline._performed, []

        def fail_after_first(model, context, call):
            answer = original(model, context, call)
            tries.append(call)
            if len(tries) == 1:
                raise NotNow()
            return answer

        with (
            patch.object(pipeline, "_performed", fail_after_first),
            patch("odoo.service.model.time.sleep"),
        ):
            self.data(self.rest.post("res.partner", {"name": "Once"}), 201)
        self.assertEqual(len(tries), 2)
        self.assertEqual(self.entry().status, 201)
        self.assertEqual(self.client.request_count, 1)


@tagged("post_install", "-at_install")
class TestLogSecrets(LogCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api.log_bodies = True
        cls.partner = cls.env["res.partner"].create(
            {"name": "Acme", "vat": "hunter2", "comment": "about"}
        )

    def rule(self, mode, *names, model="res.partner", access="both"):
        found = [self.env["ir.model.fields"]._get(model, name).id for name in names]
        self.env["rest.field.rule"].create(
            {
                "resource_id": self.resource(model).id,
                "mode": mode,
                "access": access,
                "field_ids": found,
            }
        )

    # --- credentials ---------------------------------------------------------

    def test_no_key_is_kept_wherever_it_was_sent(self):
        secret = self.key.rpartition("_")[2]
        self.opener.cookies["key"] = self.key
        self.rest.get("res.partner", headers={"User-Agent": self.key})
        self.rest.get(f"res.partner?access_token={self.key}", key=False)
        self.rest.get(f"res.partner?fields={self.key}")
        self.rest.get(f"{self.key}/1")
        self.rest.post("res.partner", {"name": self.key})
        self.rest.post("res.partner", {self.key: 1})
        self.rest.post("res.partner", [{"name": {"deep": [self.key]}}])
        self.assertEqual(len(self.entries()), 7)
        self.assertNotIn(secret, self.text())

    def test_no_password_is_kept(self):
        headers = {"Authorization": "Basic YWRtaW46aHVudGVyMg=="}
        self.rest.get("res.partner", key=False, headers=headers)
        self.rest.post(
            "res.partner", {"password": "hunter2", "a": {"api_key": "hunter2"}}
        )
        self.rest.get('res.partner?filter=[["password","=","hunter2"]]')
        self.rest.get("res.partner?filter[user_ids.password]=hunter2")
        self.rest.get("res.partner?password=hunter2")
        self.assertEqual(len(self.entries()), 5)
        self.assertNotIn("hunter2", self.text())
        self.assertNotIn("aHVudGVyMg", self.text())

    def test_a_change_of_password_keeps_neither_the_old_nor_the_new(self):
        self.rest.post("auth/password", {"old": "hunter2", "new": "hunter3"})
        self.assertEqual(self.entry().status // 100, 4)
        self.assertNotIn("hunter", self.text())

    def test_binary_is_not_kept(self):
        answer = self.rest.post("res.partner", {"name": "Picture", "image_1920": PNG})
        self.assertIn(answer.status_code, (201, 422))
        self.assertNotIn(PNG[:60], self.text())

    # --- blocked fields ------------------------------------------------------

    def test_blocked_fields_are_kept_in_no_place(self):
        self.rule("block", "vat")
        self.rest.get("res.partner?filter[vat]=hunter2")
        self.rest.get('res.partner?filter=[["vat","=","hunter2"]]')
        self.rest.post("res.partner", {"name": "A", "vat": "hunter2"})
        self.rest.patch(f"res.partner/{self.partner.id}", {"vat": "hunter2"})
        self.rest.post("res.partner", {"name": "A", "child_ids": [{"vat": "hunter2"}]})
        self.assertEqual(set(self.entries().mapped("status")), {400, 422})
        self.assertNotIn("hunter2", self.text())

    def test_what_is_not_allowed_is_blocked(self):
        self.rule("allow", "name")
        self.rest.post("res.partner", {"name": "shown", "vat": "hunter2"})
        self.assertIn("shown", self.text())
        self.assertNotIn("hunter2", self.text())

    def test_a_field_that_another_resource_blocks_is_hidden_as_well(self):
        self.rule("block", "code", model="res.country")
        self.rest.post("res.partner", {"country_id": {"code": "hunter2"}})
        self.assertNotIn("hunter2", self.text())

    def test_what_a_scope_blocks_is_hidden_for_its_client(self):
        scope = self.make_scope(self.client, "res.partner", can_create=True)
        vat = self.env["ir.model.fields"]._get("res.partner", "vat").id
        self.env["rest.field.rule"].create({"scope_id": scope.id, "field_ids": [vat]})
        self.rest.post("res.partner", {"name": "A", "vat": "hunter2"})
        self.assertNotIn("hunter2", self.text())

    def test_fields_that_are_only_read_are_shown(self):
        self.rule("block", "comment", access="write")
        self.rest.get(f"res.partner/{self.partner.id}?fields=comment")
        self.assertIn("about", self.entry().response_body)

    # --- what comes in -------------------------------------------------------

    def test_control_characters_are_removed(self):
        self.rest.get("res.partner/%00%1b[31m%e2%80%ae%0d%0aadmin%20200", headers={})
        self.rest.get(
            "res.partner?filter[name]=%00%0a%1b", headers={"User-Agent": "a\tb"}
        )
        self.rest.post("res.partner", {"name": "a\u0000\u001b\n\u202eb", "x": 1})
        for entry in self.entries():
            text = "".join(
                filter(None, (entry.path, entry.user_agent, entry.request_body))
            )
            self.assertTrue(text.isprintable(), text)

    def test_markup_is_shown_as_text(self):
        script = "<script>alert(1)</script>"
        self.rest.get(
            f"res.partner?filter[name]={script}", headers={"User-Agent": script}
        )
        entry = self.entry()
        self.assertEqual(entry.user_agent, script)
        kinds = {field.type for field in self.env["rest.log"]._fields.values()}
        self.assertNotIn("html", kinds)
        views = self.env["ir.ui.view"].search([("model", "=", "rest.log")])
        for arch in views.mapped("arch"):
            self.assertNotRegex(arch, r"widget=.(html|safe|handle|code)|t-raw|t-out")

    def test_long_texts_are_cut(self):
        self.rest.get(
            "res.partner?fields=" + "x" * 9_000, headers={"User-Agent": "y" * 9_000}
        )
        self.rest.post("res.partner", {"name": "z" * 100_000})
        for name in ("path", "user_agent", "request_body", "error"):
            lengths = [len(entry[name] or "") for entry in self.entries()]
            self.assertLess(max(lengths), 20_000, name)

    def test_the_address_is_the_connections_unless_a_proxy_is_trusted(self):
        for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP"):
            self.rest.get(headers={name: "198.51.100.7", "X-Forwarded-Host": "x"})
        self.assertEqual(set(self.entries().mapped("ip")), {"127.0.0.1"})


@tagged("post_install", "-at_install")
class TestLogLife(LogCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api.log_retention_days = 30
        cls.manager = new_test_user(
            cls.env, "rest_manager", "base.group_user,rest_api_core.group_rest_manager"
        )

    def make(self, *ages, api=True):
        """Entries of so many days."""
        now = fields.Datetime.now()
        api_id = (self.api if api is True else api).id
        return self.env["rest.log"].create(
            [{"api_id": api_id, "date": now - timedelta(days=age)} for age in ages]
        )

    def expire(self):
        """What the cron does, in a transaction that may commit."""
        self.env.flush_all()
        with self.env.registry.cursor() as cr:
            self.env(cr=cr)["rest.log"]._delete_expired()
        self.env.invalidate_all()

    def test_what_is_older_than_the_api_wants_is_deleted(self):
        old, young = self.make(31, 29)
        self.expire()
        self.assertEqual((old | young).exists(), young)

    def test_zero_days_keep_all_for_ever(self):
        self.api.log_retention_days = 0
        entries = self.make(9_000, 31)
        self.expire()
        self.assertEqual(entries.exists(), entries)

    def test_each_api_has_its_own_time(self):
        other = self.env["rest.api"].create(
            {"name": "B", "root_path": "/rest/b", "log_retention_days": 5}
        )
        mine, others = self.make(10), self.make(10, api=other)
        self.expire()
        self.assertEqual((mine | others).exists(), mine)

    def test_an_archived_api_still_has_its_time(self):
        self.api.active = False
        old, young = self.make(31, 29)
        self.expire()
        self.assertEqual((old | young).exists(), young)

    def test_what_a_deleted_api_leaves_behind_goes_as_well(self):
        old, young = self.make(91, 89, api=self.env["rest.api"])
        self.expire()
        self.assertEqual((old | young).exists(), young)

    def test_deletion_goes_on_over_many_batches(self):
        entries = self.make(*[40] * 7)
        with patch.object(rest_log, "BATCH", 3):
            self.expire()
        self.assertFalse(entries.exists())

    def test_deletion_stops_when_the_crons_time_is_over(self):
        entries = self.make(*[40] * 7)
        cron = self.env.registry["ir.cron"]
        with (
            patch.object(rest_log, "BATCH", 3),
            patch.object(cron, "_commit_progress", lambda *_args, **_options: 0),
        ):
            self.expire()
        self.assertEqual(len(entries.exists()), 4)

    def test_there_is_a_cron_for_it(self):
        self.assertTrue(self.env.ref("rest_api_core.cron_delete_expired_logs").active)

    def clear(self, *domain, user=None):
        log = self.env["rest.log"].with_user(user or self.manager)
        log.action_clear(list(domain))

    def test_an_administrator_clears_all(self):
        self.make(1, 2, 3)
        self.clear()
        self.assertFalse(self.env["rest.log"].search([]))

    def test_clearing_takes_what_matches_a_domain(self):
        entries = self.make(1, 2, 3)
        entries[0].status, entries[1].status = 200, 404
        self.client.name = "Shop"
        entries[2].client_id = self.client
        for domain, left in (
            (("status_class", "=", "4xx"), entries[0] | entries[2]),
            (("client_id.name", "ilike", "shop"), entries[0]),
            (("date", "<", "today"), entries[:0]),
        ):
            self.clear(domain)
            self.assertEqual(entries.exists(), left)

    def test_the_log_goes_on_after_it_was_cleared(self):
        self.make(1)
        self.env["rest.log"].action_clear()
        self.rest.get()
        self.assertEqual(self.entry().status, 200)

    def test_a_log_in_use_is_cleared_in_batches(self):
        entries = self.make(*range(7))
        log = self.env.registry["rest.log"]
        self.env.flush_all()
        with (
            patch.object(log, "_truncate", lambda _self: False),
            patch.object(rest_log, "BATCH", 3),
        ):
            self.env["rest.log"].action_clear()
        self.assertFalse(entries.exists())

    def test_only_administrators_clear_the_log(self):
        entries = self.make(1)
        for domain in ((), (("status", "=", 1),)):
            with self.assertRaises(AccessError):
                self.clear(*domain, user=self.user)
        self.assertTrue(entries.exists())

    def test_only_administrators_read_the_log(self):
        entry = self.make(1)
        rest_user = new_test_user(
            self.env, "rest_reader", "base.group_user,rest_api_core.group_rest_user"
        )
        for user in (self.user, rest_user):
            with self.assertRaises(AccessError):
                entry.with_user(user).read(["path"])
        self.assertTrue(entry.with_user(self.manager).read(["path"]))

    def test_nobody_changes_the_log(self):
        entry = self.make(1)
        with self.assertRaises(AccessError):
            entry.with_user(self.manager).write({"path": "/x"})
        with self.assertRaises(AccessError):
            self.env["rest.log"].with_user(self.manager).create({"path": "/x"})

    def test_an_entry_outlives_what_it_is_about(self):
        self.rest.get()
        entry = self.entry()
        self.client.unlink()
        self.assertTrue(entry.exists())
        self.assertFalse(entry.client_id or entry.credential_id)
