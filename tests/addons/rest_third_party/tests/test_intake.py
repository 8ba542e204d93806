from odoo.tests import tagged

from odoo.addons.rest_api_core.tests.common import RestCase
from odoo.addons.rest_api_core.wire.problem import Forbidden, ScopeInsufficient

T = "third.party.ticket"


@tagged("post_install", "-at_install")
class TestIntake(RestCase):
    """The engine without HTTP."""

    models = (T, "res.partner")

    def take(self, rows, client=None):
        intake = self.env[f"{T}.intake"]
        return intake._take(self.api.id, client or self.client, rows)

    def test_tickets_are_created_by_the_user_of_the_client(self):
        first, other = self.take([{"name": "A", "hours": 2.0}, {"name": "B"}])
        self.assertEqual(first, {"id": first["id"], "name": "A", "hours": 2.0})
        self.assertEqual(other["name"], "B")
        self.assertEqual(self.env[T].browse(first["id"]).create_uid, self.user)

    def test_the_client_needs_the_right_to_create(self):
        client, _key = self.make_client(self.user)
        self.make_scope(client, T)
        with self.assertRaises(ScopeInsufficient):
            self.take([{"name": "A"}], client)

    def test_the_domain_of_the_resource_holds(self):
        self.resource(T).domain = "[('hours', '<', 8)]"
        with self.assertRaises(Forbidden):
            self.take([{"name": "A", "hours": 9.0}])
