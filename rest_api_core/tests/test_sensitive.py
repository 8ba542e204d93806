"""Models and fields that only an administrator of Odoo exposes."""

import re
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged

from ..access.paths import resolve
from ..orm import field_info
from ..orm.administrator_catalog import AdministratorCatalog
from ..orm.sensitive import is_sensitive, secret_names
from ..wire.problem import Problem
from . import enumeration
from .test_attacks import AttackCase

A = "ir.attachment"
# Words in names of fields that are read in the sweep below
WORDS = re.compile(
    r"token|secret|passw|pwd|credential|_key$|apikey|(^|_)(pin|otp)(_|$)"
)
# They were read: public by nature, about a secret, or keys of Odoo's own computations
HARMLESS = frozenset(
    "avatar_cache_key credential_identifier discount_allocation_key epd_key"
    " google_analytics_key grouping_key public_key push_to_talk_key"
    " recaptcha_public_key term_key token_curl_example token_root_path"
    " visibility_password_display website_form_key".split()
)


def is_file(model):
    return model._name == A or any(
        is_file(model.env[parent]) for parent in model._inherits
    )


@tagged("post_install", "-at_install")
class TestSensitiveModels(AttackCase):
    def assert_sensitive(self, model):
        with self.assertRaises(ValidationError):
            self.expose(model)
        self.assertTrue(is_sensitive(self.env, model))

    def change(self, owner, name, value):
        patcher = patch.object(owner, name, value)
        patcher.start()
        self.addCleanup(patcher.stop)

    def test_a_model_is_as_sensitive_as_its_parents(self):
        model_class = type(self.env["res.currency"])
        self.change(model_class, "_inherits", {"ir.ui.view": "view_id"})
        self.assert_sensitive("res.currency")

    def test_so_is_one_whose_parents_have_sensitive_parents(self):
        model_class = type(self.env["res.currency"])
        self.change(model_class, "_inherits", {"res.partner.industry": "industry_id"})
        industry = type(self.env["res.partner.industry"])
        self.change(industry, "_inherits", {A: "attachment_id"})
        self.assert_sensitive("res.currency")

    def test_what_inherits_from_attachments_is_exposed_by_administrators_alone(self):
        """As product documents."""
        self.change(type(self.env["res.currency"]), "_inherits", {A: "attachment_id"})
        self.assert_sensitive("res.currency")
        self.assertTrue(self.expose("res.currency", sensitive=True))

    def test_a_model_with_raw_html_is_sensitive(self):
        self.change(self.env["res.partner"]._fields["comment"], "sanitize", False)
        self.assertTrue(is_sensitive(self.env, "res.partner"))

    def test_other_models_are_not(self):
        for model in ("res.partner", "res.currency", "res.company", "res.country"):
            self.assertFalse(is_sensitive(self.env, model))


