"""What the log keeps of requests without valid credentials: why, and how much."""

import secrets
from base64 import b64encode
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..access import credentials
from ..engine import authentication as rest_authentication
from ..engine import logger as rest_logger
from ..limits import rate
from ..wire.auth_problems import REASONS
from .test_log import LogCase
from .test_token_dialect import TokenCase

UNKNOWN = f"rak_aaaaaaaa_{'A' * 43}"
YESTERDAY = timedelta(days=-1)


def basic(login="rest_user", password="wrong"):
    value = b64encode(f"{login}:{password}".encode()).decode()
    return {"key": False, "headers": {"Authorization": f"Basic {value}"}}


class RejectionCase(LogCase):
    def setUp(self):
        super().setUp()
        store = rate.MemoryStore(size=100)
        self.startPatcher(patch.object(rest_authentication, "_failures", store))

    def told(self, answer):
        """What a response says, but for its id."""
        document = answer.json()
        document.pop("request_id")
        document.pop("instance", None)
        return answer.status_code, document, answer.headers.get("WWW-Authenticate")

    def assert_reason(self, reason, client=False, key=False):
        entry = self.entries()[-1:]
        self.assertEqual(entry.rejection_reason, reason)
        self.assertIn(reason, REASONS)
        self.assertEqual((entry.status, entry.error_code), (401, "auth.invalid"))
        self.assertEqual(
            entry.client_id, self.client if client else entry.client_id[:0]
        )
        keys = self.client.credential_ids if key else entry.credential_id[:0]
        self.assertEqual(entry.credential_id, keys)
        return entry


@tagged("post_install", "-at_install")
class TestReasons(RejectionCase):
    def now(self, **delta):
        return fields.Datetime.now() + timedelta(**delta)

    def test_the_log_says_why_a_key_is_rejected_and_the_response_does_not(self):
        key, past = self.client.credential_ids, self.now(days=-1)
        same = set()
        for reason, record, values in (
            ("not accepted", self.api, {"auth_api_key": False}),
            ("address", self.client, {"allowed_ips": "10.0.0.0/8"}),
            ("client archived", self.client, {"active": False}),
            ("client expired", self.client, {"expires_at": past}),
            ("user archived", self.user, {"active": False}),
            ("expired", key, {"expires_at": past}),
            ("revoked", key, {"revoked_at": past}),
        ):
            before = {name: record[name] for name in values}
            record.write(values)
            with self.subTest(reason):
                same.add(str(self.told(self.rest.get())))
                entry = self.assert_reason(reason, client=True, key=True)
                self.assertEqual(entry.user_id, self.user)
                self.assertIn(f"Key: rak_{key.prefix}_…", entry.error)
            if reason != "revoked":
                record.write(before)
        same.add(str(self.told(self.rest.get(key=UNKNOWN))))
        self.assertEqual(len(same), 1, same)

    def test_unknown_and_malformed_keys_belong_to_nobody(self):
        prefix = self.client.credential_ids.prefix
        self.rest.get(key=UNKNOWN)
        self.assertIn("Key: rak_aaaaaaaa_…", self.assert_reason("unknown").error)
        self.rest.get(key=f"rak_{prefix}_{'A' * 43}")
        self.assertIn(f"Key: rak_{prefix}_…", self.assert_reason("unknown").error)
        for value in ("nonsense", self.key[:-1], self.key.upper()):
            self.rest.get(key=value)
            self.assert_reason("malformed")
        self.rest.get(key=False, headers={"Authorization": self.key})
        self.assert_reason("malformed")
        self.assertEqual(self.client.request_count, 0)

    def test_a_wrong_password_is_a_reason_of_its_own(self):
        self.rest.get(**basic())
        self.assert_reason("not accepted")
        self.api.auth_basic = True
        self.rest.get(**basic())
        self.assert_reason("password")
        self.rest.get(**basic(login="nobody"))
        self.assert_reason("password")

    def test_rejected_requests_count_for_the_client_and_are_no_use(self):
        self.client.credential_ids.action_revoke()
        self.rest.get()
        self.rest.get()
        self.assertEqual(self.client.request_count, 2)
        self.assertFalse(self.client.last_used_at)
        self.assertFalse(self.client.credential_ids.last_used_at)
        domain = [("client_id", "=", self.client.id)]
        self.assertEqual(self.env["rest.log"].search_count(domain), 2)

    def test_requests_with_valid_credentials_have_no_reason(self):
        self.rest.get()
        self.rest.get("no.such.model")
        self.rest.get("res.partner", key=False)
        self.assertEqual(set(self.entries().mapped("rejection_reason")), {False})

    def test_each_reason_of_a_key_has_a_name_on_the_screen(self):
        selection = dict(self.env["rest.log"]._fields["rejection_reason"].selection)
        self.assertEqual(selection, REASONS)
        past = fields.Datetime.now() + YESTERDAY
        bad = {
            "revoked_at": past,
            "expires_at": past,
            "client_active": False,
            "client_expires_at": past,
            "user_active": False,
            "networks": credentials.parse_networks("10.0.0.0/8"),
        }
        for name, value in bad.items():
            validity = credentials.Validity(**{name: value})
            reason = credentials.rejection_reason(
                validity, fields.Datetime.now(), "192.0.2.1"
            )
            self.assertIn(reason, REASONS)


