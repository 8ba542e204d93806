from odoo.tests import tagged

from odoo.addons.rest_api_core.query.query import Query
from odoo.addons.rest_api_core.tests.common import RestCase

T = "third.party.ticket"


@tagged("post_install", "-at_install")
class TestJsonRpc(RestCase):
    """A dialect with another envelope and other errors, on the same engine."""

    models = (T, "res.partner")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api.jsonrpc_root_path = "/rest/rpc"
        cls.ticket = cls.env[T].create({"name": "A", "hours": 9})

    def rpc(self, method, params, key=None):
        self.env.flush_all()
        message = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
        headers = {"Authorization": f"Bearer {key or self.key}"}
        url = f"{self.base_url()}/rest/rpc"
        response = self.opener.post(url, json=message, headers=headers, timeout=60)
        self.env.invalidate_all()
        self.assertEqual(response.status_code, 200, response.text)
        document = response.json()
        self.assertEqual((document["jsonrpc"], document["id"]), ("2.0", 7))
        return document

    def test_a_list(self):
        params = {"model": T, "filter": [["hours", "=", 9]], "fields": ["name"]}
        expected = [{"id": self.ticket.id, "name": "A"}]
        self.assertEqual(self.rpc("list", params)["result"], expected)

    def test_one_record(self):
        params = {"model": T, "ids": [self.ticket.id], "fields": ["hours"]}
        expected = {"id": self.ticket.id, "hours": 9}
        self.assertEqual(self.rpc("read", params)["result"], expected)

    def test_a_new_record(self):
        created = self.rpc("create", {"model": T, "values": {"name": "B"}})["result"]
        self.assertEqual(self.env[T].browse(created["id"]).name, "B")

    def test_a_change(self):
        ids = [self.ticket.id]
        self.rpc("update", {"model": T, "ids": ids, "values": {"hours": 3}})
        self.assertEqual(self.ticket.hours, 3)

    def test_a_deletion(self):
        self.resource(T).delete_mode = "unlink"
        self.rpc("delete", {"model": T, "ids": [self.ticket.id]})
        self.assertFalse(self.ticket.exists())

    def test_errors_have_their_own_form(self):
        error = self.rpc("read", {"model": T, "ids": [99999999]})["error"]
        self.assertEqual((error["code"], error["data"]), (404, "record.not_found"))
        error = self.rpc("explode", {})["error"]
        self.assertEqual(error["data"], "query.value")

    def test_rights_are_those_of_the_engine(self):
        client, key = self.make_client(self.user)
        self.make_scope(client, T)
        error = self.rpc("create", {"model": T, "values": {"name": "B"}}, key)["error"]
        self.assertEqual((error["code"], error["data"]), (403, "policy.scope"))

    def test_requests_are_in_the_log(self):
        self.rpc("read", {"model": T, "ids": [self.ticket.id]})
        entry = self.env["rest.log"].search([("api_id", "=", self.api.id)], limit=1)
        self.assertEqual((entry.route, entry.model), ("/read", T))
        self.assertEqual(entry.client_id, self.client)

    def test_code_gets_the_same_document_as_http(self):
        context = self.env[f"{T}.intake"]._context(self.api.id, self.client)
        query = {"model": T, "ids": [self.ticket.id]}
        read_record = self.env["rest.reader"].read_record
        found = read_record(context, T, self.ticket.id, Query())
        self.assertEqual(found.data, self.rpc("read", query)["result"])
        self.assertEqual(found.data, self.data(self.rest.get(f"{T}/{self.ticket.id}")))
