"""What workers keep of rights, and when they forget it."""

from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.endpoint_route_handler import cache_epoch

from .common import RestCase

P = "res.partner"


@tagged("post_install", "-at_install")
class TestForgetting(TransactionCase):
    """Whatever gives or takes rights is forgotten after the commit, too.

    Odoo clears its cache before that only: a request in another thread could fill it
    again with what is about to be old.
    """

    def assert_forgets(self, change):
        with patch.object(cache_epoch, "mark_changed") as mark:
            change()
        self.assertTrue(mark.called)

    def test_groups(self):
        user = new_test_user(self.env, "rest_user", "base.group_user")
        group = self.env["res.groups"].create({"name": "G"})
        for values in (
            {"user_ids": [Command.link(user.id)]},
            {"user_ids": [Command.unlink(user.id)]},
            {"implied_ids": [Command.link(self.env.ref("base.group_user").id)]},
        ):
            self.assert_forgets(lambda values=values: group.write(values))
        self.assert_forgets(group.unlink)
        change = {"group_ids": [Command.clear()]}
        self.assert_forgets(lambda: user.write({**change, "active": False}))

    def test_access_rights_and_record_rules(self):
        model_id = self.env["ir.model"]._get_id(P)
        for model in ("ir.model.access", "ir.rule"):
            records = self.env[model]
            values = {"name": "X", "model_id": model_id}
            self.assert_forgets(lambda r=records, v=values: r.create(v))
            record = records.create(values)
            self.assert_forgets(lambda r=record: r.write({"perm_read": True}))
            self.assert_forgets(record.unlink)

    def test_companies(self):
        user = new_test_user(self.env, "rest_user", "base.group_user")
        company = self.env["res.company"].create({"name": "C"})
        for values in (
            {"user_ids": [Command.link(user.id)]},
            {"user_ids": [Command.unlink(user.id)]},
            {"active": False},
        ):
            self.assert_forgets(lambda values=values: company.write(values))


@tagged("post_install", "-at_install")
class TestChanges(RestCase):
    """Each change holds from the next request on."""

    def status(self, **options):
        return self.rest.get(
            P, params={"fields": "id", "limit": 1}, **options
        ).status_code

    def test_users_of_a_company_are_changed_from_the_company(self):
        company = self.env["res.company"].create({"name": "C"})
        headers = {"X-Company-Id": str(company.id)}
        self.assertEqual(self.status(headers=headers), 403)
        company.user_ids = [Command.link(self.user.id)]
        self.assertEqual(self.status(headers=headers), 200)
        company.user_ids = [Command.unlink(self.user.id)]
        self.assertEqual(self.status(headers=headers), 403)
        company.user_ids = [Command.link(self.user.id)]
        company.active = False
        self.assertEqual(self.status(headers=headers), 403)

    def test_groups_are_changed_from_all_sides(self):
        self.env["ir.model.access"].search([("model_id.model", "=", P)]).unlink()
        inner, outer = self.env["res.groups"].create([{"name": "I"}, {"name": "O"}])
        self.env["ir.model.access"].create(
            {
                "name": "X",
                "model_id": self.env["ir.model"]._get_id(P),
                "group_id": inner.id,
                "perm_read": True,
            }
        )
        self.assertEqual(self.status(), 403)
        for record, name, other in (
            (inner, "user_ids", self.user),
            (self.user, "group_ids", inner),
        ):
            record.write({name: [Command.link(other.id)]})
            self.assertEqual(self.status(), 200)
            record.write({name: [Command.unlink(other.id)]})
            self.assertEqual(self.status(), 403)
        self.user.group_ids = [Command.link(outer.id)]
        for record, name, other in (
            (outer, "implied_ids", inner),
            (inner, "implied_by_ids", outer),
        ):
            record.write({name: [Command.link(other.id)]})
            self.assertEqual(self.status(), 200)
            record.write({name: [Command.unlink(other.id)]})
            self.assertEqual(self.status(), 403)

    def test_languages_come_and_go(self):
        language = self.env["res.lang"]._activate_lang("fr_BE")
        self.assertEqual(self.rest.get(P, params={"lang": "fr_BE"}).status_code, 200)
        language.active = False
        self.assertEqual(self.rest.get(P, params={"lang": "fr_BE"}).status_code, 400)

    def test_system_parameters_come_and_go(self):
        self.api.rate_limit = 100
        name = "rest_api_core.rate_draft_headers"
        parameters = self.env["ir.config_parameter"]
        for value, told in (("True", True), ("False", False), ("1", True)):
            parameters.set_param(name, value)
            self.assertEqual("RateLimit" in self.rest.get(P).headers, told)
        parameters.search([("key", "=", name)]).unlink()
        self.assertNotIn("RateLimit", self.rest.get(P).headers)
