"""Values that name records without being a relation to Odoo."""

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

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
        answer = self.rest.ask(method, path, json_body=body, **options)
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
                place = f"#/properties/{next(iter(values))}"
                self.refused("PATCH", self.path, body, place)
                self.refused("POST", "res.partner", body, place)
        self.assertEqual(self.seen.name, "Seen")
        body = {"properties": {"one": self.seen.id, "many": [self.seen.id]}}
        self.data(self.rest.patch(self.path, body))

    def test_nested_properties_are_looked_at_too(self):
        self.define({"name": "one", "type": "many2one", "comodel": "res.partner"})
        child = {"name": "C", "properties": {"one": self.hidden.id}}
        place = "#/child_ids/0/properties"
        self.refused("PATCH", self.path, {"child_ids": [child]}, place)
        rows = [{"name": "A"}, {"name": "B", "child_ids": [child]}]
        self.refused("POST", "res.partner", rows, f"#/1{place[1:]}")
        rows[1]["child_ids"].append(child)  # which of the two nobody knows
        self.refused("POST", "res.partner", rows, "#/1")

    def test_a_record_does_not_say_what_properties_there_are(self):
        self.define({"name": "text", "type": "char", "string": "Text"})
        given = self.data(self.rest.get(self.path, params={"fields": "properties"}))
        (item,) = given["properties"]
        changed = {**item, "value": "x", "string": "Y", "definition_changed": True}
        self.data(self.rest.patch(self.path, {"properties": [changed]}))
        shown = self.data(self.rest.get(self.path, params={"fields": "properties"}))
        (item,) = shown["properties"]
        self.assertEqual((item["string"], item["value"]), ("Text", "x"))
        more = {"name": "new", "type": "char", "value": 1, "definition_changed": True}
        answer = self.rest.patch(self.path, {"properties": [changed, more]})
        self.assert_problem(answer, 422, "body.value", "#/properties/new")

    def stored(self):
        return dict(self.seen.properties)

    def test_properties_that_are_not_named_stay(self):
        self.define({"name": "a", "type": "char"}, {"name": "b", "type": "integer"})
        self.data(self.rest.patch(self.path, {"properties": {"a": "x", "b": 1}}))
        self.data(self.rest.patch(self.path, {"properties": {"b": 2}}))
        self.assertEqual(self.stored(), {"a": "x", "b": 2})
        other = self.env["res.partner"].create({"name": "Other"})
        body = {"ids": [self.seen.id, other.id], "data": {"properties": {"b": 3}}}
        self.data(self.rest.patch("res.partner", body))
        self.assertEqual(self.stored(), {"a": "x", "b": 3})
        self.assertEqual(other.properties["b"], 3)

    def test_a_copy_has_the_properties_too(self):
        self.define({"name": "a", "type": "char"}, {"name": "b", "type": "integer"})
        self.data(self.rest.patch(self.path, {"properties": {"a": "x", "b": 1}}))
        copied = self.rest.post(f"{self.path}/copy", {"properties": {"b": 2}})
        copy = self.env["res.partner"].browse(self.data(copied, 201)["id"])
        self.assertEqual(dict(copy.properties), {"a": "x", "b": 2})
        self.refused_value(
            self.rest.post(f"{self.path}/copy", {"properties": {"b": "x"}})
        )

    def refused_value(self, answer, place="#/properties/b"):
        self.assert_problem(answer, 422, "body.value", place)

    def test_nested_changes_of_properties_are_checked(self):
        self.define({"name": "a", "type": "char"}, {"name": "b", "type": "integer"})
        child = self.env["res.partner"].create(
            {"name": "C", "parent_id": self.seen.id, "properties": {"a": "x", "b": 1}}
        )
        body = {"child_ids": [{"id": child.id, "properties": {"b": "x"}}]}
        place = "#/child_ids/0/properties/b"
        self.refused_value(self.rest.patch(self.path, body), place)
        body["child_ids"][0]["properties"]["b"] = 2
        self.data(self.rest.patch(self.path, body))
        self.assertEqual(dict(child.properties), {"a": "x", "b": 2})

    def test_properties_have_the_type_of_their_definition(self):
        self.define(
            {"name": "text", "type": "char", "string": "Text"},
            {"name": "time", "type": "datetime", "string": "Time"},
            {"name": "one", "type": "many2one", "comodel": "res.partner"},
        )
        rows = [{"text": 1}, {"time": "x"}, {"one": "x"}, {"nosuch": 1}]
        for values in rows:
            with self.subTest(values):
                body = {"name": "X", "properties": values}
                place = f"#/properties/{next(iter(values))}"
                answer = self.rest.patch(self.path, body)
                self.assert_problem(answer, 422, "body.value", place)
                with mute_logger("odoo.addons.rest_api_core.engine.diagnosis"):
                    answer = self.rest.post("res.partner", body)
                self.assert_problem(answer, 422, "body.value")
        self.assertEqual(self.seen.name, "Seen")
        body = {"time": "2026-01-31T12:00:00+02:00", "one": {"id": self.seen.id}}
        created = self.rest.post("res.partner", {"name": "X", "properties": body})
        new = self.env["res.partner"].browse(self.data(created, 201)["id"])
        wanted = {"time": "2026-01-31 10:00:00", "one": self.seen.id}
        field = new._fields["properties"]
        self.assertEqual(field.convert_to_export(new.properties, new), wanted)

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
        self.data(self.rest.post("ir.ui.menu", body, key=key), 201)
        for wrong in ({**action, "id": 99999999},):
            body = {"name": "Menu", "action": wrong}
            self.refused("POST", "ir.ui.menu", body, "#/action", key=key)
        body = {"name": "Menu", "action": {"model": "res.partner", "id": 1}}
        answer = self.rest.post("ir.ui.menu", body, key=key)
        self.assert_problem(answer, 422, "body.value", "#/action")

    def assert_index(self, key, attachment_id, good):
        """In lists, the error is that of the record that has the value."""
        bad = {**good, "res_model": "res.country.state", "res_id": 99999999}
        self.refused("POST", "ir.attachment", [good, bad], "#/1/res_id", key=key)
        other = self.data(self.rest.post("ir.attachment", good, key=key), 201)["id"]
        rows = [{"id": attachment_id, "name": "A"}, {"id": other, **bad}]
        self.refused("PATCH", "ir.attachment", rows, "#/1/res_id", key=key)
        shared = {"ids": [attachment_id, other], "data": bad}
        answer = self.rest.patch("ir.attachment", shared, key=key)
        place = "#/data/res_id"
        problem = self.assert_problem(answer, 422, "body.lookup", place)
        told = {error["id"] for error in problem["errors"]}
        self.assertEqual(told, {attachment_id, other})
        self.env["ir.attachment"].browse(other).unlink()

    def test_a_model_and_an_id_must_lead_to_a_record_within_reach(self):
        self.expose("ir.attachment", sensitive=True)
        key = self.system_key()
        body = {"name": "File", "res_model": "res.partner", "res_id": self.seen.id}
        created = self.data(self.rest.post("ir.attachment", body, key=key), 201)
        path = f"ir.attachment/{created['id']}"
        before = self.env["ir.attachment"].search_count([])
        self.assert_index(key, created["id"], body)
        for number in (self.hidden.id, 99999999):
            body["res_id"] = number
            answer = self.rest.post("ir.attachment", body, key=key)
            self.assertIn(answer.status_code, (403, 422), answer.text)
            answer = self.rest.patch(path, {"res_id": number}, key=key)
            self.assertIn(answer.status_code, (403, 422), answer.text)
        self.assertEqual(self.env["ir.attachment"].search_count([]), before)
