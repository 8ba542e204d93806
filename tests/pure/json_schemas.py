"""What tests of JSON Schema share."""

import json

import pytest

from endpoint.schema.errors import SchemaError
from endpoint.schema.json_body import JsonBody, check

DRAFTS = {
    "4": "http://json-schema.org/draft-04/schema#",
    "6": "http://json-schema.org/draft-06/schema",
    "7": "https://json-schema.org/draft-07/schema#",
    "2019": "https://json-schema.org/draft/2019-09/schema",
    "2020": "https://json-schema.org/draft/2020-12/schema",
}


def errors(schema, body, **options):
    text = schema if isinstance(schema, str) else json.dumps(schema)
    check(text)
    return JsonBody(text, **options).errors(json.dumps(body).encode())


def refused(schema):
    with pytest.raises(SchemaError) as caught:
        check(schema if isinstance(schema, str) else json.dumps(schema))
    return str(caught.value)