@tagged("post_install", "-at_install")
class TestSecrets(AttackCase):
    def setUp(self):
        super().setUp()
        self.attachments = self.expose(A, sensitive=True)
        self.file = self.env[A].create({"name": "F", "access_token": "tok-123"})
        self.file.res_model, self.file.res_id = "res.partner", self.user.partner_id.id
        self.path = f"{A}/{self.file.id}"

    def listed(self, *names):
        known = self.env["ir.model.fields"]
        ids = [known._get(A, name).id for name in names]
        self.attachments.secret_field_ids = [Command.set(ids)]

    def test_a_token_is_hidden_like_an_unknown_field(self):
        shown = self.data(self.rest.get(self.path, params={"fields": "*"}))
        self.assertNotIn("access_token", shown)
        self.assertNotIn("access_token", self.data(self.rest.get(f"{A}/fields")))
        for params in (
            {"fields": "access_token"},
            {"filter[access_token][like]": "tok%"},
            {"sort": "access_token"},
        ):
            answer = self.rest.get(A, params=params)
            self.assert_problem(answer, 400, "query.field")
        answer = self.rest.patch(self.path, {"access_token": "known"})
        self.assert_problem(answer, 422, "body.field")

    def test_a_listed_token_is_a_field_as_others(self):
        self.listed("access_token")
        shown = self.data(self.rest.get(self.path, params={"fields": "access_token"}))
        self.assertEqual(shown["access_token"], "tok-123")

    def test_a_user_has_no_password_to_show(self):
        """Odoo shows it as empty, which is a lie, and new passwords while they wait."""
        self.expose("res.users", sensitive=True)
        path = f"res.users/{self.user.id}"
        self.user.group_ids |= self.env.ref("base.group_erp_manager")
        data = self.data(self.rest.get(path, params={"fields": "*"}))
        self.assertIn("login", data)
        self.assertFalse({"password", "new_password"} & data.keys())
        for params in ({"fields": "password"}, {"filter[password]": "x"}):
            answer = self.rest.get("res.users", params=params)
            self.assert_problem(answer, 400, "query.field")

    def test_only_administrators_of_odoo_list_secrets(self):
        manager = new_test_user(
            self.env,
            "rest_manager",
            "base.group_user,rest_api_core.group_rest_manager",
        )
        field = self.env["ir.model.fields"]._get("res.partner", "name")
        with self.assertRaises(UserError):
            self.resource("res.partner").with_user(manager).write(
                {"secret_field_ids": [Command.set(field.ids)]}
            )

    def test_who_sees_a_file_is_not_for_callers_to_say(self):
        for values in (
            {"public": True},
            {"type": "url", "url": "javascript:alert(1)"},
            {"res_field": "image_1920"},
        ):
            answer = self.rest.patch(self.path, values)
            self.assert_problem(answer, 422, "body.field")

    def test_nor_is_it_where_a_model_inherits_from_files(self):
        """As product documents, whose ``public`` is that of their attachment."""
        partners = self.env["res.partner"]
        field = partners._fields["ref"]
        for name in ("public", "type", "url", "res_field"):
            inherited = self.env[A]._fields[name]
            with self.subTest(name), patch.object(field, "inherited_field", inherited):
                self.assertTrue(field_info.describe(partners, field, ()).readonly)
                self.assertFalse(
                    field_info.describe(partners, field, ("ref",)).readonly
                )
        self.assertFalse(field_info.describe(partners, field, ()).readonly)


@tagged("post_install", "-at_install", "rest_enumeration")
class TestRegistry(TransactionCase):
    """Run it with large apps installed too."""

    def test_all_names_that_look_like_secrets_were_read(self):
        unknown = {
            f"{name}.{field.name}"
            for name, model in self.env.items()
            for field in model._fields.values()
            if field.type in ("char", "text", "binary", "html", "json")
            if WORDS.search(field.name) and field.name not in HARMLESS
            if field.name not in secret_names(model)
        }
        self.assertFalse(unknown)

    def test_no_secret_is_shown_or_searched(self):
        api, models = enumeration.expose_everything(self.env)
        catalog = AdministratorCatalog(api.resource_ids)
        for model in models:
            for name in secret_names(self.env[model]):
                for position in ("fields", "filter", "sort", "body"):
                    with self.assertRaises(Problem, msg=f"{model}.{name} {position}"):
                        resolve(catalog, model, name, position)

    def test_no_file_is_published_by_a_body(self):
        """Of attachments, and of all that inherits from them."""
        api, models = enumeration.expose_everything(self.env)
        catalog = AdministratorCatalog(api.resource_ids)
        files = [name for name in models if is_file(self.env[name])]
        self.assertIn(A, files)
        for model in files:
            for name in ("public", "type", "url", "res_field"):
                with self.assertRaises(Problem, msg=f"{model}.{name}"):
                    resolve(catalog, model, name, "body")

    def test_what_inherits_from_a_sensitive_model_is_sensitive(self):
        for name, model in self.env.items():
            if any(is_sensitive(self.env, parent) for parent in model._inherits):
                self.assertTrue(is_sensitive(self.env, name), name)
        for name in (
            "website.page",
            "website.controller.page",
            "product.document",
            "quotation.document",
            "theme.ir.ui.view",
            "mail.template",
            "mailing.mailing",
            "sms.template",
            "mail.ice.server",
            "website",
        ):
            if name in self.env:
                self.assertTrue(is_sensitive(self.env, name), name)
        for name in ("sale.order", "account.move", "product.template", "crm.lead"):
            self.assertFalse(is_sensitive(self.env, name), name)
