"""APIs that are deprecated, and those that have ended."""

from datetime import datetime, timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import RestCase
from .samples import P


@tagged("post_install", "-at_install")
class TestSunset(RestCase):
    def end(self, **delta):
        self.api.sunset_on = fields.Datetime.now() + timedelta(**delta)

    def test_all_responses_tell_the_dates_and_the_page(self):
        self.api.deprecated_on = datetime(2026, 1, 1)
        self.api.sunset_on = datetime(2099, 12, 31, 23, 59, 59)
        self.api.deprecation_url = "https://www.example.com/api"
        for path, key in ((P, None), ("no/such/path", None), (P, False)):
            headers = self.rest.get(path, key=key).headers
            self.assertEqual(headers["Deprecation"], "@1767225600")
            self.assertEqual(headers["Sunset"], "Thu, 31 Dec 2099 23:59:59 GMT")
            for rel in ("deprecation", "sunset"):
                link = f'<https://www.example.com/api>; rel="{rel}"'
                self.assertIn(link, headers["Link"])

    def test_without_dates_nothing_is_told(self):
        self.api.deprecation_url = "https://www.example.com/api"
        headers = self.rest.get(f"{P}/count").headers
        self.assertFalse({"Deprecation", "Sunset", "Link"} & {*headers})

    def test_past_its_sunset_only_the_health_of_an_api_is_told(self):
        self.end(minutes=-1)
        for path, key in ((P, None), (P, False), ("no/such/path", None)):
            response = self.rest.get(path, key=key)
            self.assert_problem(response, 410, "policy.sunset")
            self.assertIn("Sunset", response.headers)
        response = self.rest.get("health", key=False)
        self.assertEqual(response.json(), {"data": {"status": "ok"}})
        entry = self.env["rest.log"].search([("status", "=", 410)], limit=1)
        self.assertEqual(entry.error_code, "policy.sunset")

    def test_before_its_sunset_an_api_works(self):
        self.end(minutes=1)
        self.assertEqual(self.rest.get(P).status_code, 200)

    @mute_logger("odoo.sql_db")
    def test_the_sunset_is_not_before_the_deprecation(self):
        self.api.deprecated_on = fields.Datetime.now()
        with self.assertRaises(psycopg2.errors.CheckViolation):
            self.end(days=-1)
            self.env.flush_all()

    def test_the_page_is_a_url(self):
        for url in ("javascript:alert()", "https://a.example/>; rel=x", "page"):
            with self.assertRaises(ValidationError):
                self.api.deprecation_url = url
