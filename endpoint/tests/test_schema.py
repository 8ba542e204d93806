from odoo.tests.common import tagged
from odoo.tools import mute_logger

from odoo.addons.endpoint.schema import run

from .common import EndpointHttpCase


@tagged("-at_install", "post_install")
class TestSchema(EndpointHttpCase):
    """Schemas of endpoints, as their authors meant them."""

    def make(self, schema, **values):
        return self.make_endpoint(
            request_method="POST", request_content_schema=schema, **values
        )

    def post(self, body):
        headers = {"Content-Type": "application/json", "Accept": "*/*"}
        return self.call(method="POST", data=body, headers=headers)

    def error_types(self, body):
        response = self.post(body)
        self.assertEqual(response.status_code, 400)
        return [error["type"] for error in response.json()["detail"]]

    def test_the_declared_dialect_applies(self):
        draft7 = '"$schema": "http://json-schema.org/draft-07/schema#"'
        self.make(f'{{{draft7}, "dependencies": {{"a": ["b"]}}}}')
        self.assertEqual(self.error_types('{"a": 1}'), ["dependencies"])
        self.assertEqual(self.post('{"a": 1, "b": 1}').status_code, 200)

    def test_what_a_worker_could_not_use_is_refused_on_save(self):
        schemas = {
            '{"$schema": "http://x.example/"}': "http://x.example/ is not supported",
            "type: string\nnullable: true": "OpenAPI 3.0",
            "$ref: '#'": "endless loop",
            "$dynamicRef: '#nope'": "cannot resolve",
            "pattern: (": "pattern",
            '{"maximum": NaN}': "NaN is not valid JSON",
        }
        for schema, reason in schemas.items():
            with self.subTest(schema), self.assertRejected(reason):
                self.make(schema)

    def test_new_endpoints_check_formats(self):
        endpoint = self.make("format: date")
        self.assertEqual(self.error_types('"today"'), ["format"])
        endpoint.check_formats = False
        self.assertEqual(self.post('"today"').status_code, 200)

    def test_older_endpoints_do_not_check_formats(self):
        endpoint = self.make("format: date")
        self.env.flush_all()
        self.env.cr.execute("UPDATE endpoint_endpoint SET check_formats = NULL")
        endpoint.invalidate_recordset()
        # what Odoo does for the rows of a table that gets a new column
        endpoint._init_column("check_formats")
        endpoint._init_column("max_body_kib")
        self.assertFalse(endpoint.check_formats)

    def test_the_formats_are_listed(self):
        text = self.env["endpoint.endpoint"]._fields["check_formats"].help
        for name in ("date-time", "email", "uri", "uuid"):
            self.assertIn(name, text)

    def test_a_validation_that_takes_too_long_is_400(self):
        self.patch(run, "MAX_SECONDS", 0)
        self.make("items: {type: integer}")
        with mute_logger("odoo.addons.endpoint.schema.json_body"):
            self.assertEqual(self.error_types("[1, 2]"), ["timeout"])

    @mute_logger("odoo.http", "endpoint.endpoint")
    def test_an_invalid_schema_of_an_earlier_version_is_503_in_json(self):
        endpoint = self.make("type: object", cors="*")
        dialect = '{"$schema": "http://x.example/"}'
        for schema in (dialect, "{", '{"$ref": "#"}', '{"$ref": "#/a"}'):
            self.env.cr.execute(
                "UPDATE endpoint_endpoint SET request_content_schema = %s", [schema]
            )
            endpoint.invalidate_recordset()
            endpoint._definitions_changed()
            with self.subTest(schema):
                response = self.post("{}")
                self.assertIn(response.status_code, (400, 503))
                self.assertIn("application/json", response.headers["Content-Type"])
                self.assertEqual(response.headers["Access-Control-Allow-Origin"], "*")

    def test_the_openapi_description_has_the_schema_as_it_was_meant(self):
        endpoint = self.make("enum: [NO, 010]")
        item = endpoint._get_openapi_path_items()["/test/endpoint"]
        content = item["post"]["requestBody"]["content"]["application/json"]
        self.assertEqual(content["schema"], {"enum": ["NO", 10]})
