"""The demo data do what they show; settings are kept where they are looked for."""

from unittest import SkipTest

from odoo.tests import TransactionCase, tagged

from .common import RestCase


@tagged("post_install", "-at_install")
class TestDemo(RestCase):
    models = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        restricted = cls.env.ref("rest_api_core.demo_client_restricted", False)
        if not restricted:
            raise SkipTest("There are no demo data.")
        cls.api = cls.env.ref("rest_api_core.api_v1")
        cls.root = cls.api.root_path
        cls.restricted = restricted._generate_key()[1]
        cls.all = cls.env.ref("rest_api_core.demo_client_all")._generate_key()[1]

    def test_the_client_with_all_resources_reads_them_all(self):
        for resource in self.api.resource_ids:
            with self.subTest(resource.model):
                answer = self.rest.get(
                    resource.model, params={"limit": 1}, key=self.all
                )
                self.assertEqual(answer.status_code, 200, answer.text)

    def test_the_restricted_client_sees_companies_only(self):
        records = self.data(self.rest.get("res.partner", key=self.restricted))
        self.assertEqual({record["is_company"] for record in records}, {True})
        known = self.data(self.rest.get("res.partner/fields", key=self.restricted))
        for names in (known, records[0]):
            self.assertTrue({"vat", "comment", "bank_ids"}.isdisjoint(names))
        self.assert_problem(
            self.rest.get(
                "res.partner", params={"filter[vat]": "1"}, key=self.restricted
            ),
            400,
            "query.field",
        )

    def test_the_restricted_client_only_reads_tags(self):
        self.data(self.rest.get("res.partner.category", key=self.restricted))
        answer = self.rest.post(
            "res.partner.category", {"name": "x"}, key=self.restricted
        )
        self.assert_problem(answer, 403, "policy.scope")

    def test_the_restricted_client_knows_of_no_countries(self):
        answer = self.rest.get("res.country", key=self.restricted)
        self.assert_problem(answer, 404, "record.not_found")

    def test_countries_are_read_by_all_and_written_by_none(self):
        answer = self.rest.post(
            "res.country", {"name": "x", "code": "ZZ"}, key=self.all
        )
        self.assert_problem(answer, 403, "policy.forbidden")

    def test_the_action_of_the_demo_requires_its_records(self):
        for body, place in (({}, "#"), ({"ids": []}, "#/ids")):
            with self.subTest(body):
                answer = self.rest.post("tags/archive", body, key=self.all)
                self.assert_problem(answer, 422, "body.value", place)
        tag = self.env["res.partner.category"].create({"name": "Old"})
        answer = self.rest.post("tags/archive", {"ids": tag.ids}, key=self.all)
        self.assertEqual((answer.status_code, tag.active), (204, False))

    def test_products_are_resources_if_they_were_installed_first(self):
        models = self.api.resource_ids.mapped("model")
        if "product.template" in models:
            self.data(self.rest.get("product.template", key=self.all))


@tagged("post_install", "-at_install")
class TestSettings(TransactionCase):
    def test_settings_are_system_parameters(self):
        settings = self.env["res.config.settings"].create(
            {
                "rest_rate_backend": "redis",
                "rest_redis_url": "redis://127.0.0.1:6379/0",
                "rest_rate_draft_headers": True,
            }
        )
        settings.execute()
        values = {
            "rate_backend": "redis",
            "redis_url": "redis://127.0.0.1:6379/0",
            "rate_draft_headers": "True",
        }
        for name, value in values.items():
            with self.subTest(name):
                key = f"rest_api_core.{name}"
                found = self.env["ir.config_parameter"].sudo().get_param(key)
                self.assertEqual(found, value)

    def test_requests_are_counted_in_the_database_unless_said_otherwise(self):
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.rest_rate_backend, "database")
