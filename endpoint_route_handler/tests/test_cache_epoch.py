from unittest import mock

from odoo.tests.common import TransactionCase

from odoo.addons.endpoint_route_handler import cache_epoch


class TestCacheEpoch(TransactionCase):
    def test_an_epoch_fills_a_key_once(self):
        epoch, calls = cache_epoch.Epoch(), []
        for _times in range(3):
            epoch.get("key", lambda: calls.append(1) or "value")
        self.assertEqual(calls, [1])

    def test_a_failed_fill_is_repeated(self):
        epoch = cache_epoch.Epoch()
        with self.assertRaises(ZeroDivisionError):
            epoch.get("key", lambda: 1 / 0)
        self.assertEqual(epoch.get("key", lambda: "value"), "value")

    def test_a_change_starts_a_new_epoch(self):
        before = self.env["ir.http"]._endpoint_epoch()
        self.assertIs(self.env["ir.http"]._endpoint_epoch(), before)
        cache_epoch.mark_changed(self.env, "routing")
        self.assertIsNot(self.env["ir.http"]._endpoint_epoch(), before)
        self.assertTrue(cache_epoch.is_changed(self.env, "routing"))

    def test_a_cursor_looks_an_epoch_up_once_until_it_ends(self):
        lookup = mock.Mock(side_effect=self.env["ir.http"]._endpoint_epoch)
        first = cache_epoch.current(self.env, "test", lookup)
        self.assertIs(cache_epoch.current(self.env, "test", lookup), first)
        self.assertEqual(lookup.call_count, 1)
        del first
        lookup.reset_mock()
        self.env.registry.clear_cache("routing")
        second = cache_epoch.current(self.env, "test", lookup)
        self.assertEqual(lookup.call_count, 1)
        self.assertIs(second, self.env["ir.http"]._endpoint_epoch())

    def test_a_change_is_signalled_once_after_the_commit(self):
        cache_epoch.mark_changed(self.env, "routing")
        cache_epoch.mark_changed(self.env, "routing")
        self.assertEqual(len(self.env.cr.postcommit._funcs), 1)
        before = self.env["ir.http"]._endpoint_epoch()
        with mock.patch.object(self.env.registry, "signal_changes") as signal:
            self.env.cr.postcommit.run()
        self.assertIsNot(self.env["ir.http"]._endpoint_epoch(), before)
        signal.assert_called_once_with()
        self.assertFalse(cache_epoch.is_changed(self.env, "routing"))
