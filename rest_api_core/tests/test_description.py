"""The description of an API: what one caller may use, and nothing else."""

from odoo import Command

from ..wire.call import Caller
from .common import RestCase

URL = "https://example.com/rest/test"


class TestDescription(RestCase):
    def described(self, client=None):
        client = client or self.client
        api = self.env["rest.configuration"]._api(self.api.id)
        caller = Caller("key", client.user_id.id, client.id)
        context = self.env["rest.context"]._make(api, caller)
        return self.env["rest.documents"]._described(context, api, URL)

    def partner(self, client=None):
        return self.described(client).resource("res.partner")

    def test_resources_with_rights_operations_and_fields(self):
        partner = self.partner()
        self.assertEqual(partner.name, "Contact")
        self.assertIn("create", partner.rights)
        self.assertIn("upsert", partner.operations)
        self.assertNotIn("call", partner.operations)
        self.assertEqual(partner.fields["country_id"].relation, "res.country")
        self.assertTrue(partner.fields["name"].writable)
        self.assertFalse(partner.fields["create_date"].writable)
        self.assertIn("contact", [c.value for c in partner.fields["type"].choices])

    def test_routes_of_operations_that_can_be_used(self):
        api = self.described()
        texts = {f"{route.method} {route.path}" for route in api.routes}
        self.assertIn("GET /rest/test/<model>/<ids>", texts)
        self.assertIn("GET /rest/test/jobs", texts)
        self.assertNotIn("POST /rest/test/<model>/call/<name>", texts)
        self.assertEqual(api.host, "https://example.com")

    def test_a_client_that_reads_one_model_sees_nothing_else(self):
        client, _key = self.make_client(self.user, name="Reader")
        self.make_scope(client, "res.partner", can_read=True)
        api = self.described(client)
        self.assertEqual([each.model for each in api.resources], ["res.partner"])
        partner = api.resources[0]
        self.assertEqual(partner.rights, {"read"})
        self.assertIn("export", partner.operations)
        for name in ("create", "upsert", "import", "batch", "attach", "store"):
            self.assertNotIn(name, partner.operations)
        self.assertEqual(partner.writable(), [])

    def test_a_client_that_only_creates_reads_no_fields(self):
        client, _key = self.make_client(self.user, name="Writer")
        self.make_scope(client, "res.partner", can_read=False, can_create=True)
        partner = self.partner(client)
        self.assertEqual(partner.readable(), [])
        self.assertIn("name", partner.fields)
        self.assertIn("upsert", partner.operations)
        self.assertNotIn("list", partner.operations)

    def test_blocked_and_masked_fields(self):
        fields = self.env["ir.model.fields"]
        for mode, name in (("block", "comment"), ("mask", "email")):
            self.env["rest.field.rule"].create(
                {
                    "resource_id": self.resource("res.partner").id,
                    "mode": mode,
                    "access": "both",
                    "field_ids": [Command.link(fields._get("res.partner", name).id)],
                }
            )
        partner = self.partner()
        self.assertNotIn("comment", partner.fields)
        email = partner.fields["email"]
        self.assertEqual((email.mask, email.writable), ("null", False))
        self.assertEqual(email.uses, set())

    def test_methods_make_call_and_batch_usable(self):
        client, _key = self.make_client(self.user, name="Caller")
        method = self.env["rest.resource.method"].create(
            {"resource_id": self.resource("res.partner").id, "name": "action_archive"}
        )
        self.make_scope(client, "res.partner", can_read=True, method_ids=method.ids)
        partner = self.partner(client)
        self.assertEqual([each.name for each in partner.methods], ["action_archive"])
        self.assertLessEqual({"call", "batch"}, partner.operations)

    def test_custom_endpoints(self):
        self.env["rest.endpoint"].create(
            {
                "name": "Belgians",
                "api_id": self.api.id,
                "path": "belgians/<int:year>",
                "description": "All of them.",
                "request_method": "GET",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
            }
        )
        endpoint = self.described().endpoints[0]
        self.assertEqual(endpoint.path, "/rest/test/belgians/<int:year>")
        self.assertEqual(endpoint.help, "All of them.")
        self.assertEqual(endpoint.methods, ("GET",))

    def test_a_required_field_without_a_value_is_needed(self):
        needed = [f.name for f in self.partner().fields.values() if f.needed]
        country = self.described().resource("res.country")
        self.assertEqual(needed, [])
        self.assertTrue(country.fields["name"].required)
