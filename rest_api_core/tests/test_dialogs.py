"""Dialogs of Odoo, which ask the context what they are about."""

from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from .common import RestCase

WIZARD = "base.partner.merge.automatic.wizard"


@tagged("post_install", "-at_install")
class TestDialogs(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dialog = cls.expose(
            WIZARD,
            sensitive=True,
            context_keys="active_model, active_ids merged_ids:res.partner mode",
        )
        cls.twins = cls.env["res.partner"].create([{"name": "A"}, {"name": "B"}])
        admin = new_test_user(
            cls.env, "rest_admin", "base.group_system,base.group_partner_manager"
        )
        cls.admin_client, cls.key = cls.make_client(admin, all_resources=True)
        cls.context = {"active_model": "res.partner", "active_ids": cls.twins.ids}

    def method(self, function=None, name="action_merge", **values):
        if function is not None:
            owner = type(self.env["res.partner"])
            self.enterContext(patch.object(owner, name, function, create=True))
            resource = self.resource("res.partner")
        else:
            resource = self.dialog
        return self.env["rest.resource.method"].create(
            {"resource_id": resource.id, "name": name, **values}
        )

    # --- new records ---------------------------------------------------------

    def test_a_dialog_is_told_what_it_is_about_and_does_it(self):
        self.method()
        params = {"fields": "partner_ids,dst_partner_id,state"}
        body = {"context": self.context}
        data = self.data(self.rest.post(WIZARD, body, params=params), 201)
        self.assertEqual(sorted(data["partner_ids"]), self.twins.ids)
        self.assertEqual(data["state"], "selection")
        self.data(self.rest.post(f"{WIZARD}/{data['id']}/call/action_merge"))
        self.env.invalidate_all()
        self.assertEqual(len(self.twins.exists()), 1)

    def test_without_it_the_dialog_is_about_nothing(self):
        data = self.data(self.rest.post(WIZARD, {"maximum_group": 3}), 201)
        self.assertEqual(data["maximum_group"], 3)
        self.assertEqual(data["state"], "option")

    def test_the_context_takes_nothing_else(self):
        rows = [
            ({"active_test": False}, "active_test"),
            ({"allowed_company_ids": [1]}, "allowed_company_ids"),
            ({"default_state": "finished"}, "default_state"),
            ({"unknown": 1}, "unknown"),
            ({"lang": "xx_XX"}, "lang"),
            ({"active_ids": self.twins.ids}, "active_ids"),  # of which model?
            ({"merged_ids": ["x"]}, "merged_ids"),
            ({"mode": "\x00"}, "mode"),
        ]
        for values, name in rows:
            with self.subTest(name):
                answer = self.rest.post(WIZARD, {"context": values})
                self.assert_problem(answer, 422, "body.value", f"#/context/{name}")
        answer = self.rest.post(WIZARD, {"context": []})
        self.assert_problem(answer, 422, "body.value", "#/context")

    def test_it_names_only_records_within_reach(self):
        self.resource("res.partner").domain = "[('name', '!=', 'B')]"
        rows = [
            (self.context, "active_ids"),
            ({"merged_ids": self.twins.ids}, "merged_ids"),
            ({"merged_ids": 99999999}, "merged_ids"),
            ({"active_model": "res.users"}, "active_model"),
            ({"active_model": ["x"]}, "active_model"),
        ]
        for values, name in rows:
            with self.subTest(name):
                answer = self.rest.post(WIZARD, {"context": values})
                self.assert_problem(answer, 422, "body.lookup", f"#/context/{name}")

    def test_a_resource_without_keys_takes_language_and_time_zone_only(self):
        answer = self.rest.post("res.partner", {"name": "A", "context": self.context})
        self.assert_problem(answer, 422, "body.value", "#/context/active_ids")
        body = {"name": "A", "context": {"tz": "Asia/Tokyo"}}
        self.data(self.rest.post("res.partner", body), 201)

    # --- methods -------------------------------------------------------------

    def test_a_method_finds_the_keys_that_it_lists(self):
        def context(this):
            return this.env.context.get("mode")

        self.method(context, "rest_context", context_keys="mode")
        path = f"res.partner/{self.twins.ids[0]}/call/rest_context"
        self.assertEqual(self.data(self.rest.post(path, {"context": {"mode": 3}})), 3)
        answer = self.rest.post(path, {"context": {"merged_ids": self.twins.ids}})
        self.assert_problem(answer, 422, "body.value", "#/context/merged_ids")

    def action(self, **values):
        def act(this):
            return {"type": "ir.actions.act_window", "res_model": WIZARD, **values}

        self.method(act, "rest_act")
        path = f"res.partner/{self.twins.ids[0]}/call/rest_act"
        answer = self.rest.post(path)
        self.data(answer)
        return answer.json().get("meta", {}).get("next")

    def test_an_action_says_what_to_send_next(self):
        context = {
            **self.context,
            "lang": "en_US",
            "secret": 1,
            "default_partner_ids": [(4, self.twins.ids[0]), (6, 0, self.twins.ids[1:])],
            "default_state": "option",
            "default_none": 1,
        }
        step = self.action(context=context, res_id=7)
        self.assertEqual(step["model"], WIZARD)
        self.assertEqual(step["id"], 7)
        self.assertTrue(step["url"].endswith(f"{self.root}/{WIZARD}"))
        self.assertEqual(step["context"], self.context)
        self.assertEqual(step["values"]["partner_ids"], self.twins.ids)
        self.assertNotIn("none", step["values"])

    def test_a_context_in_source_is_understood(self):
        step = self.action(context="{'mode': 'x'}")
        self.assertEqual(step["context"], {"mode": "x"})

    def test_a_context_that_only_the_web_client_can_read_is_left_out(self):
        self.assertEqual(self.action(context="{'mode': active_id}")["context"], {})

    def test_nothing_comes_next_in_models_out_of_reach(self):
        self.assertIsNone(self.action(res_model="res.users"))

    # --- settings ------------------------------------------------------------

    def test_keys_that_rights_rely_on_cannot_be_listed(self):
        for text in ("active_test", "uid", "default_name", "a-b", "ids:no.such.model"):
            with self.subTest(text), self.assertRaises(ValidationError):
                self.dialog.context_keys = text
