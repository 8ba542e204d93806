from unittest.mock import patch

from ..models import rest_logged_mixin
from .common import RestCase


class TestScreens(RestCase):
    """What the forms of APIs and resources show beside their own fields."""

    models = ("res.partner", "res.country")

    def picked(self, text, **context):
        model = self.env["ir.model"].with_context(**context)
        return [name for _id, name in model.name_search(text, limit=200)]

    def test_the_field_of_the_model_shows_technical_names(self):
        names = self.picked("res.country", rest_model_picker=True)
        self.assertIn("Country (res.country)", names)
        self.assertIn("Country", self.picked("res.country"))

    def test_the_field_of_the_model_offers_dialogs_last(self):
        names = self.picked("", rest_model_picker=True)
        models = [name.rpartition("(")[2].rstrip(")") for name in names]
        transient = [self.env[name]._transient for name in models if name in self.env]
        self.assertEqual(transient, sorted(transient))
        self.assertFalse(transient[0])

    def test_an_api_counts_the_clients_that_can_use_it(self):
        api = self.api.copy({"root_path": "/screens", "name": "Screens"})
        everything = self.env["rest.client"].search([("all_resources", "=", True)])
        before = len(everything)
        self.assertEqual(api.client_count, before)
        user = self.env.ref("base.user_admin")
        scoped = self.env["rest.client"].create({"name": "Scoped", "user_id": user.id})
        api.invalidate_recordset()
        self.assertEqual(api.client_count, before)
        scoped.scope_ids = [(0, 0, {"resource_id": api.resource_ids[0].id})]
        api.invalidate_recordset()
        self.assertEqual(api.client_count, before + 1)
        found = self.env["rest.client"].search(api.action_view_clients()["domain"])
        self.assertIn(scoped, found)
        self.assertEqual(len(found), api.client_count)
        self.assertEqual(self.env["rest.api"].new({}).client_count, 0)

    def test_forms_count_their_log_entries_up_to_a_limit(self):
        resource = self.resource("res.partner")
        log = self.env["rest.log"]
        domains = [self.api._log_domain(), resource._log_domain()]
        for number in (1, 2, 3):
            log.create({"api_id": self.api.id, "model": "res.partner", "path": "/a"})
            self.env.invalidate_all()
            with patch.object(rest_logged_mixin, "COUNTED", 2):
                shown = str(number) if number <= 2 else "2+"
                self.assertEqual(resource.log_count, shown)
                self.assertEqual(self.api.log_count, shown)
        for domain in domains:
            self.assertEqual(log.search_count(domain), 3)
        self.assertEqual(resource.action_view_log()["domain"], domains[1])
        self.assertEqual(self.env["rest.resource"].new({}).log_count, "0")

    def test_lines_lead_to_the_form_of_the_record(self):
        resource = self.resource("res.partner")
        self.assertEqual(resource.action_configure()["res_id"], resource.id)
        client = self.env["rest.client"].search([], limit=1)
        scope = self.env["rest.client.scope"].create(
            {"client_id": client.id, "resource_id": resource.id}
        )
        self.assertEqual(scope.action_configure()["res_id"], scope.id)
