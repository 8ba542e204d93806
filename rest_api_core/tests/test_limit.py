"""How many requests a caller may send, and how answers tell it."""

from unittest.mock import patch

from psycopg2 import errorcodes, errors

from odoo.tests import new_test_user, tagged

from ..engine import limiter as rest_limiter
from ..limits import database_store as rate_database
from ..limits import rate
from .common import RestCase

PARAMETER = "rest_api_core."


class NotNow(errors.SerializationFailure):
    pgcode = errorcodes.SERIALIZATION_FAILURE


@tagged("post_install", "-at_install")
class TestLimit(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api.rate_limit = 3

    def setUp(self):
        super().setUp()
        rest_limiter._memory.cache_clear()  # what other tests have spent
        rest_limiter._redis.cache_clear()

    def set_parameter(self, name, value):
        self.env["ir.config_parameter"].set_param(PARAMETER + name, value)

    def statuses(self, number, path="", **options):
        return [self.rest.get(path, **options).status_code for _ in range(number)]

    def kept_keys(self):
        self.env.cr.execute("SELECT key FROM rest_rate")
        return {key for (key,) in self.env.cr.fetchall()}

    # --- what callers see ----------------------------------------------------

    def test_past_the_limit_requests_are_refused(self):
        self.assertEqual(self.statuses(5), [200, 200, 200, 429, 429])

    def test_answers_count_down(self):
        found = [self.rest.get().headers for _ in range(3)]
        self.assertEqual({h["X-RateLimit-Limit"] for h in found}, {"3"})
        remaining = [h["X-RateLimit-Remaining"] for h in found]
        self.assertEqual(remaining, ["2", "1", "0"])
        resets = [int(h["X-RateLimit-Reset"]) for h in found]
        self.assertEqual(resets, sorted(resets))
        self.assertTrue(all("Retry-After" not in h for h in found))

    def test_a_refusal_is_a_problem_that_tells_when_to_come_again(self):
        self.statuses(3)
        answer = self.rest.get()
        problem = self.assert_problem(answer, 429, "policy.rate_limit")
        detail = "Too many requests of your client. Allowed: 3 requests per minute."
        self.assertEqual(problem["detail"], detail)
        self.assertIn(int(answer.headers["Retry-After"]), range(1, 21))
        self.assertEqual(answer.headers["X-RateLimit-Remaining"], "0")

    def test_errors_count_and_say_so(self):
        answer = self.rest.get("no.such.model")
        self.assert_problem(answer, 404, "record.not_found")
        self.assertEqual(answer.headers["X-RateLimit-Remaining"], "2")

    def test_failed_writes_count_although_they_are_rolled_back(self):
        for _ in range(3):
            answer = self.rest.post("res.partner", {"no_such_field": 1})
            self.assert_problem(answer, 422, "body.field")
        self.assertEqual(self.rest.get().status_code, 429)

    def test_without_a_limit_nothing_is_counted_or_told(self):
        self.api.rate_limit = 0
        before = self.kept_keys()
        answer = self.rest.get()
        self.assertNotIn("X-RateLimit-Limit", answer.headers)
        self.assertEqual(self.kept_keys(), before)

    def test_strangers_see_no_limit(self):
        answer = self.rest.get(key=False)
        self.assertNotIn("X-RateLimit-Limit", answer.headers)

    def test_draft_headers_come_and_go_with_the_setting(self):
        self.assertNotIn("RateLimit-Policy", self.rest.get().headers)
        self.set_parameter("rate_draft_headers", "True")
        answer = self.rest.get()
        self.assertEqual(answer.headers["RateLimit-Policy"], '"default";q=3;w=60')
        self.assertRegex(answer.headers["RateLimit"], r'^"default";r=1;t=\d+$')
        self.set_parameter("rate_draft_headers", False)
        self.assertNotIn("RateLimit-Policy", self.rest.get().headers)

    # --- who counts together -------------------------------------------------

    def test_a_client_has_its_own_limit(self):
        self.client.rate_limit = 1
        self.assertEqual(self.statuses(2), [200, 429])

    def test_a_changed_limit_holds_from_the_next_request_on(self):
        self.statuses(3)
        self.api.rate_limit = 0
        self.assertEqual(self.rest.get().status_code, 200)

    def test_all_keys_of_a_client_share_one_quota(self):
        other = self.client._generate_key()[1]
        self.statuses(3)
        self.assertEqual(self.rest.get(key=other).status_code, 429)

    def test_another_client_of_the_same_user_has_its_own_quota(self):
        _client, key = self.make_client(self.user, all_resources=True)
        self.statuses(3)
        self.assertEqual(self.rest.get(key=key).status_code, 200)

    def test_another_api_has_its_own_quota(self):
        other = self.env["rest.api"].create(
            {"name": "Other", "root_path": "/rest/other", "rate_limit": 3}
        )
        self.statuses(4)
        self.root = other.root_path
        self.addCleanup(delattr, self, "root")
        self.assertEqual(self.rest.get().status_code, 200)

    def test_sessions_count_by_user(self):
        new_test_user(self.env, "rest_session", "base.group_user", password="x" * 9)
        self.authenticate("rest_session", "x" * 9)
        found = [self.rest.get(key=False).status_code for _ in range(4)]
        self.assertEqual(found, [200, 200, 200, 429])

    def test_nothing_in_a_request_gives_another_quota(self):
        self.statuses(3)
        for headers in (
            {"X-Forwarded-For": "198.51.100.7"},
            {"X-Real-IP": "198.51.100.7"},
            {"Forwarded": "for=198.51.100.7"},
            {"X-Client-Id": "99", "X-Api-Id": "99"},
            {"X-Request-ID": "99"},
        ):
            self.assertEqual(self.rest.get(headers=headers).status_code, 429, headers)
        path = "?client_id=99&key=1:client:99"
        self.assertEqual(self.rest.get(path).status_code, 429)
        body = {"client_id": 99, "key": "1:client:99"}
        self.assertEqual(self.rest.post("res.partner", body).status_code, 429)

    # --- once a request ------------------------------------------------------

    def test_a_request_that_odoo_repeats_counts_once(self):
        pipeline = self.env.registry["rest.pipeline"]
        original, tries = pipeline._performed, []

        def fail_first(model, context, call):
            tries.append(call)
            if len(tries) == 1:
                raise NotNow()
            return original(model, context, call)

        with (
            patch.object(pipeline, "_performed", fail_first),
            patch("odoo.service.model.time.sleep"),
        ):
            answer = self.rest.get()
        self.assertEqual(len(tries), 2)
        self.assertEqual(answer.headers["X-RateLimit-Remaining"], "2")

    # --- backends ------------------------------------------------------------

    def test_counters_are_in_the_database_unless_told_otherwise(self):
        self.rest.get()
        self.assertIn(f"{self.api.id}:client:{self.client.id}", self.kept_keys())

    def test_counters_in_memory_leave_the_database_alone(self):
        self.set_parameter("rate_backend", "memory")
        before = self.kept_keys()
        self.assertEqual(self.statuses(4), [200, 200, 200, 429])
        self.assertEqual(self.kept_keys(), before)

    def test_an_unknown_backend_is_the_database(self):
        self.set_parameter("rate_backend", "no such thing")
        self.assertEqual(self.statuses(4), [200, 200, 200, 429])
        self.assertIn(f"{self.api.id}:client:{self.client.id}", self.kept_keys())

    def test_redis_out_of_reach_leaves_the_limit_to_the_worker(self):
        self.set_parameter("rate_backend", "redis")
        self.set_parameter("redis_url", "redis://127.0.0.1:1/0")
        with self.assertLogs("odoo.addons.rest_api_core", "WARNING") as logs:
            self.assertEqual(self.statuses(4), [200, 200, 200, 429])
        self.assertEqual(len(logs.output), 1)

    def test_a_wrong_url_of_redis_is_no_server_error(self):
        self.set_parameter("rate_backend", "redis")
        self.set_parameter("redis_url", "nonsense")
        with self.assertLogs("odoo.addons.rest_api_core", "WARNING"):
            self.assertEqual(self.rest.get().status_code, 200)

    def test_the_settings_cost_no_query(self):
        limiter = self.env["rest.limiter"]
        limiter._backend()
        with self.assertQueryCount(0):
            limiter._backend()

    # --- the table -----------------------------------------------------------

    def test_counters_survive_no_crash_and_cost_no_wal(self):
        self.env.cr.execute(
            "SELECT relpersistence FROM pg_class WHERE relname = 'rest_rate'"
        )
        self.assertEqual(self.env.cr.fetchone(), ("u",))

    def test_the_cron_forgets_whoever_has_all_of_the_quota_again(self):
        limit, now = rate.Limit(60), 1_000 * rate.SECOND
        cr = self.env.cr
        rate_database.spend_on(cr, "idle", limit, now)
        rate_database.spend_on(cr, "busy", limit, now + rate.MINUTE)
        rate_database.purge_on(cr, now + rate.MINUTE)
        self.assertIn("busy", self.kept_keys())
        self.assertNotIn("idle", self.kept_keys())

    def test_there_is_a_cron_for_it(self):
        cron = self.env.ref("rest_api_core.cron_purge_rates")
        self.assertTrue(cron.active)
        self.assertEqual(cron.user_id, self.env.ref("base.user_root"))
