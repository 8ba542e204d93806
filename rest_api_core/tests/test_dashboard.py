"""The numbers of the dashboard."""

from datetime import datetime, timedelta
from unittest.mock import patch

import pytz

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..log import writer as log_writer
from ..log.usage import Uses
from .test_log import LogCase


class DashboardCase(LogCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["rest.log"].search([]).unlink()
        cls.manager = new_test_user(
            cls.env,
            "rest_manager",
            "base.group_user,rest_api_core.group_rest_manager",
            tz="Pacific/Auckland",
        )

    def make(self, number=1, age=0, **values):
        """Entries of an age in days, at noon of the manager."""
        zone = pytz.timezone(self.manager.tz)
        noon = datetime.combine(
            datetime.now(zone), datetime.min.time().replace(hour=12)
        )
        moment = zone.localize(noon - timedelta(days=age)).astimezone(pytz.utc)
        values = {
            "api_id": self.api.id,
            "date": moment.replace(tzinfo=None),
            "method": "GET",
            "route": "/<model>",
            "status": 200,
            "duration_ms": 10,
            **values,
        }
        return self.env["rest.log"].create([values] * number)

    def numbers(self, user=None):
        self.env.flush_all()
        return (
            self.env["rest.dashboard"].with_user(user or self.manager).read_dashboard()
        )

    def periods(self):
        return {period["name"]: period for period in self.numbers()["periods"]}


@tagged("post_install", "-at_install")
class TestDashboard(DashboardCase):
    def test_an_empty_log_is_told(self):
        numbers = self.numbers()
        self.assertTrue(numbers["is_empty"])
        week = self.periods()["week"]
        self.assertEqual((week["requests"], week["error_rate"]), (0, 0.0))
        self.assertEqual((week["p50"], week["p95"]), (None, None))
        self.make(age=30)
        self.assertFalse(self.numbers()["is_empty"])
        self.assertEqual(self.periods()["week"]["requests"], 0)

    def test_totals_are_those_of_today_and_of_seven_days(self):
        self.make(3)
        self.make(1, status=404)
        self.make(4, age=6)
        self.make(9, age=7)
        periods = self.periods()
        self.assertEqual(periods["today"]["requests"], 4)
        self.assertEqual(periods["today"]["error_rate"], 25.0)
        self.assertEqual(periods["week"]["requests"], 8)
        self.assertEqual(periods["week"]["errors"], 1)

    def test_days_begin_at_midnight_of_the_user(self):
        since = fields.Datetime.to_datetime(self.numbers()["since"]["today"])
        zone = pytz.timezone(self.manager.tz)
        local = pytz.utc.localize(since).astimezone(zone)
        self.assertEqual((local.hour, local.minute), (0, 0))
        self.make(date=since)
        self.make(date=since - timedelta(microseconds=1))
        days = [day["classes"]["2xx"] for day in self.numbers()["days"]]
        self.assertEqual(days, [0, 0, 0, 0, 0, 1, 1])

    def test_a_day_has_the_entries_between_its_begin_and_its_end(self):
        for age in range(7):
            self.make(age=age)
        days = self.numbers()["days"]
        for day in days:
            domain = [("date", ">=", day["begin"]), ("date", "<", day["end"])]
            found = self.env["rest.log"].search_count(domain)
            self.assertEqual((day["date"], found), (day["date"], 1))
        ends = [day["end"] for day in days]
        self.assertEqual([day["begin"] for day in days[1:]], ends[:-1])

    def test_days_are_split_by_status_class(self):
        for status in (200, 201, 304, 404, 429, 500):
            self.make(status=status)
        self.assertEqual(
            self.numbers()["days"][-1]["classes"],
            {"2xx": 2, "3xx": 1, "4xx": 2, "5xx": 1},
        )

    def test_percentiles_are_durations(self):
        self.make(90, duration_ms=20)
        self.make(10, duration_ms=3_000)
        self.make(100, duration_ms=500, age=1)
        periods = self.periods()
        self.assertAlmostEqual(periods["today"]["p50"], 20, delta=0.6)
        self.assertAlmostEqual(periods["today"]["p95"], 3_000, delta=90)
        self.assertAlmostEqual(periods["week"]["p95"], 500, delta=15)

    def test_lists_have_the_first_clients_and_routes(self):
        self.make(3, client_id=self.client.id)
        self.make(1, client_id=self.client.id, status=500, route="/<model>/<ids>")
        self.make(2, method="POST", duration_ms=30)
        numbers = self.numbers()
        self.assertEqual(
            [(c["id"], c["requests"], c["error_rate"]) for c in numbers["clients"]],
            [(self.client.id, 4, 25.0), (False, 2, 0.0)],
        )
        self.assertEqual(numbers["clients"][0]["name"], self.client.name)
        self.assertEqual(
            [(r["method"], r["route"], r["requests"]) for r in numbers["routes"]],
            [
                ("GET", "/<model>", 3),
                ("POST", "/<model>", 2),
                ("GET", "/<model>/<ids>", 1),
            ],
        )
        self.assertEqual([r["mean"] for r in numbers["routes"]], [10.0, 30.0, 10.0])

    def test_the_slowest_and_the_last_rejected_are_entries(self):
        slow = self.make(duration_ms=900)
        self.make(8)
        old = self.make(age=8, duration_ms=9_000, status=401)
        rejected = self.make(status=401, age=1, rejection_reason="revoked")
        numbers = self.numbers()
        self.assertEqual(numbers["slowest"][0]["id"], slow.id)
        self.assertEqual(len(numbers["slowest"]), 5)
        (entry,) = numbers["rejected"]
        self.assertEqual(entry["id"], rejected.id)
        self.assertEqual(entry["rejection_reason"], "revoked")
        self.assertNotIn(old.id, [each["id"] for each in numbers["slowest"]])

    def test_summaries_count_as_many_requests_and_have_no_duration(self):
        self.make(2)
        self.make(status=429, requests=98, duration_ms=False, is_summary=True)
        self.env.cr.execute("UPDATE rest_log SET duration_ms = NULL WHERE is_summary")
        today = self.periods()["today"]
        self.assertEqual((today["requests"], today["error_rate"]), (100, 98.0))
        self.assertAlmostEqual(today["p95"], 10, delta=0.3)

    def test_only_administrators_read_it(self):
        rest_user = new_test_user(
            self.env, "rest_reader", "base.group_user,rest_api_core.group_rest_user"
        )
        for user in (self.user, rest_user):
            with self.assertRaises(AccessError):
                self.numbers(user)

    def test_the_menu_leads_to_it(self):
        action = self.env.ref("rest_api_core.menu_dashboard").action
        self.assertEqual(
            (action._name, action.path), ("ir.actions.client", "rest-dashboard")
        )


@tagged("post_install", "-at_install")
class TestOrder(DashboardCase):
    def test_entries_of_one_second_are_sorted_by_its_fractions(self):
        second = fields.Datetime.now()
        late = self.make(date=second + timedelta(microseconds=900_000))
        early = self.make(date=second + timedelta(microseconds=100_000))
        twin = self.make(date=second + timedelta(microseconds=100_000))
        found = self.env["rest.log"].search([("api_id", "=", self.api.id)])
        self.assertEqual(found.ids, [late.id, twin.id, early.id])

    def test_requests_have_fractions_of_a_second(self):
        for _ in range(5):
            self.rest.get()
        dates = self.entries().mapped("date")
        self.assertEqual(dates, sorted(set(dates)))
        self.assertTrue(any(date.microsecond for date in dates))

    def test_entries_are_grouped_by_status_class(self):
        for status in (200, 201, 304, 404, 500):
            self.make(status=status)
        self.make(status=0)
        log = self.env["rest.log"]
        groups = log.formatted_read_group([], ["status_class"], ["__count"])
        self.assertEqual(
            {group["status_class"]: group["__count"] for group in groups},
            {"2xx": 2, "3xx": 1, "4xx": 1, "5xx": 1, False: 1},
        )
        for group in groups:
            self.assertEqual(
                log.search_count(group["__extra_domain"]), group["__count"]
            )
        classes = log.search([("status_class", "in", ("2xx", "5xx"))])
        self.assertEqual(set(classes.mapped("status_class")), {"2xx", "5xx"})


@tagged("post_install", "-at_install")
class TestCounters(DashboardCase):
    def test_the_form_of_a_client_says_how_late_its_counters_are(self):
        arch = self.env["rest.client"].get_view(view_type="form")["arch"]
        words = f"updated every {log_writer.COUNT_AFTER} seconds"
        self.assertIn(words, arch)

    def test_uses_of_a_locked_client_are_counted_without_another_request(self):
        locked = Uses()
        locked.add(self.client.id, None, fields.Datetime.now())
        with (
            patch.object(log_writer, "_connections") as connections,
            patch.object(log_writer, "_queue") as queue,
        ):
            connections.run.return_value = locked
            queue.is_closed = False
            log_writer._write_uses("a_database", ())
            self.assertEqual(queue.put.call_args.args[-1], log_writer.COUNT_AFTER)
            self.assertEqual(log_writer._tally.take("a_database"), locked)
            queue.is_closed = True
            queue.put.reset_mock()
            log_writer._write_uses("a_database", ())
            queue.put.assert_not_called()
        self.assertEqual(log_writer._tally.take("a_database"), locked)
