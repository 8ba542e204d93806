"""What tests of JSON Schema share."""

import json

import pytest

from endpoint.schema.errors import SchemaError
from endpoint.schema.json_body import JsonBody, check
from endpoint.schema.json_example import example

SHORT = 5_000  # characters; tests of long schemas count the work
DRAFTS = {
    "4": "http://json-schema.org/draft-04/schema#",
    "6": "http://json-schema.org/draft-06/schema",
    "7": "https://json-schema.org/draft-07/schema#",
    "2019": "https://json-schema.org/draft/2019-09/schema",
    "2020": "https://json-schema.org/draft/2020-12/schema",
}


def errors(schema, body, **options):
    """The errors of a body. Each schema of these tests also gets an example."""
    text = schema if isinstance(schema, str) else json.dumps(schema)
    check(text)
    if len(text) < SHORT:
        shown = example(text)
        assert shown is None or not JsonBody(text).errors(shown.encode())
    return JsonBody(text, **options).errors(json.dumps(body).encode())


def refused(schema):
    with pytest.raises(SchemaError) as caught:
        check(schema if isinstance(schema, str) else json.dumps(schema))
    return str(caught.value)
