"""Values that name records without being a relation to Odoo."""

from odoo.tests import new_test_user, tagged

from .common import RestCase


@tagged("post_install", "-at_install")
class TestPointers(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seen, cls.hidden = cls.env["res.partner"].create(
            [{"name": "Seen"}, {"name": "Hidden"}]
        )
        cls.path = f"res.partner/{cls.seen.id}"
        cls.env["ir.rule"].create(
            {
                "name": "Hidden",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {cls.hidden.id})]",
            }
        )

    def refused(self, method, path, body, place, **options):
        answer = self.ask(method, path, json_body=body, **options)
        self.assert_problem(answer, 422, "body.lookup", place)

    # --- properties ------------------------------------------------------------------

    def define(self, *definitions):
        base = self.env["properties.base.definition"]
        found = base._get_definition_for_property_field("res.partner", "properties")
        found.properties_definition = list(definitions)

    def test_records_of_properties_must_be_within_reach(self):
        self.define(
            {"name": "one", "type": "many2one", "comodel": "res.partner"},
            {"name": "many", "type": "many2many", "comodel": "res.partner"},
        )
        rows = [{"one": self.hidden.id}, {"many": [self.seen.id, self.hidden.id]}]
        for values in rows:
            with self.subTest(values):
                body = {"name": "X", "properties": values}
                self.refused("PATCH", self.path, body, "#/properties")
                self.refused("POST", "res.partner", body, "#/properties")
        self.assertEqual(self.seen.name, "Seen")
        body = {"properties": {"one": self.seen.id, "many": [self.seen.id]}}
        self.data(self.patch(self.path, body))

    def test_nested_properties_are_looked_at_too(self):
        self.define({"name": "one", "type": "many2one", "comodel": "res.partner"})
        child = {"name": "C", "properties": {"one": self.hidden.id}}
        self.refused("PATCH", self.path, {"child_ids": [child]}, "#/properties")

    def test_a_record_does_not_say_what_properties_there_are(self):
        self.define({"name": "text", "type": "char", "string": "Text"})
        given = self.data(self.get(self.path, params={"fields": "properties"}))
        (item,) = given["properties"]
        changed = {**item, "value": "x", "string": "Y", "definition_changed": True}
        more = {"name": "new", "type": "char", "value": 1, "definition_changed": True}
        self.data(self.patch(self.path, {"properties": [changed, more]}))
        shown = self.data(self.get(self.path, params={"fields": "properties"}))
        (item,) = shown["properties"]
        self.assertEqual((item["string"], item["value"]), ("Text", "x"))

    # --- references ------------------------------------------------------------------

    def system_key(self):
        groups = "base.group_user,base.group_system,base.group_partner_manager"
        admin = new_test_user(self.env, "rest_system", groups)
        return self.make_client(admin, all_resources=True)[1]

    def test_a_reference_must_lead_to_a_record_within_reach(self):
        self.expose("ir.ui.menu", sensitive=True)
        key = self.system_key()
        window = self.env["ir.actions.act_window"].search([], limit=1)
        action = {"model": "ir.actions.act_window", "id": window.id}
        body = {"name": "Menu", "action": action}
        self.data(self.post("ir.ui.menu", body, key=key), 201)
        for wrong in ({**action, "id": 99999999},):
            body = {"name": "Menu", "action": wrong}
            self.refused("POST", "ir.ui.menu", body, "#/action", key=key)
        body = {"name": "Menu", "action": {"model": "res.partner", "id": 1}}
        answer = self.post("ir.ui.menu", body, key=key)
        self.assert_problem(answer, 422, "body.value", "#/action")

    def test_a_model_and_an_id_must_lead_to_a_record_within_reach(self):
        self.expose("ir.attachment", sensitive=True)
        key = self.system_key()
        body = {"name": "File", "res_model": "res.partner", "res_id": self.seen.id}
        created = self.data(self.post("ir.attachment", body, key=key), 201)
        path = f"ir.attachment/{created['id']}"
        before = self.env["ir.attachment"].search_count([])
        for number in (self.hidden.id, 99999999):
            body["res_id"] = number
            answer = self.post("ir.attachment", body, key=key)
            self.assertIn(answer.status_code, (403, 422), answer.text)
            answer = self.patch(path, {"res_id": number}, key=key)
            self.assertIn(answer.status_code, (403, 422), answer.text)
        self.assertEqual(self.env["ir.attachment"].search_count([]), before)
