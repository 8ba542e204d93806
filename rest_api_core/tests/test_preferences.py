"""The Prefer header of writes."""

from contextlib import suppress
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.base.models import ir_mail_server

from .common import RestCase


@tagged("post_install", "-at_install")
class TestPreferences(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner, cls.other = cls.env["res.partner"].create(
            [{"name": "Azure"}, {"name": "Deco"}]
        )
        cls.path = f"res.partner/{cls.partner.id}"

    def prefer(self, wish, method, path, body=None, **options):
        headers = {"Prefer": wish}
        return self.rest.ask(method, path, json_body=body, headers=headers, **options)

    def applied(self, answer):
        return answer.headers.get("Preference-Applied")

    # --- return ----------------------------------------------------------------------

    def test_a_minimal_answer_has_no_body(self):
        answer = self.prefer("return=minimal", "PATCH", self.path, {"name": "X"})
        self.assertEqual((answer.status_code, answer.content), (204, b""))
        self.assertEqual(self.applied(answer), "return=minimal")
        self.assertEqual(self.partner.name, "X")

    def test_a_minimal_answer_still_tells_where_the_new_record_is(self):
        answer = self.prefer("return=minimal", "POST", "res.partner", {"name": "X"})
        self.assertEqual((answer.status_code, answer.content), (201, b""))
        path = answer.headers["Location"].partition(f"{self.root}/")[2]
        self.assertEqual(self.data(self.rest.get(path))["name"], "X")

    def test_a_representation_is_what_there_is_anyway(self):
        wish = "return=representation"
        answer = self.prefer(wish, "PATCH", self.path, {"name": "X"})
        self.assertEqual(self.data(answer)["name"], "X")
        self.assertEqual(self.applied(answer), wish)

    def test_what_a_deletion_cannot_honour_is_not_called_applied(self):
        wish = "return=representation"
        answer = self.prefer(wish, "DELETE", self.path, params={"force": "1"})
        self.assertEqual(answer.status_code, 204)
        self.assertIsNone(self.applied(answer))

    # --- tx=rollback -----------------------------------------------------------------

    def test_a_dry_run_answers_and_keeps_nothing(self):
        answer = self.prefer("tx=rollback", "PATCH", self.path, {"name": "X"})
        self.assertEqual(self.data(answer)["name"], "X")
        self.assertEqual(self.applied(answer), "tx=rollback")
        self.assertNotIn("ETag", answer.headers)
        self.assertEqual(self.partner.name, "Azure")

    def test_every_verb_has_a_dry_run(self):
        count = self.env["res.partner"].search_count([])
        rows = [
            ("POST", "res.partner", {"name": "X"}, 201),
            ("PUT", self.path, {"name": "X"}, 200),
            ("DELETE", self.path, None, 200),
            ("DELETE", f"{self.path}?force=1", None, 204),
            ("POST", f"{self.path}/archive", None, 200),
            ("POST", f"{self.path}/copy", None, 201),
        ]
        for method, path, body, status in rows:
            with self.subTest(method=method, path=path):
                answer = self.prefer("tx=rollback", method, path, body)
                self.assertEqual(answer.status_code, status, answer.text)
                self.assertEqual(self.applied(answer), "tx=rollback")
        self.assertEqual(self.env["res.partner"].search_count([]), count)
        self.assertEqual((self.partner.name, self.partner.active), ("Azure", True))

    def test_a_dry_run_fails_as_the_real_one_would(self):
        answer = self.prefer("tx=rollback", "POST", "res.partner", {"city": "X"})
        self.assert_problem(answer, 422, "record.invalid")
        self.user.group_ids |= self.env.ref("base.group_system")
        body = {"name": "Belgium two", "code": "BE"}
        answer = self.prefer("tx=rollback", "POST", "res.country", body)
        self.assert_problem(answer, 409, "record.duplicate")

    def sending(self, send):
        """Let each write of partners send a mail by ``send(record)``; gives the list
        of what reaches Odoo's own mail server."""
        reached = []
        partners = type(self.env["res.partner"])
        server = ir_mail_server.IrMail_Server
        original = partners.write

        def write(this, values):
            send(this)
            return original(this, values)

        for patcher in (
            patch.object(partners, "write", write),
            patch.object(server, "_disable_send", lambda *_args: False),
            patch.object(
                server, "_connect__", lambda *_a, **_k: reached.append("open")
            ),
            patch.object(
                server, "send_email", lambda *_a, **_k: reached.append("send")
            ),
        ):
            patcher.start()
            self.addCleanup(patcher.stop)
        return reached

    def send_mail(self, record):
        server = record.env["ir.mail_server"]
        message = server._build_email__("a@example.com", ["b@example.com"], "S", "B")
        server.send_email(message, smtp_session=server._connect__())

    def test_a_dry_run_sends_no_mail(self):
        reached = self.sending(self.send_mail)
        self.prefer("tx=rollback", "PATCH", self.path, {"name": "X"})
        self.assertEqual(reached, [])
        self.rest.patch(self.path, {"name": "X"})
        self.assertEqual(reached, ["open", "send"])

    def test_a_dry_run_sends_no_mail_after_a_savepoint(self):
        """Code that tries something and goes back to before does not end it."""

        def send(record):
            with suppress(ValueError), record.env.cr.savepoint():
                record.env.cr.precommit.add(lambda: None)
                record.env.flush_all()
                raise ValueError
            with record.env.cr.savepoint():
                self.send_mail(record)

        reached = self.sending(send)
        self.prefer("tx=rollback", "PATCH", self.path, {"name": "X"})
        self.assertEqual(reached, [])

    def test_a_dry_run_sends_no_mail_after_a_rollback(self):
        """Not even code that begins anew in the middle."""

        def send(record):
            record.env.cr.rollback()
            self.send_mail(record)

        reached = self.sending(send)
        self.prefer("tx=rollback", "PATCH", self.path, {"name": "X"})
        self.assertEqual(reached, [])

    def test_a_mistyped_dry_run_writes_nothing(self):
        answer = self.prefer("tx=rolback", "PATCH", self.path, {"name": "X"})
        self.assert_problem(answer, 400, "query.header")
        self.assertEqual(self.partner.name, "Azure")

    # --- max-affected ----------------------------------------------------------------

    def test_more_records_than_are_preferred_are_not_written(self):
        both = f"{self.path},{self.other.id}"
        nested = {"name": "X", "child_ids": [{"name": "Y"}]}
        listed = [self.partner.id, self.other.id]
        rows = [
            ("PATCH", both, {"name": "X"}),
            ("PATCH", "res.partner", {"ids": listed, "data": {"name": "X"}}),
            ("PATCH", self.path, nested),
            ("POST", "res.partner", nested),
            ("POST", "res.partner", [{"name": "X"}, {"name": "Y"}]),
            ("DELETE", both, None),
            ("POST", f"{both}/archive", None),
            ("POST", f"{both}/copy", None),
        ]
        count = self.env["res.partner"].search_count([])
        for method, path, body in rows:
            with self.subTest(method=method, path=path):
                answer = self.prefer("max-affected=1", method, path, body)
                self.assert_problem(answer, 400, "policy.max_affected")
        self.assertEqual(self.env["res.partner"].search_count([]), count)
        self.assertEqual(self.partner.name, "Azure")

    def test_as_many_records_as_are_preferred_are_written(self):
        path = f"{self.path},{self.other.id}"
        answer = self.prefer("max-affected=2", "PATCH", path, {"city": "X"})
        self.assertEqual(len(self.data(answer)), 2)
        self.assertEqual(self.applied(answer), "max-affected=2")

    def test_records_that_a_list_removes_count(self):
        self.env["res.partner"].create({"name": "C", "parent_id": self.partner.id})
        body = {"child_ids": []}
        answer = self.prefer("max-affected=1", "PATCH", self.path, body)
        self.assert_problem(answer, 400, "policy.max_affected")
        self.data(self.prefer("max-affected=2", "PATCH", self.path, body))

    # --- handling --------------------------------------------------------------------

    def test_unknown_preferences_are_ignored_unless_handling_is_strict(self):
        body = {"name": "X"}
        answer = self.prefer("depth=3, return=minimal", "PATCH", self.path, body)
        self.assertEqual(self.applied(answer), "return=minimal")
        answer = self.prefer("handling=strict, depth=3", "PATCH", self.path, body)
        self.assert_problem(answer, 400, "query.header")
        answer = self.prefer(
            "handling=strict, return=minimal", "PATCH", self.path, body
        )
        self.assertEqual(self.applied(answer), "return=minimal, handling=strict")
