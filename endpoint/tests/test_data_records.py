from .common import CommonEndpoint

VALUES = {
    "name": "Data",
    "route": "/test/data",
    "request_method": "GET",
    "auth_type": "public",
    "exec_mode": "code",
    "code_snippet": "result = {}",
    "registry_sync": True,
}


class TestDataRecords(CommonEndpoint):
    """Records of data files are served as their module says, after each upgrade."""

    def load(self, **values):
        """Load the record as a data file does on installation or upgrade."""
        user = self.env.ref("base.user_admin").id
        values = {**VALUES, "exec_as_user_id": user, **values}
        data = {"xml_id": "endpoint.test_data", "values": values, "noupdate": False}
        model = self.env["endpoint.endpoint"].with_context(install_mode=True)
        return model._load_records([data], update=True)

    def stored(self, record):
        return self.registry_of_routes._get_rule(f"endpoint.endpoint:{record.id}")

    def test_an_upgrade_serves_the_values_of_the_module(self):
        for values in (
            {},
            {"route": "/test/other"},
            {"auth_type": "bearer"},
            {"cors": "https://shop.example"},
            {"request_method": "POST", "request_content_type": "text/plain"},
        ):
            for _upgrade in range(2):
                record = self.load(**values)
                with self.subTest(values):
                    self.assertEqual(record.registry_state, "synced")
                    self.assertTrue(record._is_stored())
                    self.assertEqual(self.stored(record).route, record.route)

    def test_an_upgrade_restores_what_a_user_changed(self):
        record = self.load()
        record.write({"auth_type": "bearer", "registry_sync": True})
        self.load()
        self.assertEqual(self.stored(record).routing["auth"], "public")

    def test_an_unchanged_record_that_a_user_synchronized_stays_in_sync(self):
        record = self.load(registry_sync=False)
        record.registry_sync = True
        values = {k: v for k, v in VALUES.items() if k != "registry_sync"}
        record.with_context(install_mode=True).write(values)
        self.assertEqual(record.registry_state, "synced")
