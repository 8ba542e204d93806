"""Quotas of clients, the operation limits, and messages to users."""

from datetime import date, datetime, timedelta, timezone
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged

from ..limits import quota_store
from .common import RestCase

P = "res.partner"


def today():
    return datetime.now(timezone.utc).date()


def use(env, client, requests, day=None):
    """Let a client have sent requests, as the log counts them."""
    quota_store.spend_on(env.cr, {(client.id, day or today()): requests})


@tagged("post_install", "-at_install")
class TestQuotas(RestCase):
    def used(self):
        return self.client.requests_today

    def test_requests_are_counted_and_rejected_above_the_quota(self):
        self.client.quota_day = 3
        statuses = [self.rest.get("").status_code for _ in range(5)]
        self.assertEqual(statuses, [200, 200, 200, 429, 429])
        self.assertEqual(self.used(), 3)

    def test_the_problem_says_when_it_begins_again(self):
        self.client.quota_month = 1
        self.rest.get("")
        answer = self.rest.get("")
        problem = self.assert_problem(answer, 429, "policy.quota")
        self.assertIn("monthly quota of your client is used up: 1", problem["detail"])
        following = (today().replace(day=1) + timedelta(32)).replace(day=1)
        self.assertIn(f"{following}T00:00:00Z", problem["detail"])
        seconds = int(answer.headers["Retry-After"])
        self.assertLessEqual(seconds, 31 * 86400)

    def test_errors_count_and_what_has_no_valid_key_does_not(self):
        self.rest.get("no.such.model")
        self.assertEqual(self.used(), 1)
        self.rest.get("", key=f"{self.key}x")
        self.rest.get("", key=False)
        self.rest.get("health")
        self.assertEqual(self.used(), 1)

    def test_requests_above_the_rate_limit_do_not_count(self):
        self.client.rate_limit = 2
        statuses = [self.rest.get("").status_code for _ in range(4)]
        self.assertEqual(statuses[-1], 429)
        self.assertEqual(self.used(), statuses.count(200))

    def test_earlier_days_count_for_the_month_alone(self):
        first = today().replace(day=1)
        use(self.env, self.client, 5, first - timedelta(1))
        use(self.env, self.client, 7, first)
        self.rest.get("")
        expected = (8, 8) if today() == first else (1, 8)
        used = (self.client.requests_today, self.client.requests_this_month)
        self.assertEqual(used, expected)

    def test_a_client_that_is_deleted_is_counted_no_more(self):
        gone = self.client.id + 1000
        spent = quota_store.spend_on(self.env.cr, {(gone, today()): 1})
        self.assertEqual(spent, ([], {}))

    def test_headers_list_each_quota(self):
        parameter = "rest_api_core.rate_draft_headers"
        self.env["ir.config_parameter"].set_param(parameter, "1")
        self.client.write({"quota_day": 5, "quota_month": 100, "rate_limit": 60})
        headers = self.rest.get("").headers
        policies = headers["RateLimit-Policy"].split(", ")
        self.assertEqual([p.split(";")[0] for p in policies], self.NAMES)
        self.assertIn('"daily";q=5;w=86400', policies)
        limits = headers["RateLimit"].split(", ")
        self.assertEqual([each.split(";")[0] for each in limits], self.NAMES)
        self.assertTrue(limits[1].startswith('"daily";r=4;t='))

    NAMES = ['"default"', '"daily"', '"monthly"']

    def test_quotas_are_shown_without_a_rate_limit(self):
        parameter = "rest_api_core.rate_draft_headers"
        self.env["ir.config_parameter"].set_param(parameter, "1")
        self.client.quota_day = 5
        headers = self.rest.get("").headers
        self.assertEqual(headers["RateLimit-Policy"], '"daily";q=5;w=86400')
        self.assertNotIn("X-RateLimit-Limit", headers)

    def test_numbers_out_of_range_are_refused(self):
        for number in (-1, 2_000_000_001):
            with self.assertRaises(ValidationError):
                self.client.quota_day = number

    def test_clients_above_a_quota_can_be_searched(self):
        self.client.quota_day = 10
        above = self.env["rest.client"].search([("is_above_quota", "=", True)])
        self.assertNotIn(self.client, above)
        use(self.env, self.client, 10)
        self.client.invalidate_recordset()
        self.assertTrue(self.client.is_above_quota)
        above = self.env["rest.client"].search([("is_above_quota", "=", True)])
        self.assertIn(self.client, above)
        below = self.env["rest.client"].search([("is_above_quota", "=", False)])
        self.assertNotIn(self.client, below)


