from odoo.exceptions import AccessError, UserError
from odoo.service import model as service_model
from odoo.tests.common import TransactionCase

from odoo.addons.endpoint_route_handler import rpc_guard


class TestRpcGuard(TransactionCase):
    def call(self, model, method="search_read"):
        return service_model.execute_cr(
            self.env.cr, self.env.uid, model, method, [[]], {}
        )

    def test_the_guard_is_installed_once(self):
        before = service_model.execute_cr
        rpc_guard.install()
        self.assertIs(service_model.execute_cr, before)
        self.assertTrue(before.endpoint_rpc_guard)

    def test_blocked_models_reject_any_call(self):
        with self.assertRaisesRegex(
            UserError, "RPC call on endpoint.route.handler.tool"
        ):
            self.call("endpoint.route.handler.tool")

    def test_other_and_unknown_models_are_not_blocked(self):
        rpc_guard.check_rpc(self.env.registry, "res.partner", "read")
        rpc_guard.check_rpc(self.env.registry, "no.such.model", "read")
        rpc_guard.check_rpc(self.env.registry, None, None)

    def test_single_methods_can_be_blocked(self):
        klass = self.env.registry["res.partner"]
        klass._disable_rpc = ("create",)
        self.addCleanup(delattr, klass, "_disable_rpc")
        rpc_guard.check_rpc(self.env.registry, "res.partner", "read")
        with self.assertRaises(AccessError):
            rpc_guard.check_rpc(self.env.registry, "res.partner", "create", AccessError)
