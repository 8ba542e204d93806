from odoo.tools import mute_logger

from .common import EndpointHttpCase


class TestLife(EndpointHttpCase):
    """What is served after create, change, archive and delete."""

    def status(self, path="/test/endpoint", method="GET"):
        return self.call(path, method).status_code

    def test_an_endpoint_is_served_after_the_sync(self):
        endpoint = self.make_endpoint(registry_sync=False)
        self.assertEqual(self.status(), 404)
        endpoint.registry_sync = True
        self.assertEqual(self.status(), 200)

    def test_the_action_synchronizes(self):
        endpoint = self.make_endpoint(registry_sync=False)
        action = self.env.ref("endpoint.server_action_registry_sync")
        action.with_context(
            active_model="endpoint.endpoint", active_ids=endpoint.ids
        ).run()
        self.assertEqual(self.status(), 200)

    def test_a_changed_route_is_served_after_the_sync(self):
        endpoint = self.make_endpoint()
        self.assertEqual(self.status(), 200)
        endpoint.route = "/test/moved"
        self.assertEqual((self.status(), self.status("/test/moved")), (404, 404))
        endpoint.registry_sync = True
        self.assertEqual((self.status(), self.status("/test/moved")), (404, 200))

    def test_an_archived_endpoint_is_404_at_once(self):
        endpoint = self.make_endpoint()
        endpoint.active = False
        self.assertEqual(self.status(), 404)
        endpoint.active = True
        self.assertEqual(self.status(), 200)
        endpoint.active = False
        endpoint.registry_sync = True
        endpoint.active = True
        self.assertEqual(self.status(), 404)

    def test_a_deleted_endpoint_is_404_at_once(self):
        endpoint = self.make_endpoint()
        self.assertEqual(self.status(), 200)
        endpoint.unlink()
        self.assertEqual(self.status(), 404)

    def test_a_changed_snippet_is_served_at_once(self):
        endpoint = self.make_endpoint('result = {"payload": 1}')
        self.assertEqual(self.call().json(), 1)
        endpoint.code_snippet = 'result = {"payload": 2}'
        self.assertEqual(self.call().json(), 2)

    def test_with_auto_sync_a_saved_endpoint_is_served(self):
        endpoint = self.make_endpoint(registry_sync=False, registry_auto_sync=True)
        self.assertEqual(self.status(), 200)
        endpoint.route = "/test/moved"
        self.assertEqual((self.status(), self.status("/test/moved")), (404, 200))
        endpoint.active = False
        self.assertEqual(self.status("/test/moved"), 404)

    def test_swapped_routes_can_be_synchronized_together(self):
        one = self.make_endpoint('result = {"payload": 1}', route="/test/1")
        two = self.make_endpoint('result = {"payload": 2}', route="/test/2")
        one.route = "/test/tmp"
        two.route = "/test/1"
        one.route = "/test/2"
        (one | two).registry_sync = True
        self.assertEqual(self.call("/test/1").json(), 2)
        self.assertEqual(self.call("/test/2").json(), 1)

    @mute_logger("odoo.addons.endpoint_route_handler.routing")
    def test_a_broken_route_does_not_affect_others(self):
        endpoint = self.make_endpoint()
        broken = self.make_endpoint(route="/test/broken")
        self.env.cr.execute(
            "UPDATE endpoint_route SET routing ="
            " replace(routing, '/test/broken', '/test/<date:x>')"
            " WHERE key = %s",
            [f"endpoint.endpoint:{broken.id}"],
        )
        self.env["ir.http"]._endpoint_routes_changed()
        self.assertEqual(self.status(), 200)
        self.assertEqual(self.status("/web/health"), 200)
        self.assertEqual(self.status("/test/broken"), 404)
        self.assertEqual(broken.registry_state, "broken")
        self.assertIn("date", broken.registry_state_message)
        self.assertEqual(endpoint.registry_state, "synced")

    def test_rows_of_earlier_versions_are_served(self):
        endpoint = self.make_endpoint()
        self.env.cr.execute(
            "UPDATE endpoint_route SET endpoint_hash = '-123', route_group = 'false',"
            " routing = regexp_replace(routing, ', \"readonly\": false', '')"
            " WHERE key = %s",
            [f"endpoint.endpoint:{endpoint.id}"],
        )
        self.env["ir.http"]._endpoint_routes_changed()
        self.assertEqual(self.status(), 200)
