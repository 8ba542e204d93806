"""Definitions of properties, which workers keep."""

from odoo.tests import tagged

from .test_credentials import CredentialCase


@tagged("post_install", "-at_install")
class TestDefinitions(CredentialCase):
    def setUp(self):
        super().setUp()
        self.partner = self.env["res.partner"].create({"name": "Ada"})

    def define(self, title):
        definition = self.partner.properties_base_definition_id
        definition.properties_definition = [
            {"name": "aa", "type": "char", "string": title}
        ]

    def properties(self):
        path = f"res.partner/{self.partner.id}?fields=properties"
        return self.data(self.rest.get(path))["properties"]

    def test_they_are_those_of_now(self):
        for title in ("Text", "Words"):
            self.define(title)
            self.assertEqual([each["string"] for each in self.properties()], [title])

    def test_a_worker_reads_them_once(self):
        self.properties()
        with self.statements() as found:
            self.assertEqual(self.properties(), [])
        self.assertNotIn('FROM "properties_base_definition"', "".join(found))
