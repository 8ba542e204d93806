from odoo.tests.common import tagged

from .. import body_schema
from .common import EndpointHttpCase

LOGGER = "endpoint.endpoint"
UNRESOLVED = '{"properties": {"a": {"$ref": "#/$defs/n"}}}'
NULLABLE = '{"type": "string", "nullable": true}'
IMPORT = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:import namespace="a" schemaLocation="a.xsd"/></xs:schema>"""


@tagged("-at_install", "post_install")
class TestSchemaState(EndpointHttpCase):
    """Schemas that an earlier version saved."""

    def store(self, schema, content_type="application/json"):
        """Return an endpoint with a schema that nobody has checked."""
        valid = "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'/>"
        endpoint = self.make_endpoint(
            request_method="POST",
            request_content_type=content_type,
            request_content_schema="{}" if "json" in content_type else valid,
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE endpoint_endpoint SET request_content_schema = %s,"
            " schema_checks = NULL WHERE id = %s",
            [schema, endpoint.id],
        )
        endpoint.invalidate_recordset()
        self.env["endpoint.endpoint"]._definitions_changed()
        return endpoint

    def post(self, body, content_type="application/json"):
        headers = {"Content-Type": content_type, "Accept": "application/json"}
        return self.call(method="POST", data=body, headers=headers)

    def test_the_form_tells_what_is_refused(self):
        for schema, reason in ((UNRESOLVED, "cannot resolve"), (NULLABLE, "nullable")):
            endpoint = self.store(schema)
            self.assertEqual(endpoint.registry_state, "broken")
            self.assertIn(reason, endpoint.registry_state_message)
            endpoint.unlink()

    def test_so_it_does_for_xml(self):
        endpoint = self.store(IMPORT, "application/xml")
        self.assertEqual(endpoint.registry_state, "broken")
        self.assertIn("xs:import", endpoint.registry_state_message)
        with self.assertLogs(LOGGER, "ERROR"):
            response = self.post("<a/>", "application/xml")
        self.assertEqual(response.status_code, 503)

    def test_bodies_that_need_what_is_refused_are_503(self):
        self.store(UNRESOLVED)
        self.assertEqual(self.post('{"b": 1}').status_code, 200)
        with self.assertLogs(LOGGER, "ERROR") as logs:
            response = self.post('{"a": 1}')
        self.assertIn("invalid request schema", logs.output[0])
        self.assertEqual(response.status_code, 503)
        self.assertEqual(response.json()["detail"][0]["type"], "service_unavailable")
        self.assertNotIn("$defs", response.text)

    def test_an_endpoint_goes_on_where_its_schema_can_be_used(self):
        self.store(NULLABLE)
        self.assertEqual(self.post('"a"').status_code, 200)
        self.assertEqual(self.post("1").status_code, 400)

    def test_the_log_names_them_when_odoo_starts(self):
        endpoint = self.store(NULLABLE)
        with self.assertLogs(LOGGER, "ERROR") as logs:
            endpoint._check_stored_schemas()
        self.assertEqual(len(logs.output), 1)
        self.assertIn("/test/endpoint: invalid request schema", logs.output[0])

    def test_what_passes_is_not_checked_again(self):
        endpoint = self.store('{"type": "string"}')
        self.assertEqual(endpoint.registry_state, "synced")
        endpoint._register_hook()
        endpoint.invalidate_recordset()
        self.assertEqual(endpoint.schema_checks, body_schema.CHECKS)

    def test_saving_is_a_check(self):
        endpoint = self.store(NULLABLE)
        with self.assertRejected("nullable"):
            endpoint.request_content_schema = NULLABLE
        endpoint.request_content_schema = '{"type": ["string", "null"]}'
        self.assertEqual(endpoint.registry_state, "synced")
        self.assertEqual(endpoint.schema_checks, body_schema.CHECKS)

    def test_what_has_no_schema_is_not_broken(self):
        self.assertEqual(self.make_endpoint().registry_state, "synced")
        endpoint = self.store(NULLABLE)
        endpoint.write({"request_content_type": "text/plain", "registry_sync": True})
        self.env.cr.execute("UPDATE endpoint_endpoint SET schema_checks = 0")
        endpoint.invalidate_recordset()
        self.assertEqual(endpoint.registry_state, "synced")
