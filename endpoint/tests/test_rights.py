from odoo.exceptions import AccessError, UserError
from odoo.service import model as service_model
from odoo.tools import mute_logger

from .common import EndpointHttpCase

CALLER = 'result = {"payload": [user.login, env.su, env.company.id, endpoint.env.su]}'


class TestRights(EndpointHttpCase):
    """The rights of snippets, and access to endpoints."""

    def test_without_exec_as_user_the_rights_of_the_caller_apply(self):
        user = self.new_user("caller")
        self.make_endpoint(CALLER, auth_type="user_endpoint", exec_as_user_id=False)
        self.authenticate("caller", "caller password")
        self.assertEqual(
            self.call().json(), ["caller", False, user.company_id.id, False]
        )

    def test_the_owner_of_an_api_key_is_the_caller(self):
        user = self.new_user("keyowner")
        self.make_endpoint(CALLER, auth_type="bearer", exec_as_user_id=False)
        payload = self.call(headers=self.bearer(user)).json()
        self.assertEqual(payload[:2], ["keyowner", False])

    def test_exec_as_user_does_not_change_the_request(self):
        self.make_endpoint(
            'result = {"payload": [user.login, env.su, request.env.user.login]}'
        )
        self.assertEqual(self.call().json(), ["admin", False, "public"])

    def test_the_snippet_runs_in_the_company_of_the_endpoint(self):
        company = self.env["res.company"].create({"name": "Other"})
        admin = self.env.ref("base.user_admin")
        admin.company_ids |= company
        self.make_endpoint(CALLER, company_id=company.id)
        self.assertEqual(self.call().json()[2], company.id)

    @mute_logger("endpoint.endpoint", "odoo.http")
    def test_a_company_without_the_user_is_403(self):
        company = self.env["res.company"].create({"name": "Other"})
        user = self.new_user("elsewhere")
        user.company_ids += company
        self.make_endpoint(CALLER, company_id=company.id, exec_as_user_id=user.id)
        user.company_ids -= company
        self.assertEqual(self.call().status_code, 403)

    @mute_logger("endpoint.endpoint", "odoo.http")
    def test_a_public_endpoint_with_an_archived_user_is_503_and_broken(self):
        user = self.new_user("leaver")
        endpoint = self.make_endpoint(exec_as_user_id=user.id)
        self.assertEqual(self.call().status_code, 200)
        user.active = False
        self.assertEqual(self.call().status_code, 503)
        self.assertEqual(endpoint.registry_state, "broken")
        self.assertIn("is archived or deleted", endpoint.registry_state_message)
        user.active = True
        self.assertEqual(self.call().status_code, 200)
        endpoint.invalidate_recordset()
        self.assertEqual(endpoint.registry_state, "synced")
        user.unlink()
        self.assertEqual(self.call().status_code, 503)

    @mute_logger("endpoint.endpoint", "odoo.http")
    def test_a_private_endpoint_with_an_archived_user_is_503(self):
        leaver, caller = self.new_user("leaver"), self.new_user("caller")
        self.make_endpoint(auth_type="bearer", exec_as_user_id=leaver.id)
        headers = self.bearer(caller)
        leaver.active = False
        self.assertEqual(self.call(headers=headers).status_code, 503)

    @mute_logger("endpoint.endpoint", "odoo.http")
    def test_an_access_error_is_403_without_details(self):
        user = self.new_user("limited")
        self.make_endpoint(
            'result = {"payload": env["ir.config_parameter"].search_read([])}',
            exec_as_user_id=user.id,
        )
        response = self.call()
        self.assertEqual(response.status_code, 403)
        self.assertNotIn("config", response.text)

    def test_only_administrators_can_access_endpoints(self):
        user = self.new_user("curious", "base.group_user,base.group_erp_manager")
        endpoint = self.make_endpoint()
        model = self.env["endpoint.endpoint"].with_user(user)
        for attempt in (
            lambda: model.search([]),
            lambda: model.create({"name": "x", "route": "/x", "request_method": "GET"}),
            lambda: endpoint.with_user(user).write({"name": "x"}),
            lambda: endpoint.with_user(user).unlink(),
            lambda: self.env["endpoint.test"].with_user(user).create({}),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_endpoints_of_other_companies_are_hidden(self):
        company = self.env["res.company"].create({"name": "Hidden"})
        self.env.ref("base.user_admin").company_ids += company
        endpoint = self.make_endpoint(company_id=company.id)
        admin = self.new_user("other_admin", "base.group_user,base.group_system")
        matches = self.env["endpoint.endpoint"].with_user(admin).search([])
        self.assertNotIn(endpoint, matches)

    def test_external_rpc_is_blocked_and_the_web_client_works(self):
        self.make_endpoint()
        self.authenticate("admin", "admin")
        response = self.call(
            "/web/dataset/call_kw/endpoint.endpoint/search_count",
            "POST",
            json={
                "params": {
                    "model": "endpoint.endpoint",
                    "method": "search_count",
                    "args": [[]],
                    "kwargs": {},
                }
            },
        )
        self.assertGreaterEqual(response.json()["result"], 1)
        with self.assertRaisesRegex(UserError, "RPC call on endpoint.endpoint"):
            service_model.execute_cr(
                self.env.cr, 2, "endpoint.endpoint", "search", [[]], {}
            )

    @mute_logger("odoo.http")
    def test_json_2_is_blocked_for_any_method(self):
        headers = self.bearer(self.env.ref("base.user_admin"))
        for method in ("search_read", "write", "create", "action_test"):
            response = self.call(
                f"/json/2/endpoint.endpoint/{method}", "POST", headers=headers, json={}
            )
            with self.subTest(method):
                self.assertIn(response.status_code, (403, 422))
                self.assertIn("RPC call on endpoint.endpoint", response.text)
