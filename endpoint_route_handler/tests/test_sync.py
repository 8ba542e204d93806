import functools
from unittest import mock

from odoo.tools import mute_logger

from .common import CommonEndpoint

ROUTING_VALUES = {
    "route": "/test/moved",
    "request_method": "PATCH",
    "additional_routes": "/more",
    "additional_methods": "DELETE",
    "auth_type": "bearer",
    "cors": False,
    "cors_headers": "X-Api-Key",
    "csrf": True,
    "readonly": True,
    "route_type": "json",
    "route_group": "g",
    "request_content_type": "text/plain",
    "additional_content_types": "text/csv",
}


class TestSync(CommonEndpoint):
    """When routes are stored, and when a record is out of sync."""

    def setUp(self):
        super().setUp()
        muted = mute_logger("endpoint.route.handler.tool")
        self.enterContext(muted)
        options = self.options("_do_something1", "TestController")["handler"]
        self.patch(
            type(self.route_handler),
            "_default_endpoint_options_handler",
            lambda record: options,
        )

    def make(self, **values):
        return self.route_handler.create(
            {"name": "Test", "route": "/test/a", "request_method": "GET", **values}
        )

    def stored(self, record):
        keys = record._registered_endpoint_rule_keys()
        return next(self.registry_of_routes.get_rules(keys=keys), None)

    def test_a_new_record_is_not_registered(self):
        record = self.make()
        self.assertFalse(record.registry_sync)
        self.assertEqual(record.registry_state, "to_sync")
        self.assertIsNone(self.stored(record))

    def test_a_record_created_with_registry_sync_is_registered(self):
        record = self.make(registry_sync=True)
        self.assertEqual(self.stored(record).route, "/test/a")
        self.assertIn("/test/a", self.served_paths())

    def test_sync_serves_in_the_same_transaction(self):
        record = self.make()
        record.write({"registry_sync": True})
        self.assertIn("/test/a", self.served_paths())
        self.assertEqual(record.registry_state, "synced")

    def test_sync_calls_the_hook_after_commit(self):
        record = self.make()
        with mock.patch.object(type(self.env.cr.postcommit), "add") as add:
            record.write({"registry_sync": True})
        hook = add.call_args[0][0]
        self.assertIsInstance(hook, functools.partial)
        self.assertEqual(hook.func.__name__, "_handle_registry_sync_post_commit")
        self.assertEqual(hook.args, (record.ids,))

    def test_the_hook_keeps_the_maps_if_nothing_changed(self):
        record = self.make(registry_sync=True)
        epoch = self.env["ir.http"]._endpoint_epoch()
        with mock.patch.object(self.env.cr, "commit"):
            record._handle_registry_sync_post_commit(record.ids)
        self.assertIs(self.env["ir.http"]._endpoint_epoch(), epoch)
        self.registry_of_routes.drop_rules(record._registered_endpoint_rule_keys())
        with mock.patch.object(self.env.cr, "commit"):
            record._handle_registry_sync_post_commit(record.ids)
        self.assertIsNot(self.env["ir.http"]._endpoint_epoch(), epoch)
        self.assertTrue(self.stored(record))

    def test_only_routing_fields_put_a_record_out_of_sync(self):
        record = self.make(registry_sync=True)
        for name, value in {**ROUTING_VALUES, "active": False}.items():
            record.registry_sync = True
            record[name] = value
            with self.subTest(name):
                self.assertFalse(record.registry_sync)
        record.registry_sync = True
        record.name = "Other"
        self.assertTrue(record.registry_sync)

    def test_the_old_route_is_stored_until_the_next_sync(self):
        record = self.make(registry_sync=True)
        keys = record._registered_endpoint_rule_keys()
        record.cors = "https://other.example"
        rule = next(self.registry_of_routes.get_rules(keys=keys))
        self.assertEqual(rule.routing["cors"], "*")

    def test_a_sync_in_the_same_write_obeys(self):
        fields = self.route_handler._routing_impacting_fields()
        self.assertEqual(set(ROUTING_VALUES), set(fields))
        for name, value in ROUTING_VALUES.items():
            record = self.make(route=f"/test/{name}", registry_sync=True)
            record.write({name: value, "registry_sync": True})
            with self.subTest(name):
                self.assertTrue(record.registry_sync)
                self.assertTrue(record._is_stored())

    def test_a_sync_with_an_uncleaned_or_unchanged_route_obeys(self):
        record = self.make(registry_sync=True)
        for route, stored in (("test/b ", "/test/b"), ("/test/b", "/test/b")):
            record.write({"route": route, "registry_sync": True})
            with self.subTest(route):
                self.assertEqual(self.stored(record).route, stored)
                self.assertEqual(record.registry_state, "synced")

    def test_writing_equal_values_does_not_put_a_record_out_of_sync(self):
        record = self.make(registry_sync=True)
        record.write({"route": "/test/a", "cors": "*", "additional_routes": ""})
        self.assertTrue(record.registry_sync)

    def test_a_change_after_the_sync_waits_for_the_next_one(self):
        record = self.make(registry_sync=True)
        record.route = "/test/later"
        with mock.patch.object(self.env.cr, "commit"):
            record._handle_registry_sync_post_commit(record.ids)
        self.assertEqual(self.stored(record).route, "/test/a")

    def test_write_does_not_change_the_dict_of_the_caller(self):
        values = {"cors": False, "registry_sync": True}
        self.make().write(values)
        self.assertEqual(values, {"cors": False, "registry_sync": True})

    def test_archiving_ends_a_route_at_once(self):
        record = self.make(registry_sync=True)
        record.active = False
        self.assertNotIn("/test/a", self.served_paths())
        self.assertEqual(record.registry_state, "off")

    def test_an_unarchived_record_is_served_as_last_synchronized(self):
        record = self.make(registry_sync=True)
        record.active = False
        record.active = True
        self.assertIn("/test/a", self.served_paths())
        self.assertEqual(record.registry_state, "synced")
        record.write({"active": False, "cors": False})
        record.active = True
        self.assertIn("/test/a", self.served_paths())
        self.assertEqual(record.registry_state, "to_sync")

    def test_synchronizing_an_archived_record_drops_its_route(self):
        record = self.make(registry_sync=True)
        record.active = False
        self.assertTrue(self.stored(record))
        record.registry_sync = True
        self.assertIsNone(self.stored(record))

    def test_deleting_a_record_drops_its_route(self):
        record = self.make(registry_sync=True)
        record.unlink()
        self.assertNotIn("/test/a", self.served_paths())

    def test_auto_sync_of_a_record_synchronizes_on_save(self):
        record = self.make(registry_auto_sync=True)
        self.assertTrue(record.registry_sync)
        record.cors = "https://x.example"
        self.assertTrue(record.registry_sync)
        self.assertEqual(self.stored(record).routing["cors"], "https://x.example")
        record.active = False
        self.assertTrue(record.registry_sync)
        self.assertIsNone(self.stored(record))

    def test_switching_auto_sync_on_synchronizes(self):
        record = self.make()
        record.registry_auto_sync = True
        self.assertEqual(record.registry_state, "synced")
        self.assertTrue(self.stored(record))

    def test_auto_sync_of_a_model_synchronizes_on_save(self):
        self.patch(type(self.route_handler), "_endpoint_auto_sync", True)
        self.assertTrue(self.stored(self.make()))

    def test_a_deleted_record_is_not_synchronized(self):
        record = self.make()
        ids = record.ids
        record.unlink()
        self.route_handler._handle_registry_sync(ids)
        self.assertNotIn("/test/a", self.served_paths())

    def test_a_broken_record_shows_the_reason(self):
        record = self.make(registry_sync=True)
        self.env.cr.execute(
            "UPDATE endpoint_route SET opts = replace(opts, 'TestController', 'Gone')"
            " WHERE route = '/test/a'"
        )
        self.assertEqual(record.registry_state, "broken")
        self.assertEqual(record.registry_state_message, "Class `Gone` not found")

    def test_a_record_without_its_stored_route_is_broken(self):
        record = self.make(registry_sync=True)
        self.registry_of_routes.drop_rules(record._registered_endpoint_rule_keys())
        self.assertEqual(record.registry_state, "broken")
        self.assertIn("is not registered", record.registry_state_message)
        record.registry_sync = True
        record.invalidate_recordset()
        self.assertEqual(record.registry_state, "synced")

    def test_the_mixin_requires_its_methods(self):
        mixin = self.env["endpoint.route.sync.mixin"]
        for name in (
            "_routing_impacting_fields",
            "_prepare_endpoint_rules",
            "_registered_endpoint_rule_keys",
        ):
            with self.subTest(name), self.assertRaises(NotImplementedError):
                getattr(mixin, name)()
