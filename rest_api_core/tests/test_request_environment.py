"""What Odoo's code finds when it asks the request for language, companies and user."""

from unittest.mock import patch

from odoo.http import request
from odoo.tests import tagged

from .common import RestCase

P = "res.partner"
NOT_INSTALLED = ("en-GB", "es", "fr-BE, fr;q=0.9", "de-AT", "zh-CN", "pt-BR")


@tagged("post_install", "-at_install")
class TestRequestEnvironment(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.partner = cls.env[P].create({"name": "Azure"})

    def seen(self, **options):
        """Language, companies and user of the request's environment in a write."""
        found = []
        create = type(self.env[P]).create

        def spy(records, vals_list):
            env = request.env
            found.append((env.lang, env.companies.ids, env.uid, env.su))
            return create(records, vals_list)

        with patch.object(type(self.env[P]), "create", spy):
            self.data(self.rest.post(P, {"name": "A"}, **options), 201)
        return found[0]

    def test_a_language_that_is_not_installed_changes_no_response(self):
        unique = "CREATE UNIQUE INDEX rest_test ON res_partner (ref)"
        self.env.cr.execute(unique)
        self.partner.ref = "R1"
        for languages in NOT_INSTALLED:
            headers = {"Accept-Language": languages}
            with self.subTest(languages):
                self.env.registry.clear_all_caches()  # as in a worker that has begun
                params = {"limit": 1, "fields": "name,country_id.name"}
                self.data(self.rest.get(P, params=params, headers=headers))
                answer = self.rest.post(P, {}, headers=headers)
                self.assertNotIn("language", answer.text)
                self.assertEqual(answer.status_code, 422)
                body = {"name": "A", "ref": "R1"}
                answer = self.rest.post(P, body, headers=headers)
                self.assert_problem(answer, 409, "record.duplicate")

    def test_the_request_has_the_language_of_the_call(self):
        self.user.lang = "en_US"
        cases = (
            ("en_US", {}),
            ("en_US", {"headers": {"Accept-Language": "en-GB"}}),
            ("en_US", {"headers": {"Accept-Language": "xx"}}),
            ("fr_FR", {"headers": {"Accept-Language": "fr-BE"}}),
            ("fr_FR", {"params": {"lang": "fr"}}),
            (
                "fr_FR",
                {"params": {"lang": "fr"}, "headers": {"Accept-Language": "en-GB"}},
            ),
        )
        for expected, options in cases:
            with self.subTest(options):
                self.assertEqual(self.seen(**options)[0], expected)

    def test_the_request_has_the_user_and_the_companies_of_the_call(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.user.company_ids |= other
        headers = {"X-Company-Id": str(other.id)}
        _lang, companies, uid, su = self.seen(headers=headers)
        self.assertEqual((companies, uid, su), (other.ids, self.user.id, False))

    def test_responses_tell_their_language(self):
        for path, status in (
            (P, 200),
            (f"{P}/0", 404),
            (f"{P}/{self.partner.id}", 200),
        ):
            headers = {"Accept-Language": "fr-CA"}
            answer = self.rest.get(path, headers=headers)
            self.assertEqual(answer.status_code, status)
            if status == 200:
                self.assertEqual(answer.headers["Content-Language"], "fr-FR")

    def test_a_session_with_another_language_is_no_matter(self):
        self.authenticate("rest_user", "rest_user")
        answer = self.rest.get(
            P, params={"limit": 1}, headers={"Accept-Language": "es"}
        )
        self.data(answer)
        self.assertEqual(answer.headers["Content-Language"], "en-US")