@tagged("post_install", "-at_install")
class TestReasonsOfTokens(TokenCase, RejectionCase):
    def test_the_log_says_why_a_token_is_rejected(self):
        tokens = self.log_in()
        for reason, values in (
            ("user archived", {"active": False}),
            ("revoked", {"active": True}),
        ):
            self.user.write(values)
            if reason == "revoked":
                self.send(
                    "POST",
                    "auth/delete_tokens",
                    {"refresh_token": tokens["refresh_token"]},
                )
            self.assert_error(self.send("GET", "res.partner"), 401, "auth.invalid")
            self.assertEqual(self.assert_reason(reason).user_id, self.user)
        body = {"refresh_token": tokens["refresh_token"]}
        self.assert_error(
            self.send("POST", "auth/refresh_token", body), 401, "auth.invalid"
        )
        self.assert_reason("revoked")

    def test_a_token_of_another_api_is_told(self):
        self.log_in()
        other = self.env["rest.api"].create(
            {"name": "B", "root_path": "/rest/b", "anonymous_rate_limit": 0}
        )
        answer = self.opener.get(
            f"{self.base_url()}/rest/b/",
            headers={"Authorization": f"Bearer {self.token}"},
        )
        self.assertEqual(answer.status_code, 401)
        entry = self.env["rest.log"].search([("api_id", "=", other.id)])
        self.assertEqual((entry.rejection_reason, entry.user_id), ("api", self.user))

    def test_a_wrong_login_is_told(self):
        body = {"username": "rest_user", "password": "wrong"}
        self.assert_error(
            self.send("POST", "auth/get_tokens", body), 401, "auth.invalid"
        )
        self.assert_reason("password")


