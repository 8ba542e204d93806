"""Technical names of models: told and taken where the caller may use the model."""

from odoo.tests import tagged

from ..orm import field_info
from ..wire.call import Caller
from .common import RestCase
from .enumeration import expose_everything, some

EXPORT = "base.language.export"
UNKNOWN = "no.such.model"


class NameCase(RestCase):
    models = ("res.partner", "res.country")

    def refused(self, answer, pointer):
        return self.assert_problem(answer, 422, "body.lookup", pointer)["errors"]


@tagged("post_install", "-at_install")
class TestModelNames(NameCase):
    """With a dialog of Odoo, whose ``model_name`` is that of its ``model_id``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expose(EXPORT, sensitive=True)
        cls.user.group_ids |= cls.env.ref("base.group_system")
        cls.models_of_odoo = cls.env["ir.model"]
        cls.partners, cls.companies = (
            cls.models_of_odoo._get(name) for name in ("res.partner", "res.company")
        )
        cls.params = {"fields": "model_id,model_name"}

    @classmethod
    def make(cls, model):
        return cls.env[EXPORT].with_user(cls.user).create({"model_id": model.id})

    def shown(self, answer, status=200):
        return self.data(answer, status)["model_name"]

    def test_the_name_of_an_exposed_model_is_shown(self):
        for model, expected in ((self.partners, "res.partner"), (self.companies, None)):
            path = f"{EXPORT}/{self.make(model).id}"
            shown = self.shown(self.rest.get(path, params=self.params))
            self.assertEqual(shown, expected)

    def test_both_fields_take_the_name(self):
        for name in ("model_id", "model_name"):
            body = {name: "res.partner"}
            answer = self.rest.post(EXPORT, body, params=self.params)
            self.assertEqual(self.shown(answer, 201), "res.partner", name)

    def test_unknown_and_unexposed_models_are_told_alike(self):
        for name in ("model_id", "model_name"):
            told = [
                self.refused(self.rest.post(EXPORT, {name: model}), f"#/{name}")
                for model in (UNKNOWN, "res.company", "ir.model")
            ]
            self.assertEqual(told[0], told[1])
            self.assertEqual(told[0], told[2])

    def test_the_name_and_the_many2one_must_agree(self):
        body = {"model_id": self.companies.id, "model_name": "res.partner"}
        self.refused(self.rest.post(EXPORT, body), "#/model_name")
        body["model_id"] = {"id": self.partners.id}
        self.data(self.rest.post(EXPORT, body), 201)

    def test_a_record_that_was_read_can_be_sent_back(self):
        for model in (self.partners, self.companies):
            path = f"{EXPORT}/{self.make(model).id}"
            record = self.data(self.rest.get(path, params=self.params))
            self.data(self.rest.patch(path, record))

    def test_it_needs_the_right_to_read_the_many2one(self):
        field = self.env["ir.model.fields"]._get(EXPORT, "model_id")
        self.env["rest.field.rule"].create(
            {
                "resource_id": self.resource(EXPORT).id,
                "mode": "block",
                "access": "both",
                "field_ids": [(6, 0, field.ids)],
            }
        )
        answer = self.rest.get(EXPORT, params={"fields": "model_name"})
        self.assert_problem(answer, 400, "query.field")
        answer = self.rest.post(EXPORT, {"model_name": "res.partner"})
        self.assert_problem(answer, 422, "body.field", "#/model_name")

    def test_fields_say_so(self):
        described = self.data(self.rest.get(f"{EXPORT}/fields"))
        self.assertTrue(described["model_name"]["writable"])


@tagged("post_install", "-at_install", "rest_enumeration")
class TestActivities(NameCase):
    """The attacks on ``mail.activity``, where it is installed."""

    def setUp(self):
        super().setUp()
        if "mail.activity" not in self.env:
            self.skipTest("mail is not installed")
        self.resource("mail.activity") or self.expose("mail.activity")
        self.partner = self.env["res.partner"].create({"name": "Azure"})
        self.hidden = self.env["res.partner"].create({"name": "Hidden"})
        self.resource("res.partner").domain = f"[('id', '!=', {self.hidden.id})]"
        self.body = {
            "res_model": "res.partner",
            "res_id": self.partner.id,
            "summary": "Call",
            "date_deadline": "2026-12-01",
        }

    def activity(self, model, record_id):
        return self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(model),
                "res_id": record_id,
                "user_id": self.user.id,
            }
        )

    def test_a_record_gets_an_activity(self):
        for body in (self.body, {**self.body, "res_model_id": "res.partner"}):
            made = self.data(self.rest.post("mail.activity", body), 201)
            self.assertEqual(made["res_model"], "res.partner")
            self.assertEqual(made["res_id"], self.partner.id)

    def test_a_record_out_of_reach_gets_none(self):
        body = {**self.body, "res_id": self.hidden.id}
        answer = self.rest.post("mail.activity", body)
        self.assert_problem(answer, 422, "body.lookup", "#/res_id")
        made = self.data(self.rest.post("mail.activity", self.body), 201)
        answer = self.rest.patch(
            f"mail.activity/{made['id']}", {"res_id": body["res_id"]}
        )
        self.assert_problem(answer, 422, "body.lookup", "#/res_id")

    def test_filters_find_the_models_that_are_shown(self):
        shown = self.activity("res.partner", self.partner.id)
        hidden = self.activity("res.company", self.env.company.id)
        rows = (
            ("res_model", "=", "res.partner", shown),
            ("res_model", "=", "res.company", hidden.browse()),
            ("res_model", "!=", "res.partner", hidden.browse()),
            ("res_model", "ilike", "res.", shown),
        )
        ids = shown + hidden
        for *leaf, expected in rows:
            answer = self.rest.post(
                "mail.activity/search",
                {"filter": [leaf, ["id", "in", ids.ids]], "fields": ["res_model"]},
            )
            self.assertEqual([r["id"] for r in self.data(answer)], expected.ids, leaf)
        answer = self.rest.get("mail.activity", params={"sort": "res_model"})
        self.assert_problem(answer, 400, "query.field")


@tagged("post_install", "-at_install", "rest_enumeration")
class TestAllModelNames(NameCase):
    """Sweep: each field that leads to the name of a model."""

    def test_all_names_can_be_read(self):
        api, exposed = expose_everything(self.env)
        admin = self.env.ref("base.user_admin")
        context = self.env["rest.context"]._make(
            self.env["rest.configuration"]._api(api.id), self.caller_of(admin)
        )
        found = [
            (model, name)
            for model in some(self.env, exposed, 4)
            for name, field in self.env[model]._fields.items()
            if field_info.names_model(self.env, field)
        ]
        hidden = [
            (model, name)
            for model, name in found
            if name not in context.fields_of(model)
            if self.env[model]
            .with_user(admin)
            ._has_field_access(self.env[model]._fields[name], "read")
        ]
        self.assertTrue(found)
        self.assertFalse(hidden)

    def caller_of(self, user):
        client = self.make_client(user, all_resources=True)[0]
        return Caller("key", user.id, client.id)
