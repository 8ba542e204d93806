"""Groups of dates and times: in the time zone of the user, in UTC on the wire."""

from datetime import date, datetime

from odoo.tests import tagged

from .test_aggregates import AT, AggregateCase, P

BY = "create_date"


@tagged("post_install", "-at_install")
class TestAggregateTimes(AggregateCase):
    def periods(self, part, zone=None, **params):
        """``[(from, to, count)]`` of the times of creation."""
        self.user.tz = zone
        found = self.groups(group_by=f"{BY}:{part}", **params)
        key = f"{BY}:{part}"
        return [(g[key]["from"], g[key]["to"], g["id:count"]) for g in found]

    def set_times(self, *moments):
        for partner, moment in zip(self.partners, moments, strict=False):
            self.at(partner, moment)
        (self.partners[len(moments) :]).ref = False

    def test_periods_begin_and_end(self):
        self.set_times(datetime(2026, 5, 14, 9, 30))  # a Thursday
        for part, begin, end in (
            ("hour", "2026-05-14T09:00:00Z", "2026-05-14T10:00:00Z"),
            ("day", "2026-05-14T00:00:00Z", "2026-05-15T00:00:00Z"),
            ("week", "2026-05-10T00:00:00Z", "2026-05-17T00:00:00Z"),
            ("month", "2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z"),
            ("quarter", "2026-04-01T00:00:00Z", "2026-07-01T00:00:00Z"),
            ("year", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ):
            with self.subTest(part):
                self.assertEqual(self.periods(part), [(begin, end, 1)])

    def test_having_compares_times_as_they_are_shown(self):
        self.set_times(datetime(2026, 5, 14, 9, 30, 7, 600_000))
        key, shown = f"{BY}:max", "2026-05-14T09:30:07Z"
        self.assertEqual(self.groups(aggregate=key), [{key: shown}])
        for operator, matches in {
            "eq": True,
            "ne": False,
            "lt": False,
            "lte": True,
            "gt": False,
            "gte": True,
            "in": True,
            "not_in": False,
        }.items():
            with self.subTest(operator):
                having = {f"having[{key}][{operator}]": shown}
                found = self.groups(aggregate=key, **having)
                self.assertEqual(bool(found), matches)

    def test_a_time_without_a_period_is_grouped_by_month(self):
        self.set_times(datetime(2026, 5, 14, 9, 30))
        (found,) = self.groups(group_by=BY)
        period = {"from": "2026-05-01T00:00:00Z", "to": "2026-06-01T00:00:00Z"}
        self.assertEqual(found, {BY: period, "id:count": 1})

    def test_weeks_begin_where_the_language_says_so(self):
        self.set_times(datetime(2026, 5, 14, 9, 30))
        self.env["res.lang"]._activate_lang("fr_FR")
        found = self.periods("week", lang="fr_FR")
        self.assertEqual(found[0][:2], ("2026-05-11T00:00:00Z", "2026-05-18T00:00:00Z"))

    def test_midnight_is_that_of_the_user(self):
        self.set_times(datetime(2026, 1, 31, 10, 59), datetime(2026, 1, 31, 11, 1))
        self.assertEqual([n for *_, n in self.periods("month", "UTC")], [2])
        self.assertEqual(
            self.periods("month", "Pacific/Auckland"),
            [
                ("2025-12-31T11:00:00Z", "2026-01-31T11:00:00Z", 1),
                ("2026-01-31T11:00:00Z", "2026-02-28T11:00:00Z", 1),
            ],
        )

    def test_a_period_is_a_filter(self):
        """Each group of a day has the records between its ends, also where clocks
        change: in Brussels one hour comes twice, in Cairo midnight is skipped."""
        times = {
            "Europe/Brussels": [
                datetime(2026, 10, 24, 23, 30),
                datetime(2026, 10, 25, 0, 30),
                datetime(2026, 10, 25, 1, 30),
                datetime(2026, 10, 25, 23, 30),
            ],
            "Africa/Cairo": [
                datetime(2026, 4, 23, 21, 30),
                datetime(2026, 4, 23, 22, 30),
                datetime(2026, 4, 24, 20, 30),
                datetime(2026, 4, 24, 21, 30),
            ],
        }
        for zone, moments in times.items():
            self.set_times(*moments)
            for part in ("hour", "day", "week"):
                with self.subTest(zone, part=part):
                    found = self.periods(part, zone)
                    self.assertEqual(sum(count for *_ends, count in found), 4)
                    for begin, end, count in found:
                        params = {f"filter[{BY}][gte]": begin}
                        params[f"filter[{BY}][lt]"] = end
                        self.assertEqual(self.groups(**params), [{"id:count": count}])

    def test_parts_are_numbers(self):
        self.set_times(datetime(2026, 5, 14, 23, 30, 15))
        self.user.tz = "Pacific/Auckland"  # there it is the 15th, 11:30:15
        for part, number in {
            "year_number": 2026,
            "quarter_number": 2,
            "month_number": 5,
            "iso_week_number": 20,
            "day_of_year": 135,
            "day_of_month": 15,
            "day_of_week": 5,
            "hour_number": 11,
            "minute_number": 30,
            "second_number": 15,
        }.items():
            key = f"{BY}:{part}"
            with self.subTest(part):
                self.assertEqual(self.column(key, group_by=key), [number])

    def test_days_of_the_week_are_sorted_as_the_language_has_them(self):
        self.set_times(
            datetime(2026, 5, 16), datetime(2026, 5, 17), datetime(2026, 5, 18)
        )
        key = f"{BY}:day_of_week"
        self.env["res.lang"]._activate_lang("fr_FR")
        for lang, days in (("en_US", [0, 1, 6]), ("fr_FR", [1, 6, 0])):
            found = self.column(key, group_by=key, sort=key, lang=lang)
            self.assertEqual(found, days)

    def test_dates_have_no_time_zone(self):
        self.user.tz = "Pacific/Auckland"
        currency = self.env["res.currency"].create({"name": "XAG", "symbol": "x"})
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "name": date(2026, 3, 31), "rate": 2}
        )
        params = {"filter[currency_id]": str(currency.id)}
        found = self.groups(
            model="res.currency.rate",
            group_by="name,name:day_of_month",
            aggregate="name:max,rate:avg",
            **params,
        )
        self.assertEqual(
            found,
            [
                {
                    "name": {"from": "2026-03-01", "to": "2026-04-01"},
                    "name:day_of_month": 31,
                    "name:max": "2026-03-31",
                    "rate:avg": 2.0,
                }
            ],
        )

    def test_records_without_a_time_are_a_group(self):
        self.set_times(None)
        for part in ("month", "hour_number"):
            key = f"{BY}:{part}"
            self.assertEqual(self.column(key, group_by=key), [None])

    def test_the_end_of_the_calendar_is_an_end(self):
        self.set_times(datetime(9999, 12, 31, 23, 59, 59))
        for zone in ("Pacific/Auckland", "America/Lima"):
            (found,) = self.periods("month", zone)
            self.assertEqual(found[2], 1)

    def test_the_beginning_of_the_calendar_is_a_beginning(self):
        self.set_times(datetime(1, 1, 1, 0, 0))
        for zone in ("UTC", "Pacific/Kiritimati", "America/Lima"):
            for part in ("hour", "day", "week", "month", "quarter", "year"):
                with self.subTest(zone=zone, part=part):
                    (found,) = self.periods(part, zone)
                    self.assertEqual(found[2], 1)
                    self.assertLess(found[0], found[1])

    def test_the_first_week_of_the_calendar(self):
        self.env["res.lang"]._activate_lang("en_US").week_start = "7"
        rate = self.env["res.currency.rate"].create(
            {"name": "0001-01-01", "currency_id": self.env.ref("base.EUR").id}
        )
        (found,) = self.groups(
            model="res.currency.rate", group_by="name:week", **{"filter[id]": rate.id}
        )
        week = {"from": "0001-01-01", "to": "0001-01-08"}
        self.assertEqual(found, {"name:week": week, "id:count": 1})

    def test_unknown_periods_are_refused(self):
        for name in (f"{BY}:fortnight", "name:month", "id:hour"):
            answer = self.rest.get(AT, params={"group_by": name})
            self.assert_problem(answer, 400, "query.value", "group_by")
        answer = self.rest.get(f"{P}/aggregate", params={"sort": f"{BY}:month"})
        self.assert_problem(answer, 400, "query.value", "sort")
