import time

import pytest

from endpoint.schema import run, xml_body
from endpoint.schema.errors import SchemaError
from endpoint.schema.xml_body import XmlBody, parse_xml

XSD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">%s</xs:schema>'
RESTRICTED = (
    '<xs:element name="r"><xs:simpleType><xs:restriction base="xs:string">%s'
    "</xs:restriction></xs:simpleType></xs:element>"
)
REGION = XSD % RESTRICTED % '<xs:enumeration value="Région"/>'
LIST = XSD % (
    '<xs:element name="r"><xs:complexType><xs:sequence>'
    '<xs:element name="a" maxOccurs="unbounded"><xs:complexType><xs:simpleContent>'
    '<xs:extension base="xs:string"><xs:attribute name="k"/></xs:extension>'
    "</xs:simpleContent></xs:complexType></xs:element></xs:sequence></xs:complexType>%s"
    "</xs:element>"
)
UNIQUE = (
    LIST
    % '<xs:unique name="u"><xs:selector xpath="a"/><xs:field xpath="@k"/></xs:unique>'
)
COSTLY = XSD % (
    '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="a" '
    'maxOccurs="unbounded"><xs:simpleType><xs:restriction base="xs:string">'
    '<xs:pattern value="(a|aa)+b"/></xs:restriction></xs:simpleType></xs:element>'
    "</xs:sequence></xs:complexType></xs:element>"
)


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-8", "UTF-16", "US-ASCII"])
def test_a_schema_that_is_text_ignores_its_encoding_declaration(encoding):
    schema = XmlBody(f'<?xml version="1.0" encoding="{encoding}"?>{REGION}')
    assert schema.errors("<r>Région</r>".encode()) == []
    assert schema.errors(b"<r>Region</r>")[0]["type"] == "xml_schema"


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "utf-8-sig",
        "iso-8859-1",
        "cp1252",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
    ],
)
def test_a_body_is_read_in_its_encoding(encoding):
    declared = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?>\n<r>Région</r>'
    assert XmlBody(REGION).errors(text.encode(encoding)) == []


def test_a_body_without_a_declaration_is_utf_8():
    for body in ("<?xml version='1.0'?><r>Région</r>", "\n<r>Région</r>"):
        assert XmlBody(REGION).errors(body.encode()) == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'<?xml version="1.0" encoding="punycode"?><r/>', "punycode is not supported"),
        (b'<?xml version="1.0" encoding="utf-7"?><r/>', "utf-7 is not supported"),
        (b'<?xml version="1.0" encoding="nope"?><r/>', "nope is not supported"),
        (b"<r>\xff</r>", "can't decode"),
        (b"<r>", "Premature end"),
        (b"<!DOCTYPE r><r/>", "document type declaration"),
    ],
)
def test_other_bodies_are_invalid(body, reason):
    found = XmlBody(REGION).errors(body)
    assert found[0]["type"] == "xml_invalid"
    assert reason in found[0]["msg"]


@pytest.mark.parametrize("tag", ["import", "include", "redefine"])
def test_a_schema_of_several_files_is_clearly_refused(tag):
    with pytest.raises(
        SchemaError, match=f"xs:{tag} of another file is not allowed; put"
    ):
        XmlBody(XSD % f'<xs:{tag} schemaLocation="other.xsd"/>')


@pytest.mark.parametrize(
    "schema", ["<a", "<!DOCTYPE a><a/>", XSD % RESTRICTED % '<xs:pattern value="("/>']
)
def test_invalid_schemas_are_refused(schema):
    with pytest.raises(SchemaError):
        XmlBody(schema)


def test_a_body_is_parsed():
    assert parse_xml(b"<r>a</r>").text == "a"


# --- work ----------------------------------------------------------------------------


def attributes(count, value="1"):
    return " ".join(f'a{number}="{value}"' for number in range(count))


@pytest.mark.parametrize("value", ["1", ">", "' b='", "x" * 50])
def test_many_attributes_are_refused_before_libxml2(value):
    started = time.monotonic()
    for body in (
        f"<r {attributes(30_000, value)}/>",
        f"<r><a\n{attributes(251, value)}>",
    ):
        found = XmlBody(REGION).errors(f"{body}{' ' * 1000}".encode())
        assert "more than 250 attributes" in found[0]["msg"]
    assert time.monotonic() - started < 1


def test_what_looks_like_attributes_is_not_counted():
    text = attributes(400)
    for body in (
        f"<r>{text}</r>",
        f"<r><![CDATA[{text}]]></r>",
        f"<r><!-- {text} --></r>",
    ):
        assert "attributes" not in str(XmlBody(LIST % "").errors(body.encode()))
    body = f"<r {attributes(250, 'xxxx')}/>"
    assert XmlBody(REGION).errors(body.encode())[0]["type"] == "xml_schema"


def test_many_elements_are_refused_before_libxml2(monkeypatch):
    monkeypatch.setattr(xml_body, "MAX_TAGS", 1000)
    found = XmlBody(LIST % "").errors(b"<r>" + b"<a/>" * 1000 + b"</r>")
    assert found[0]["msg"] == "more than 1000 tags"


def test_a_schema_with_keys_validates_step_by_step():
    schema = XmlBody(UNIQUE)
    assert schema.errors(b'<r><a k="1"/><a k="2"/></r>') == []
    found = schema.errors(b'<r><a k="1"/><a k="1"/></r>')
    assert [e["loc"] for e in found] == [["body", "/r/a[2]"]]


def test_validation_has_a_time_limit(monkeypatch, caplog):
    monkeypatch.setattr(run, "MAX_SECONDS", 0.05)
    started = time.monotonic()
    found = XmlBody(COSTLY).errors(b"<r>" + b"<a>" + b"a" * 20 + b"</a>" * 1 + b"</r>")
    assert found[0]["type"] == "xml_schema"
    body = b"<r>" + (b"<a>" + b"a" * 24 + b"</a>") * 10_000 + b"</r>"
    assert XmlBody(COSTLY).errors(body)[0]["type"] == "timeout"
    assert time.monotonic() - started < 2
    assert "took too long to validate" in caplog.text


def test_a_pattern_that_libxml2_gives_up_is_no_uncaught_error(monkeypatch):
    def gives_up(_self, _document):
        raise xml_body.etree.XMLSchemaValidateError("internal error")

    schema = XmlBody(REGION)
    schema._schema = type("Schema", (), {"validate": gives_up})()
    assert schema.errors(b"<r/>")[0]["type"] == "timeout"


def test_long_values_are_refused_where_a_pattern_can_take_long():
    body = b"<r><a>" + b"a" * 6000 + b"b</a></r>"
    assert "longer than 5000 characters" in XmlBody(COSTLY).errors(body)[0]["msg"]
    cheap = COSTLY.replace("(a|aa)+b", "[ab]+")
    assert XmlBody(cheap).errors(body) == []
