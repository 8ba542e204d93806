import json
from unittest import mock

from odoo.tests.common import tagged

from .. import body_schema
from ..schema import json_body
from .common import EndpointHttpCase

FHIR = 2_800_000  # characters of the JSON Schema of FHIR R4
TYPES = 750  # about as many as FHIR R4 has resources and data types


def fhir():
    """Return a schema of the size and the form of that of FHIR R4.

    Each definition references others, in circles; the root chooses by ``oneOf``.
    """
    names = [f"Type{number}" for number in range(TYPES)]
    resources = [{"$ref": f"#/definitions/{name}"} for name in names[:150]]
    definitions = {name: _definition(name, at) for at, name in enumerate(names)}
    definitions["id"] = {"type": "string", "pattern": "^[A-Za-z0-9\\-\\.]{1,64}$"}
    mapping = {"propertyName": "resourceType"}
    schema = {
        "$schema": "http://json-schema.org/draft-06/schema#",
        "discriminator": mapping,
        "oneOf": resources,
        "definitions": definitions,
    }
    return json.dumps(schema)


def _definition(name, at):
    elements = {
        f"element{number}": {
            "description": f"Element {number} of {name}. " + "What it means. " * 10,
            "items": {"$ref": f"#/definitions/Type{(at + number * 37) % TYPES}"},
            "type": "array",
        }
        for number in range(14)
    }
    own = {"resourceType": {"const": name}, "id": {"$ref": "#/definitions/id"}}
    return {
        "properties": {**own, **elements},
        "required": ["resourceType"],
        "additionalProperties": False,
    }


@tagged("-at_install", "post_install")
class TestLargeSchema(EndpointHttpCase):
    """A schema of the size of FHIR R4: checked on save, compiled once per worker."""

    def post(self, **body):
        response = self.call(method="POST", json=body)
        return response.status_code, response.text

    def test_a_schema_of_the_size_of_fhir_is_checked_and_compiled_once(self):
        schema = fhir()
        self.assertGreater(len(schema), FHIR)
        checks = mock.Mock(wraps=json_body.check)
        self.patch(json_body, "check", checks)
        endpoint = self.make_endpoint(
            request_method="POST", request_content_schema=schema
        )
        self.assertEqual(checks.call_count, 1)
        # as in a worker that has just started
        body_schema.compiled.cache_clear()
        body_schema.problem.cache_clear()
        endpoint._check_stored_schemas()
        inner = {"resourceType": "Type38", "id": "1"}
        good = {"resourceType": "Type1", "element1": [inner]}
        self.assertEqual(self.post(**good)[0], 200)
        status, text = self.post(**{**good, "element1": [{**inner, "id": "_"}]})
        self.assertEqual(status, 400)
        [error] = json.loads(text)["detail"]
        self.assertEqual(error["loc"], ["body", "element1", 0, "id"])
        self.assertEqual(self.post(**good)[0], 200)
        self.assertEqual(body_schema.compiled.cache_info().misses, 1)
        self.assertEqual(endpoint.registry_state, "synced")
        self.assertIn("--data", endpoint.curl_example)
        self.assertEqual(checks.call_count, 1)
