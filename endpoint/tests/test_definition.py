from unittest import mock

from .common import CommonEndpoint


class TestDefinition(CommonEndpoint):
    """Find endpoints without a query."""

    def find(self, method="GET", route="/test/endpoint"):
        with self._get_mocked_request(httprequest={"method": method}):
            return self.env["endpoint.endpoint"]._find_endpoint(route)

    def test_endpoints_are_found_by_route_and_method(self):
        get, delete = self.make_endpoint(), self.make_endpoint(request_method="DELETE")
        self.assertEqual((self.find("GET"), self.find("DELETE")), (get, delete))
        self.assertEqual(self.find("HEAD"), get)

    def test_for_a_method_without_a_record_the_first_one_is_found(self):
        get = self.make_endpoint()
        self.assertEqual(self.find("PUT"), get)

    def test_endpoints_are_found_without_a_request(self):
        endpoint = self.make_endpoint()
        match = self.env["endpoint.endpoint"]._find_endpoint("/test/endpoint")
        self.assertEqual(match, endpoint)

    def test_archived_and_unknown_endpoints_are_not_found(self):
        self.make_endpoint(active=False)
        self.assertFalse(self.find())
        self.assertFalse(self.find(route="/nowhere"))

    def test_the_domain_can_be_overridden(self):
        endpoint = self.make_endpoint(name="Special")
        klass = type(endpoint)
        domain = [("name", "=", "Special")]
        self.patch(klass, "_find_endpoint_domain", lambda self, route: domain)
        self.assertEqual(self.find(route="/anything"), endpoint)

    def test_fields_are_filled_from_the_cache(self):
        endpoint = self.make_endpoint()
        definition = endpoint._read_definition("/test/endpoint", "GET")
        self.env.flush_all()
        self.env.invalidate_all()
        record = self.env["endpoint.endpoint"]._from_definition(definition)
        with self.assertQueryCount(0):
            values = [record.name, record.code_snippet, record.exec_as_user_id.id]
        admin = self.env.ref("base.user_admin")
        self.assertEqual(values, ["Test", 'result = {"payload": "ok"}', admin.id])

    def test_definitions_hold_no_records(self):
        endpoint = self.make_endpoint()
        _id, values = endpoint._read_definition("/test/endpoint", "GET")
        for name, value in values.items():
            with self.subTest(name):
                self.assertNotIsInstance(value, type(endpoint))

    def test_any_change_clears_the_cache(self):
        endpoint = self.make_endpoint()
        model = self.env["endpoint.endpoint"]
        for change in (
            lambda: endpoint.write({"name": "Other"}),
            lambda: self.make_endpoint(route="/test/more"),
            endpoint.unlink,
        ):
            epoch = model._definition_epoch()
            change()
            self.assertIsNot(model._definition_epoch(), epoch)

    def test_cached_values_are_computed_once(self):
        model = self.env["endpoint.endpoint"]
        fill = mock.Mock(return_value="value")
        with mock.patch(
            "odoo.addons.endpoint_route_handler.cache_epoch.is_changed",
            return_value=False,
        ):
            self.assertEqual(model._cached("key", fill), "value")
            self.assertEqual(model._cached("key", fill), "value")
        fill.assert_called_once()
        self.assertTrue(fill.call_args[0][0].su)
        model._definitions_changed()
