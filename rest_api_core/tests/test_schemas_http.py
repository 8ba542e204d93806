"""Responses by the schemas of a resource, and by the parameter ``schema``."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import RestCase

LINES = "('name', ('child_ids', [('name', ('country_id', ('code',)))]))"


@tagged("post_install", "-at_install")
class TestSchemaParameter(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.resource("res.partner")
        cls.partners.write(
            {"list_schema": "('ref',)", "read_schema": LINES, "create_schema": "'name'"}
        )
        country = {"name": "Brandon", "country_id": cls.env.ref("base.be").id}
        cls.partner = cls.env["res.partner"].create(
            {"name": "Azure", "ref": "A1", "child_ids": [Command.create(country)]}
        )
        cls.path = f"res.partner/{cls.partner.id}"

    def shown(self, answer, status=200):
        """The names of the fields of a record, or of the first of a list."""
        data = self.data(answer, status)
        return list(data[0] if isinstance(data, list) else data)

    def only(self, **params):
        return {"filter[id]": self.partner.id, **params}

    def test_each_operation_has_its_schema(self):
        self.assertEqual(
            self.shown(self.rest.get("res.partner", params=self.only())), ["id", "ref"]
        )
        child = self.partner.child_ids
        belgium = {"id": self.env.ref("base.be").id, "code": "BE"}
        self.assertEqual(
            self.data(self.rest.get(self.path)),
            {
                "id": self.partner.id,
                "name": "Azure",
                "child_ids": [
                    {"id": child.id, "name": "Brandon", "country_id": belgium}
                ],
            },
        )
        bulk = self.rest.get("res.partner/bulk", params={"ids": self.partner.id})
        self.assertEqual(self.shown(bulk), ["id", "name", "child_ids"])

    def test_writes_show_records_by_schemas_too(self):
        created = self.rest.post("res.partner", {"name": "New", "ref": "N"})
        self.assertEqual(self.shown(created, 201), ["id", "name"])
        changed = self.rest.patch(self.path, {"ref": "A2"})
        self.assertEqual(self.shown(changed), ["id", "name", "child_ids"])

    def test_a_request_may_name_another_schema(self):
        answer = self.rest.get("res.partner", params=self.only(schema="read"))
        self.assertEqual(self.shown(answer), ["id", "name", "child_ids"])

    def test_fields_of_the_request_win(self):
        params = self.only(fields="email", schema="read")
        self.assertEqual(
            self.shown(self.rest.get("res.partner", params=params)), ["id", "email"]
        )

    def test_excluded_fields_are_left_out(self):
        answer = self.rest.get(self.path, params={"exclude_fields": "child_ids"})
        self.assertEqual(self.shown(answer), ["id", "name"])

    def test_fields_that_a_client_may_not_read_are_left_out(self):
        scoped, self.key = self.make_client(self.user)
        scope = self.make_scope(scoped, "res.partner")
        fields = self.env["ir.model.fields"]._get("res.partner", "ref")
        rule = {"mode": "block", "field_ids": fields.ids}
        scope.field_rule_ids = [Command.create(rule)]
        answer = self.rest.get("res.partner", params=self.only())
        self.assertEqual(self.shown(answer), ["id"])
        child = self.data(self.rest.get(self.path))["child_ids"][0]
        # without a scope on countries, the link is left of them
        self.assertEqual(child["country_id"], {"id": self.env.ref("base.be").id})

    def test_a_schema_that_is_not_stored_is_refused(self):
        answer = self.rest.get("res.country", params={"schema": "list"})
        problem = self.assert_problem(answer, 400, "query.value", "schema")
        self.assertIn("has no schema 'list'", problem["detail"])

    def test_only_three_words_name_a_schema(self):
        answer = self.rest.get("res.partner", params={"schema": "short"})
        self.assert_problem(answer, 400, "query.value", "schema")

    def test_a_changed_schema_holds_from_the_next_request_on(self):
        self.partners.list_schema = "('email',)"
        answer = self.rest.get("res.partner", params=self.only())
        self.assertEqual(self.shown(answer), ["id", "email"])