@tagged("post_install", "-at_install")
class TestAnonymousLimit(RejectionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api.write({"anonymous_rate_limit": 3, "auth_basic": True})

    def setUp(self):
        super().setUp()
        store = rate.MemoryStore(size=100)
        self.startPatcher(patch.object(rest_logger, "_details", store))

    def ways(self):
        """All sorts of requests without valid credentials."""
        return (
            {"key": False},
            {"key": UNKNOWN},
            {"key": "nonsense"},
            {"path": "no/such/path/at/all", "key": False},
            {"path": f"res.partner?access_token={self.key}", "key": False},
            {"path": "health/x", "key": False},
            basic(),
        )

    def send(self, **options):
        return self.rest.get(options.pop("path", "res.partner"), **options)

    def summaries(self):
        return self.entries().filtered("is_summary")

    def test_each_sort_of_request_is_limited_and_summarized(self):
        for number, way in enumerate(self.ways()):
            with self.subTest(str(way)):
                ip = f"192.0.2.{number}"
                with patch.object(rate, "network", lambda _ip, ip=ip: ip):
                    answers = [self.send(**dict(way)) for _ in range(6)]
                statuses = [answer.status_code for answer in answers]
                self.assertEqual(statuses[3:], [429] * 3)
                self.assertNotIn(429, statuses[:3])
                self.assertGreater(int(answers[-1].headers["Retry-After"]), 0)
                summary = self.summaries().filtered(lambda e, ip=ip: e.ip == ip)
                self.assertEqual(summary.requests, 3)
        details = self.entries() - self.summaries()
        self.assertEqual(len(details), 3 * len(self.ways()))

    def test_the_summary_is_one_entry_for_each_minute(self):
        for _ in range(8):
            self.rest.get(key=UNKNOWN)
        self.env.cr.execute(
            "UPDATE rest_log SET date = date - interval '1 minute' WHERE is_summary"
        )
        for _ in range(2):
            self.rest.get(key=UNKNOWN)
        self.assertEqual(self.summaries().mapped("requests"), [5, 2])
        summary = self.summaries()[0]
        self.assertEqual((summary.status, summary.error_code), (429, "auth.throttled"))
        self.assertEqual((summary.ip, summary.path), ("127.0.0.1", self.root))
        self.assertEqual(summary.date.second, 0)
        self.assertEqual(summary.status_class, "4xx")

    def test_the_response_of_too_many_is_the_same_for_all(self):
        self.client.credential_ids.action_revoke()
        for _ in range(3):
            self.rest.get("res.partner", key=False)
        told = {
            self.rest.get("res.partner", key=key).json()["detail"]
            for key in (False, UNKNOWN, self.key, "nonsense")
        }
        detail = "Too many requests without valid credentials from your network."
        self.assertEqual(told, {f"{detail} Allowed: 3 requests per minute."})

    def test_valid_callers_of_the_same_network_lose_nothing(self):
        for _ in range(6):
            self.rest.get(key=UNKNOWN)
        for _ in range(5):
            self.assertEqual(self.rest.get().status_code, 200)
        self.assertEqual(self.rest.get("no.such.model").status_code, 404)
        good = basic(password="rest_user")
        self.assertEqual(self.rest.get(**good).status_code, 200)
        self.authenticate("rest_user", "rest_user")
        self.assertEqual(self.rest.get(key=False).status_code, 200)

    def test_valid_callers_are_not_counted(self):
        for _ in range(5):
            self.rest.get()
            self.rest.get("no.such.model")
        self.assertEqual(self.rest.get("res.partner", key=False).status_code, 401)

    def test_rejected_keys_above_the_limit_count_for_their_client(self):
        self.client.credential_ids.action_revoke()
        for _ in range(5):
            self.rest.get()
        self.assertEqual(self.client.request_count, 5)

    def test_anonymous_reads_are_served_and_summarized(self):
        statuses = [self.rest.get("", key=False).status_code for _ in range(6)]
        self.assertEqual(set(statuses), {200})
        self.assertEqual(len(self.entries()), 4)
        self.assertEqual(self.summaries().requests, 3)

    def test_a_network_is_a_64_of_ipv6_or_an_address(self):
        self.assertEqual(rate.network("2001:db8::1"), rate.network("2001:db8::ffff"))
        self.assertNotEqual(rate.network("192.0.2.1"), rate.network("192.0.2.2"))

    def test_many_networks_fill_no_log_either(self):
        with patch.object(rest_logger, "DETAILS", rate.Limit(5)):
            for number in range(9):
                ip = f"2001:db8:0:{number}::/64"
                with patch.object(rate, "network", lambda _ip, ip=ip: ip):
                    answer = self.rest.get("res.partner", key=False)
                self.assertEqual(answer.status_code, 401)
        self.assertEqual(len(self.entries() - self.summaries()), 5)
        self.assertEqual(sum(self.summaries().mapped("requests")), 4)

    def test_another_api_counts_apart(self):
        for _ in range(5):
            self.rest.get(key=UNKNOWN)
        self.env["rest.api"].create({"name": "B", "root_path": "/rest/b"})
        answer = self.opener.get(f"{self.base_url()}/rest/b/res.partner")
        self.assertEqual(answer.status_code, 401)

    def test_an_api_that_logs_no_errors_has_no_summaries(self):
        self.api.log_mode = "success"
        for _ in range(6):
            self.rest.get(key=UNKNOWN)
        self.assertFalse(self.entries())

    def test_zero_is_no_limit(self):
        self.api.anonymous_rate_limit = 0
        for _ in range(5):
            self.assertEqual(self.rest.get(key=UNKNOWN).status_code, 401)
        self.assertEqual(len(self.entries()), 5)

    def test_entries_without_valid_credentials_are_small(self):
        self.api.write({"log_bodies": True, "anonymous_rate_limit": 0})
        noise = secrets.token_hex(4_000)
        headers = {
            "User-Agent": " ".join(noise),
            "Origin": f"https://{noise}.example",
            "X-Request-ID": noise[:128],
        }
        for key in (False, UNKNOWN, "nonsense"):
            self.rest.ask(
                "POST",
                f"{noise[:900]}/1?q={noise}&{noise}={noise}",
                key=key,
                headers=headers,
                json_body={"a": noise},
            )
        self.env.cr.execute("SELECT pg_column_size(rest_log.*) FROM rest_log")
        sizes = [size for (size,) in self.env.cr.fetchall()]
        self.assertEqual(len(sizes), 3)
        self.assertLess(max(sizes), 1_100)
        self.assertFalse(any(self.entries().mapped("request_body")))
