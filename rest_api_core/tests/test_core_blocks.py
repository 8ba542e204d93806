"""What Odoo itself refuses stays refused over HTTP."""

from base64 import b64encode
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from ..engine import authentication as rest_authentication
from ..limits import rate
from .common import RestCase

P = "res.partner"
DENIED = (403, 404, 422)


@tagged("post_install", "-at_install")
class TestElevation(RestCase):
    """An internal user, for whom an API exposes all that can be exposed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sensitive = (
            "res.users",
            "res.groups",
            "res.users.apikeys",
            "res.users.log",
            "ir.attachment",
            "ir.config_parameter",
            "ir.logging",
            "ir.model.access",
            "ir.model.fields",
            "ir.rule",
            "ir.cron",
            "ir.actions.server",
            "bus.bus",
            "rest.api",
            "rest.client",
            "rest.credential",
            "rest.log",
        )
        for model in cls.sensitive:
            if model in cls.env:
                cls.expose(model, sensitive=True)
        cls.admin = new_test_user(cls.env, "rest_admin", "base.group_system")

    def test_nobody_makes_himself_an_administrator(self):
        group = self.env.ref("base.group_system")
        company = self.env["res.company"].create({"name": "C"})
        before = self.user.group_ids
        for values in (
            {"group_ids": [group.id]},
            {"group_ids": {"mode": "add", "records": [group.id]}},
            {"role": "group_system"},
            {"company_ids": [company.id]},
            {"company_id": company.id},
            {"login": "other"},
            {"password": "other"},
            {"partner_id": self.admin.partner_id.id},
        ):
            with self.subTest(str(values)):
                answer = self.rest.ask(
                    "PATCH", f"res.users/{self.user.id}", json_body=values
                )
                self.assertIn(answer.status_code, DENIED, answer.text)
        answer = self.rest.ask(
            "PATCH",
            f"res.groups/{group.id}",
            json_body={"user_ids": {"mode": "add", "records": [self.user.id]}},
        )
        self.assertIn(answer.status_code, DENIED, answer.text)
        for path, body in (
            (f"{P}/{self.admin.partner_id.id}", {"user_ids": [{"login": "mine"}]}),
            (f"{P}/{self.admin.partner_id.id}", {"email": "mine@example.com"}),
        ):
            answer = self.rest.ask("PATCH", path, json_body=body)
            self.assertIn(answer.status_code, DENIED, answer.text)
        self.assertEqual(self.user.group_ids, before)
        self.assertEqual(self.admin.login, "rest_admin")

    def test_secrets_are_in_no_answer(self):
        self.env["ir.config_parameter"].set_param("rest_secret", "hidden-value")
        self.user.password = "hidden-value"
        self.env["res.users.apikeys"].with_user(self.admin)._generate(
            None, "hidden-value", None
        )
        secret = self.env["ir.config_parameter"].get_param("rest_api_core.pepper")
        digest = self.client.credential_ids.sudo().digest
        for model in self.sensitive:
            for query in ("limit=200", "limit=200&fields=*"):
                answer = self.rest.get(f"{model}?{query}")
                for text in (secret, digest, "hidden-value", "pbkdf2"):
                    self.assertNotIn(text, answer.text)
        answer = self.rest.get(f"res.users/{self.user.id}?fields=password")
        self.assert_problem(answer, 400, "query.field")
        answer = self.rest.get("rest.credential", params={"fields": "digest"})
        self.assertIn(answer.status_code, (400, 403))

    def test_models_of_the_system_are_for_administrators(self):
        for model in ("ir.config_parameter", "ir.logging", "rest.api", "rest.log"):
            with self.subTest(model):
                answer = self.rest.get(model)
                self.assert_problem(answer, 403, "policy.forbidden")
        for model in ("ir.rule", "ir.model.access", "ir.cron", "ir.actions.server"):
            with self.subTest(model):
                answer = self.rest.post(model, {"name": "x"})
                self.assertIn(answer.status_code, DENIED, answer.text)

    def test_files_belong_to_their_records(self):
        files = self.env["ir.attachment"].create(
            [
                {"name": "orphan.txt", "raw": b"hidden"},
                {
                    "name": "foreign.txt",
                    "raw": b"hidden",
                    "res_model": "ir.config_parameter",
                    "res_id": 1,
                },
            ]
        )
        for file in files:
            path = f"ir.attachment/{file.id}"
            self.assert_problem(self.rest.get(path), 404, "record.not_found")
            answer = self.rest.get(f"{path}?fields=datas,raw&binary=base64")
            self.assert_problem(answer, 404, "record.not_found")
            answer = self.rest.ask("PATCH", path, json_body={"public": True})
            self.assert_problem(answer, 404, "record.not_found")
        found = self.data(self.rest.get("ir.attachment?limit=1000&fields=id"))
        self.assertFalse({row["id"] for row in found} & set(files.ids))

    def test_an_onchange_is_never_listed(self):
        """It shows fields of whatever a many2one is said to name."""
        with self.assertRaises(ValidationError):
            self.env["rest.resource.method"].create(
                {"resource_id": self.resource(P).id, "name": "onchange"}
            )


@tagged("post_install", "-at_install")
class TestPasswords(RestCase):
    def setUp(self):
        super().setUp()
        store = rate.MemoryStore(size=10)
        self.startPatcher(patch.object(rest_authentication, "_failures", store))

    def status(self, **options):
        return self.rest.get(f"{P}?limit=1", key=False, **options).status_code

    def test_a_new_password_ends_sessions_and_the_old_one(self):
        self.api.auth_basic = True
        text = b64encode(b"rest_user:rest_user").decode()
        basic = {"headers": {"Authorization": f"Basic {text}"}}
        self.assertEqual(self.status(**basic), 200)
        self.authenticate("rest_user", "rest_user")
        self.assertEqual(self.status(), 200)
        self.user.password = "another-password"
        self.assertEqual(self.status(), 401)
        self.assertEqual(self.status(**basic), 401)
