import json
import threading

import pytest

from endpoint import body_schema
from endpoint.body_schema import SchemaError, compiled
from endpoint.schema import errors as schema_errors

JSON = "application/json"
XML = "application/xml"
ORDER = """
type: object
required: [name]
properties:
  name: { type: string }
  lines: { type: array, items: { $ref: "#/$defs/line" } }
$defs:
  line: { type: integer, minimum: 1 }
"""
GREETING = """
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="greeting" type="xs:string"/>
</xs:schema>
"""


def errors(body, schema=ORDER, media_type=JSON):
    return compiled(media_type, schema).errors(body)


def test_a_valid_body_has_no_errors():
    assert errors(b'{"name": "a", "lines": [1, 2]}') == []
    assert errors(b"<greeting>hi</greeting>", GREETING, XML) == []


def test_schemas_may_be_written_as_json():
    assert errors(b"[]", '{"type": "array"}') == []


def test_why_a_stored_schema_is_refused():
    assert body_schema.problem(JSON, ORDER) is None
    assert "endless loop" in body_schema.problem(JSON, '{"$ref": "#"}')
    assert body_schema.problem(XML, GREETING) is None
    assert body_schema.problem(XML, "<a/>")


def test_boolean_schemas_are_accepted():
    assert errors(b"{}", "true") == []
    assert errors(b"{}", "false")[0]["loc"] == ["body"]


def test_each_error_has_location_message_and_keyword():
    found = errors(b'{"lines": [1, 0]}')
    assert [e["type"] for e in found] == ["required", "minimum"]
    assert found[1]["loc"] == ["body", "lines", 1]
    assert "minimum" in found[1]["msg"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe\xff",
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b"{'name': 1}",
        b"9" * 5000,
    ],
)
def test_invalid_json_is_rejected(body):
    found = errors(body, "type: object")
    assert [e["type"] for e in found] in (["json_invalid"], ["type"])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"9" * 5000, "a number has too many digits"),
        (b'{"a": "\xe9"}', "byte 7 is not UTF-8"),
        (b"{", "Expecting property name enclosed in double quotes"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_the_reason_has_no_words_of_python(body, reason):
    with pytest.raises((ValueError, RecursionError)) as caught:
        json.loads(body)
    assert body_schema.parse_failure(caught.value).startswith(reason)


def test_deep_json_is_rejected_before_it_is_parsed():
    found = errors(b"[" * 100_000 + b"]" * 100_000)
    assert found == [
        {
            "loc": ["body"],
            "msg": "nested deeper than 100 levels",
            "type": "json_invalid",
        }
    ]


def test_many_shallow_objects_are_not_deep():
    body = b"[" + b",".join([b'{"a": "[[\\"[["}'] * 1000) + b"]"
    assert errors(body, "type: array") == []


def test_the_number_and_length_of_errors_are_limited():
    body = b"[" + b",".join([b'"' + b"x" * 1000 + b'"'] * 500) + b"]"
    found = errors(body, "items: {type: integer}")
    assert len(found) == schema_errors.MAX_ERRORS
    assert max(len(e["msg"]) for e in found) == schema_errors.MAX_MESSAGE


@pytest.mark.parametrize(
    ("schema", "error_type"),
    [
        ("{", "syntax"),
        ("a: b: c", "syntax"),
        ("just text", "schema"),
        ("[1]", "schema"),
        ("type: nonsense", "schema"),
        ("$ref: '#/$defs/nowhere'", "schema"),
        ("properties: {a: {$ref: 'http://127.0.0.1:1/x'}}", "schema"),
        ("allOf: [{$ref: 'file:///etc/passwd'}]", "schema"),
    ],
)
def test_invalid_json_schemas_are_rejected(schema, error_type):
    with pytest.raises(SchemaError) as caught:
        body_schema.check(JSON, schema)
    assert caught.value.error_type == error_type


def test_the_message_names_the_location_in_an_invalid_schema():
    with pytest.raises(SchemaError, match=r"\$\.properties\.a"):
        body_schema.check(JSON, "properties: {a: {minLength: x}}")


@pytest.mark.parametrize(
    ("schema", "error_type"),
    [
        ("<a", "syntax"),
        ("<a/>", "schema"),
        (GREETING.replace("xs:string", "xs:nonsense"), "schema"),
        ('<!DOCTYPE a [<!ENTITY x "y">]>' + GREETING, "schema"),
        (
            GREETING.replace(
                "<xs:element", '<xs:include schemaLocation="/etc/passwd"/><xs:element'
            ),
            "schema",
        ),
        (
            GREETING.replace(
                "<xs:element",
                '<xs:import namespace="x" schemaLocation="http://127.0.0.1:1/"/><xs:element',
            ),
            "schema",
        ),
    ],
)
def test_invalid_and_importing_xml_schemas_are_rejected(schema, error_type):
    with pytest.raises(SchemaError) as caught:
        body_schema.XmlBody(schema)
    assert caught.value.error_type == error_type


def test_an_import_without_a_location_reads_no_file():
    schema = GREETING.replace("<xs:element", '<xs:import namespace="x"/><xs:element')
    assert body_schema.XmlBody(schema).errors(b"<greeting/>") == []


def test_an_xml_error_names_the_element():
    found = errors(b"<other/>", GREETING, XML)
    assert found[0]["type"] == "xml_schema"
    assert found[0]["loc"] == ["body", "/other"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<greeting>",
        b"not xml",
        b'<!DOCTYPE g [<!ENTITY x SYSTEM "file:///etc/passwd">]><greeting>&x;</greeting>',
        b'<!DOCTYPE g SYSTEM "http://127.0.0.1:1/x.dtd"><greeting/>',
        b"<!DOCTYPE g [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>"
        b"<!ENTITY c '&b;&b;&b;&b;'>]><greeting>&c;</greeting>",
        b"<a>" * 1000 + b"</a>" * 1000,
    ],
)
def test_hostile_xml_is_rejected(body):
    found = errors(body, GREETING, XML)
    assert found[0]["type"] == "xml_invalid"
    assert "root:" not in str(found)


def test_an_xml_schema_is_checked_by_compiling_it():
    body_schema.check(XML, GREETING)
    with pytest.raises(SchemaError):
        body_schema.check(XML, "<a")


def test_a_checked_schema_is_read_again():
    assert body_schema.read("type: object") == {"type": "object"}


def test_a_schema_is_compiled_once():
    assert compiled(JSON, ORDER) is compiled(JSON, ORDER)


def test_threads_do_not_mix_their_errors():
    schema = compiled(XML, GREETING)
    wrong = []

    def check(number):
        tag = f"t{number}"
        for _ in range(200):
            found = schema.errors(f"<{tag}/>".encode())
            if [e["loc"][1] for e in found] != [f"/{tag}"]:
                wrong.append(found)

    threads = [threading.Thread(target=check, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
