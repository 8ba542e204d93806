"""The numbers of the dashboard, from one pass over the log of seven days."""

from collections import defaultdict
from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import SQL

from ..log import statistics

DAYS = 7  # today and the six days before
ROWS = 5  # of each list
CLASSES = ("2xx", "3xx", "4xx", "5xx")

# Each request belongs to one group of "used", all numbers are sums of these groups.
# Days are counted from 1; rows of all parts have the same columns.
_USED = """
WITH used AS MATERIALIZED (
    SELECT
        width_bucket(date, %(days)s::timestamp[]) AS day,
        status, client_id, method, route,
        CASE WHEN duration_ms IS NOT NULL THEN %(bucket)s END AS bucket,
        SUM(requests) AS requests, SUM(duration_ms) AS duration
    FROM rest_log WHERE date >= %(since)s
    GROUP BY 1, 2, 3, 4, 5, 6
),
parts AS (
    (SELECT 'day' AS part, day AS number, status / 100 || 'xx' AS name,
            NULL::varchar AS route, SUM(requests) AS requests,
            SUM(requests) FILTER (WHERE status >= 400) AS errors, SUM(duration) AS ms
     FROM used GROUP BY day, status / 100)
    UNION ALL
    (SELECT 'bucket', bucket, CASE WHEN day = %(today)s THEN 'today' ELSE 'before' END,
            NULL, SUM(requests), 0, 0
     FROM used WHERE bucket IS NOT NULL GROUP BY bucket, 3)
    UNION ALL
    (SELECT 'client', client_id, NULL, NULL, SUM(requests),
            SUM(requests) FILTER (WHERE status >= 400), SUM(duration)
     FROM used GROUP BY client_id ORDER BY 5 DESC, 2 LIMIT %(rows)s)
    UNION ALL
    (SELECT 'route', NULL, method, route, SUM(requests),
            SUM(requests) FILTER (WHERE status >= 400), SUM(duration)
     FROM used WHERE route IS NOT NULL
     GROUP BY method, route ORDER BY 5 DESC, 3, 4 LIMIT %(rows)s)
)
SELECT part, number, name, route, requests::bigint, COALESCE(errors, 0)::bigint, ms
FROM parts
"""


class RestDashboard(models.AbstractModel):
    _name = "rest.dashboard"
    _description = "REST dashboard"

    @api.model
    @api.readonly
    def read_dashboard(self):
        """All that the dashboard shows, as JSON; ``is_empty`` for an empty log.

        Days begin at midnight of the user.
        """
        self.env["rest.log"].check_access("read")
        starts = self._starts_of_days()
        parts = self._parts(starts)
        return {
            "is_empty": not self.env["rest.log"].search([], limit=1),
            "since": {
                "today": fields.Datetime.to_string(starts[-1]),
                "week": fields.Datetime.to_string(starts[0]),
            },
            "periods": self._periods(parts),
            "days": self._days(starts, parts["day"]),
            "clients": self._clients(parts["client"]),
            "routes": self._routes(parts["route"]),
            "slowest": self._entries(
                [("date", ">=", starts[0]), ("duration_ms", ">", 0)],
                "duration_ms desc nulls last, id desc",
            ),
            "rejected": self._entries(
                [("date", ">=", starts[0]), ("status", "in", (401, 403, 429))],
                "date desc, id desc",
            ),
        }

    def _starts_of_days(self):
        """The beginning of each day, the oldest first, as UTC without zone."""
        today = datetime.now(self.env.tz).date()
        days = (today - timedelta(days=age) for age in reversed(range(DAYS)))
        return [self._midnight(day) for day in days]

    def _midnight(self, day):
        """The beginning of a date of the user, as UTC without zone."""
        begin = self.env.tz.localize(datetime.combine(day, time()))
        return begin.astimezone(pytz.utc).replace(tzinfo=None)

    def _parts(self, starts):
        """``{part: [(number, name, route, requests, errors, milliseconds)]}``."""
        values = {
            "days": starts,
            "since": starts[0],
            "today": DAYS,
            "rows": ROWS,
            "bucket": SQL(statistics.BUCKET, SQL.identifier("duration_ms")),
        }
        parts = defaultdict(list)
        for part, *row in self.env.execute_query(SQL(_USED, **values)):
            parts[part].append(row)
        return parts

    def _periods(self, parts):
        """Totals of today and of all days."""
        today, week = defaultdict(int), defaultdict(int)
        for bucket, name, _route, requests, *_others in parts["bucket"]:
            week[bucket] += requests
            if name == "today":
                today[bucket] += requests
        of_today = [row for row in parts["day"] if row[0] == DAYS]
        return [
            {"name": name, **_total(rows), **_percentiles(counts)}
            for name, rows, counts in (
                ("today", of_today, today),
                ("week", parts["day"], week),
            )
        ]

    def _days(self, starts, rows):
        """Requests of each day by status class; ``begin`` and ``end`` are in UTC, for
        the list behind a number: the browser may be in another time zone."""
        today = datetime.now(self.env.tz).date()
        ends = [*starts[1:], self._midnight(today + timedelta(days=1))]
        days = [
            {
                "date": fields.Date.to_string(today - timedelta(days=DAYS - number)),
                "begin": fields.Datetime.to_string(begin),
                "end": fields.Datetime.to_string(end),
                "classes": dict.fromkeys(CLASSES, 0),
            }
            for number, (begin, end) in enumerate(zip(starts, ends, strict=True), 1)
        ]
        for number, name, _route, requests, *_others in rows:
            if name in CLASSES:
                days[number - 1]["classes"][name] += requests
        return days

    def _clients(self, rows):
        names = {
            client.id: client.display_name
            for client in self.env["rest.client"].browse([r[0] for r in rows if r[0]])
        }
        return [
            {
                "id": number or False,
                "name": names.get(number, False),
                "requests": requests,
                "error_rate": statistics.rate(errors, requests),
            }
            for number, _name, _route, requests, errors, _ms in rows
        ]

    def _routes(self, rows):
        return [
            {
                "method": name,
                "route": route,
                "requests": requests,
                "error_rate": statistics.rate(errors, requests),
                "mean": round((milliseconds or 0) / requests, 1),
            }
            for _number, name, route, requests, errors, milliseconds in rows
        ]

    def _entries(self, domain, order):
        """The first entries, as values."""
        names = ["date", "method", "path", "status", "status_class", "duration_ms"]
        names += ["client_id", "error_code", "rejection_reason", "ip", "requests"]
        log = self.env["rest.log"]
        return log.search(domain, order=order, limit=ROWS).read(names)


def _total(rows):
    requests = sum(row[3] for row in rows)
    errors = sum(row[4] for row in rows)
    return {
        "requests": requests,
        "errors": errors,
        "error_rate": statistics.rate(errors, requests),
    }


def _percentiles(counts):
    return {
        "p50": statistics.percentile(counts, 0.5),
        "p95": statistics.percentile(counts, 0.95),
    }
