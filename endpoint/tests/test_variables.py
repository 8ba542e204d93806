import json

from .common import CommonEndpoint, EndpointHttpCase

ROUTE = '/test/<model("res.partner"):partner>'
SNIPPET = """
partner = request.params["partner"]
result = {"payload": [partner.env.user.login, partner.name, partner.env.su]}
"""


class TestVariables(EndpointHttpCase):
    """Records in the path belong to the user that the snippet runs as."""

    def setUp(self):
        super().setUp()
        self.partner = self.env["res.partner"].create({"name": "Azure"})

    def make(self, **values):
        return self.make_endpoint(SNIPPET, route=ROUTE, **values)

    def test_a_public_endpoint_reads_records_as_its_user(self):
        self.make()
        response = self.call(f"/test/{self.partner.id}")
        self.assertEqual(response.json(), ["admin", "Azure", False])

    def test_an_unknown_record_is_404(self):
        self.make()
        self.assertEqual(self.call("/test/999999999").status_code, 404)

    def test_a_record_that_the_user_cannot_read_is_404(self):
        portal = self.new_user("visitor", "base.group_portal")
        self.make(exec_as_user_id=portal.id)
        self.assertEqual(self.call(f"/test/{self.partner.id}").status_code, 404)

    def test_without_a_user_the_rights_of_the_caller_decide(self):
        self.make(auth_type="bearer", exec_as_user_id=False)
        user = self.new_user("reader")
        response = self.call(f"/test/{self.partner.id}", headers=self.bearer(user))
        self.assertEqual(response.json(), ["reader", "Azure", False])

    def test_several_records(self):
        other = self.env["res.partner"].create({"name": "Deco"})
        self.make_endpoint(
            'result = {"payload": sorted(request.params["all"].mapped("name"))}',
            route='/test/<models("res.partner"):all>',
        )
        ids = f"{self.partner.id},{other.id}"
        self.assertEqual(self.call(f"/test/{ids}").json(), ["Azure", "Deco"])


class TestVariablesInDialog(CommonEndpoint):
    def setUp(self):
        super().setUp()
        self.registry_enter_test_mode()

    def run_test(self, endpoint, path):
        values = {"endpoint_id": endpoint.id, "path": path}
        test = self.env["endpoint.test"].create(values)
        test.action_run()
        return test

    def test_the_dialog_gives_records_to_the_user_too(self):
        endpoint = self.make_endpoint(SNIPPET, route=ROUTE)
        partner = self.env["res.partner"].create({"name": "Azure"})
        test = self.run_test(endpoint, f"/test/{partner.id}")
        self.assertEqual(json.loads(test.response_body), ["admin", "Azure", False])
        missing = self.run_test(endpoint, "/test/999999999")
        self.assertEqual(missing.response_status, 404)
