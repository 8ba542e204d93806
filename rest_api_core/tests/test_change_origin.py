"""Each change tells its origin."""

from odoo.tests import tagged

from ..capture import origin
from . import changes
from .common import RestCase

TRACE = f"00-{'a' * 32}-{'b' * 16}-01"


@tagged("post_install", "-at_install")
class TestChangeOrigin(RestCase):
    def setUp(self):
        super().setUp()
        self.partner = self.env["res.partner"].create({"name": "Ann"})
        changes.start(self.env)

    def origins(self):
        names = ("origin_type", "client_id", "user_id", "request_id", "traceparent")
        rows = changes.full_rows(self.env)
        return [tuple(row[name] for name in names) for row in rows]

    def headers(self):
        return {"X-Request-ID": "id-1", "traceparent": TRACE}

    def of_client(self):
        return ("client", self.client.id, self.user.id, "id-1", TRACE)

    def test_request(self):
        url = f"res.partner/{self.partner.id}"
        self.rest.patch(url, {"city": "A"}, headers=self.headers())
        self.assertEqual(self.origins(), [self.of_client()])

    def test_batch(self):
        step = {"op": "update", "model": "res.partner", "ids": [self.partner.id]}
        body = {"operations": [{**step, "data": {"city": "A"}}]}
        response = self.rest.post("batch", body, headers=self.headers())
        self.assertEqual(response.status_code, 200, response.text)
        self.assertEqual(self.origins(), [self.of_client()])

    def test_batch_with_an_operation_that_fails(self):
        steps = [
            {
                "op": "update",
                "model": "res.partner",
                "id": self.partner.id,
                "data": data,
            }
            for data in ({"name": "A"}, {"zz": 1}, {"city": "B"})
        ]
        body = {"mode": "partial", "operations": steps}
        answer = self.rest.post("batch", body, headers=self.headers())
        self.assertEqual(answer.status_code, 207, answer.text)
        self.assertEqual(self.origins(), [self.of_client()])

    def test_method(self):
        resource = self.resource("res.partner")
        self.env["rest.resource.method"].create(
            {"resource_id": resource.id, "name": "action_archive"}
        )
        changes.start(self.env)
        url = f"res.partner/{self.partner.id}/call/action_archive"
        response = self.rest.post(url, headers=self.headers())
        self.assertEqual(response.status_code, 200, response.text)
        self.assertEqual(set(self.origins()), {self.of_client()})

    def test_endpoint_of_an_api(self):
        code = f"env['res.partner'].browse({self.partner.id}).write({{'city': 'E'}})"
        self.env["rest.endpoint"].create(
            {
                "name": "Endpoint",
                "api_id": self.api.id,
                "path": "rename",
                "request_method": "POST",
                "request_content_type": "application/json",
                "exec_mode": "code",
                "code_snippet": f"{code}\nresult = {{'payload': 'ok'}}",
            }
        )
        changes.start(self.env)
        response = self.rest.post("rename", {}, headers=self.headers())
        self.assertEqual(response.status_code, 200, response.text)
        self.assertEqual(self.origins(), [self.of_client()])

    def test_user(self):
        self.partner.with_user(self.user).city = "A"
        self.env.cr.flush()
        self.assertEqual(self.origins()[0][:2], ("user", None))

    def test_scheduled_action(self):
        self.partner.with_context(cron_id=1).city = "A"
        action = self.env["ir.cron"].create(
            {
                "name": "Rename",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "state": "code",
                "code": f"model.browse({self.partner.id}).write({{'city': 'B'}})",
                "interval_number": 1,
                "interval_type": "days",
            }
        )
        changes.start(self.env)
        action.method_direct_trigger()
        self.assertEqual(self.origins()[0][0], "cron")

    def test_import(self):
        result = (
            self.env["res.partner"]
            .with_context(import_file=True)
            .load(["name"], [["Imported"]])
        )
        self.assertTrue(result["ids"], result)
        self.assertEqual(self.origins()[0][0], "import")

    def test_call_without_a_request(self):
        made_by = origin.Origin("webhook", user_id=self.user.id)
        with origin.acting(self.env.cr, made_by):
            self.partner.city = "A"
        other = self.partner.create({"name": "Bob"})
        rows = changes.full_rows(self.env)
        found = {row["res_id"]: row["origin_type"] for row in rows}
        self.assertEqual(found, {self.partner.id: "webhook", other.id: "user"})