@tagged("post_install", "-at_install")
class TestLimits(RestCase):
    def test_all_limits_are_told(self):
        self.api.write({"rate_limit": 60, "max_concurrent": 4})
        self.client.write({"quota_day": 10, "quota_month": 0})
        use(self.env, self.client, 3)
        found = self.data(self.rest.get("limits"))
        self.assertEqual(found["rate"]["limit"], 60)
        self.assertEqual(found["rate"]["remaining"], 59)
        self.assertGreater(found["rate"]["reset"], 1_700_000_000)
        self.assertEqual(found["concurrency"], {"limit": 4, "remaining": 4})
        day = found["quota"]["day"]
        self.assertEqual((day["limit"], day["used"], day["remaining"]), (10, 3, 7))
        self.assertEqual(day["reset"] % 86400, 0)
        self.assertEqual(found["quota"]["month"], {"limit": None, "used": 3})
        self.assertEqual(found["body"], {"limit": 1024 * 1024})
        self.assertEqual(found["page"], {"limit": 1000})
        self.assertEqual(found["jobs"], {"limit": 2, "remaining": 2})

    def test_what_has_no_limit_is_null(self):
        self.api.write({"rate_limit": 0, "max_concurrent": 0})
        found = self.data(self.rest.get("limits"))
        self.assertEqual(found["rate"], {"limit": None})
        self.assertEqual(found["concurrency"], {"limit": None})

    def test_it_answers_above_the_quota_and_does_not_count(self):
        self.client.quota_day = 1
        self.rest.get("")
        self.assertEqual(self.rest.get("").status_code, 429)
        found = self.data(self.rest.get("limits"))
        self.assertEqual(found["quota"]["day"]["remaining"], 0)
        self.assertEqual(found["quota"]["day"]["used"], 1)

    def test_anonymous_callers_are_told_nothing(self):
        self.assert_problem(self.rest.get("limits", key=False), 401, "auth.missing")

    def test_sessions_have_no_quota(self):
        self.authenticate(self.user.login, self.user.login)
        found = self.data(self.rest.get("limits", key=False))
        self.assertEqual(found["quota"]["day"], {"limit": None})


@tagged("post_install", "-at_install")
class TestQuotaMessages(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "quota_user", email="q@example.com")
        cls.client = cls.env["rest.client"].create(
            {"name": "Shop", "user_id": cls.user.id, "quota_day": 10}
        )

    def warn(self):
        """The percentages and texts of the messages that are sent."""
        sent = []
        messages = type(self.env["rest.quota.message"])

        def send(_self, client, period, number, limit, percent):
            text = client._quota_message(period, number, limit, percent)[1]
            sent.append((client.name, period, percent, text))

        with patch.object(messages, "_send", send):
            self.env["rest.quota.message"]._warn()
        return [each for each in sent if each[0] == "Shop"]

    def test_the_user_is_told_once_at_80_and_once_at_100_percent(self):
        self.assertEqual(self.warn(), [])
        use(self.env, self.client, 8)
        (message,) = self.warn()
        self.assertEqual(message[1:3], ("day", 80))
        self.assertIn("has sent 8 of 10 requests", message[3])
        self.assertEqual(self.warn(), [])
        use(self.env, self.client, 2)
        (message,) = self.warn()
        self.assertEqual(message[1:3], ("day", 100))
        self.assertIn("429", message[3])
        self.assertEqual(self.warn(), [])

    def test_what_is_used_up_at_once_is_one_message(self):
        use(self.env, self.client, 50)
        self.assertEqual([each[2] for each in self.warn()], [100])
        self.assertEqual(self.warn(), [])

    def test_another_day_has_messages_of_its_own(self):
        use(self.env, self.client, 50)
        self.warn()
        tomorrow = today() + timedelta(1)
        use(self.env, self.client, 9, tomorrow)
        with patch.object(quota_store, "today", lambda: tomorrow):
            self.assertEqual([each[2] for each in self.warn()], [80])

    def test_months_have_texts_of_their_own(self):
        self.client.write({"quota_day": 0, "quota_month": 10})
        use(self.env, self.client, 9)
        ((_name, period, percent, text),) = self.warn()
        self.assertEqual((period, percent), ("month", 80))
        self.assertIn("this month", text)

    def test_it_is_sent_by_odoo(self):
        use(self.env, self.client, 10)
        servers = type(self.env["ir.mail_server"])
        if "mail.thread" in self.env:
            self.env["rest.quota.message"]._warn()
            domain = [
                ("subject", "like", "Shop"),
                ("partner_ids", "in", self.user.partner_id.ids),
            ]
            self.assertTrue(self.env["mail.message"].search(domain))
            return
        with patch.object(servers, "send_email") as send:
            self.env["rest.quota.message"]._warn()
        messages = [call.args[0] for call in send.call_args_list]
        to = {message["To"] for message in messages}
        self.assertIn("q@example.com", to)

    def test_a_server_that_fails_is_noted_in_the_log(self):
        if "mail.thread" in self.env:
            self.skipTest("mail sends the messages")
        use(self.env, self.client, 10)
        servers = type(self.env["ir.mail_server"])
        name = "odoo.addons.rest_api_core.models.rest_quota_message"
        with (
            patch.object(servers, "send_email", side_effect=OSError("down")),
            self.assertLogs(name, "WARNING"),
        ):
            self.env["rest.quota.message"]._warn()

    def test_old_rows_are_deleted(self):
        old = date.today() - timedelta(500)
        use(self.env, self.client, 1, old)
        self.env["rest.quota"]._delete_old()
        self.assertFalse(self.env["rest.quota"].search([("day", "=", old)]))
        self.env["rest.quota.message"]._delete_old()
