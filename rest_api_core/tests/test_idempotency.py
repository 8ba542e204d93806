"""The same request again: one effect, one response."""

from base64 import b64encode
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .test_attacks import AttackCase

P = "res.partner"
KEYS = "rest.idempotency.key"


@tagged("post_install", "-at_install")
class TestIdempotency(AttackCase):
    def send(self, idem="k1", method="POST", path=P, body=None, **options):
        headers = {"Idempotency-Key": idem, **options.pop("headers", {})}
        body = {"name": "Once"} if body is None else body
        return self.rest.ask(method, path, json_body=body, headers=headers, **options)

    def count(self, name="Once"):
        return self.env[P].search_count([("name", "=", name)])

    def test_a_repeated_create_gets_the_first_response(self):
        first, second = self.send(), self.send()
        self.assertEqual((first.status_code, second.status_code), (201, 201))
        self.assertEqual(first.content, second.content)
        for name in ("Location", "ETag", "Content-Type"):
            self.assertEqual(first.headers[name], second.headers[name], name)
        self.assertNotIn("Idempotent-Replayed", first.headers)
        self.assertEqual(second.headers["Idempotent-Replayed"], "true")
        self.assertNotEqual(
            first.headers["X-Request-ID"], second.headers["X-Request-ID"]
        )
        self.assertEqual(self.count(), 1)

    def test_all_operations_that_write_can_be_repeated(self):
        partner = self.env[P].create({"name": "Azure"})
        path = f"{P}/{partner.id}"
        for number, (method, target, body) in enumerate(
            (
                ("PATCH", path, {"city": "Gent"}),
                ("POST", f"{path}/copy", {}),
                ("POST", f"{path}/archive", {}),
                ("POST", f"{path}/restore", {}),
                ("DELETE", f"{path}?force=true", None),
            )
        ):
            sent = {"method": method, "path": target, "body": body or {}}
            first = self.send(f"key-{number}", **sent)
            second = self.send(f"key-{number}", **sent)
            self.assertLess(first.status_code, 300, first.text)
            self.assertEqual(first.status_code, second.status_code, target)
            self.assertEqual(first.content, second.content, target)
            self.assertEqual(second.headers.get("Idempotent-Replayed"), "true")

    def test_another_request_with_the_key_is_refused(self):
        self.send()
        for change in (
            {"body": {"name": "Other"}},
            {"path": f"{P}?fields=name"},
            {"headers": {"Prefer": "return=minimal"}},
            {"headers": {"Accept-Language": "fr"}},
        ):
            answer = self.send(**change)
            self.assert_problem(answer, 422, "policy.idempotency")
        self.assertEqual(self.count("Other"), 0)

    def test_a_request_that_failed_leaves_no_key(self):
        wrong = self.send(body={"no_such_field": 1})
        self.assert_problem(wrong, 422, "body.field")
        self.assertEqual(self.send().status_code, 201)
        self.assertFalse(self.env[KEYS].search_count([("status", "=", 0)]))

    def test_a_dry_run_and_a_read_keep_nothing(self):
        self.send(headers={"Prefer": "tx=rollback"})
        self.send(path=f"{P}/search", body={"limit": 1})
        self.assertFalse(self.env[KEYS].search_count([]))

    def test_keys_of_one_client_are_unknown_to_another(self):
        self.send()
        _client, key = self.make_client(self.user, all_resources=True)
        answer = self.send(body={"name": "Other"}, key=key)
        self.assertEqual(answer.status_code, 201, answer.text)

    def test_users_without_a_client_have_keys_of_their_own(self):
        self.api.auth_basic = True
        self.send()
        login = b64encode(b"rest_user:rest_user").decode()
        options = {"key": False, "headers": {"Authorization": f"Basic {login}"}}
        # not what the client has sent with the same key
        first = self.send(body={"name": "Basic"}, **options)
        self.assertEqual(first.status_code, 201, first.text)
        options["headers"] = {"Authorization": f"Basic {login}"}
        second = self.send(body={"name": "Basic"}, **options)
        self.assertEqual(second.content, first.content)
        self.assertEqual(second.headers["Idempotent-Replayed"], "true")
        self.assertEqual(self.count("Basic"), 1)

    def test_a_replay_is_not_for_those_who_may_no_longer_do_it(self):
        self.send()
        self.client.read_only = True
        self.assertEqual(self.send().status_code, 403)

    def test_an_expired_key_is_new_again(self):
        self.send()
        past = fields.Datetime.now() - timedelta(hours=1)
        self.env[KEYS].search([]).sudo().expires_at = past
        self.env.flush_all()
        again = self.send(body={"name": "Other"})
        self.assertEqual(again.status_code, 201, again.text)
        self.assertEqual(self.send(body={"name": "Other"}).content, again.content)

    def test_a_key_without_response_is_still_running(self):
        self.send()
        self.env[KEYS].search([]).sudo().status = 0
        self.env.flush_all()
        answer = self.send()
        self.assert_problem(answer, 409, "policy.running")
        self.assertEqual(answer.headers["Retry-After"], "1")

    def test_the_cron_deletes_what_has_expired(self):
        self.send("old")
        past = fields.Datetime.now() - timedelta(hours=1)
        self.env[KEYS].search([]).sudo().expires_at = past
        self.send("new")
        self.env.flush_all()
        self.env[KEYS]._delete_expired()
        self.assertEqual(self.env[KEYS].search([]).mapped("key"), ["new"])

    def test_keys_that_are_none(self):
        for key in ("", "a b", "é".encode().decode("latin-1"), "k" * 256, '"'):
            answer = self.send(key)
            self.assert_problem(answer, 400, "query.header")
        self.assertEqual(self.send('"k 1"').status_code, 201)
