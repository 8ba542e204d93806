"""Examples of bodies for an XML Schema: those that are valid, or none."""

import pytest

from endpoint import body_schema
from endpoint.schema import json_example
from endpoint.schema.xml_example import example

XS = (
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:a" {}>{}'
    "</xs:schema>"
)
QUALIFIED = 'targetNamespace="urn:a" elementFormDefault="qualified"'
LOCAL = 'targetNamespace="urn:a"'


def schema(content, attributes=""):
    text = XS.format(attributes, content)
    # without a target namespace, names without prefix have none either
    return text if attributes else text.replace(' xmlns="urn:a"', "")


def root(content, attributes=""):
    """The schema of an element ``r`` with a complex type."""
    inside = (
        f'<xs:element name="r"><xs:complexType>{content}</xs:complexType></xs:element>'
    )
    return schema(inside, attributes)


def simple(facets, base="xs:string"):
    restriction = f'<xs:restriction base="{base}">{facets}</xs:restriction>'
    inside = f"<xs:simpleType>{restriction}</xs:simpleType>"
    return schema(f'<xs:element name="r">{inside}</xs:element>')


def sequence(*elements):
    return f"<xs:sequence>{''.join(elements)}</xs:sequence>"


A = '<xs:element name="a" type="xs:int"/>'
B = '<xs:element name="b" type="xs:date"/>'
B = '<xs:element name="b" type="xs:date"/>'
ENDLESS = '<xs:element name="a" type="t"/>'
OPTIONAL = '<xs:element name="o" type="xs:string" minOccurs="0"/>'
BASE = f'<xs:complexType name="base">{sequence(A)}</xs:complexType>'
EXTENSION = (
    '<xs:complexContent><xs:extension base="base">'
    f"{sequence(B)}"
    "</xs:extension></xs:complexContent>"
)
EXAMPLES = [
    (schema('<xs:element name="r" type="xs:string"/>'), "<r>text</r>"),
    (schema('<xs:element name="r"/>'), "<r/>"),
    (schema('<xs:element name="r" type="xs:string" fixed="x"/>'), "<r>x</r>"),
    (schema('<xs:element name="r" type="xs:unsignedByte"/>'), "<r>1</r>"),
    (schema('<xs:element name="r" type="xs:positiveInteger"/>'), "<r>1</r>"),
    (schema('<xs:element name="r" type="xs:nonNegativeInteger"/>'), "<r>1</r>"),
    (
        schema('<xs:element name="r" type="xs:dateTime"/>'),
        "<r>2026-01-31T12:00:00Z</r>",
    ),
    (root(sequence(A, OPTIONAL)), "<r><a>1</a></r>"),
    (root(sequence(A.replace("/>", ' minOccurs="2" maxOccurs="3"/>'))),)
    + ("<r><a>1</a><a>1</a></r>",),
    (root(sequence(A), QUALIFIED), '<r xmlns="urn:a"><a>1</a></r>'),
    (root(f"<xs:all>{A}</xs:all>"), "<r><a>1</a></r>"),
    (
        root(f"<xs:choice><xs:annotation/>{A}{OPTIONAL}</xs:choice>"),
        "<r><a>1</a></r>",
    ),
    (root("<xs:choice/>"), None),
    (
        root('<xs:attribute name="k" type="xs:boolean" use="required"/>'),
        '<r k="true"/>',
    ),
    (root('<xs:attribute name="k"/>'), "<r/>"),
    (root(sequence('<xs:any processContents="skip"/>')), None),
    (
        schema(f'<xs:element name="r" type="base"/>{BASE}'),
        "<r><a>1</a></r>",
    ),
    (
        root(EXTENSION).replace("</xs:schema>", f"{BASE}</xs:schema>"),
        "<r><a>1</a><b>2026-01-31</b></r>",
    ),
    (
        root(
            '<xs:simpleContent><xs:extension base="xs:decimal">'
            '<xs:attribute name="c" use="required" fixed="EUR"/>'
            "</xs:extension></xs:simpleContent>"
        ),
        '<r c="EUR">1</r>',
    ),
    (
        root(
            '<xs:complexContent><xs:restriction base="base">'
            f"{sequence(A)}</xs:restriction></xs:complexContent>"
        ).replace("</xs:schema>", f"{BASE}</xs:schema>"),
        "<r><a>1</a></r>",
    ),
    (
        root(sequence('<xs:element ref="s"/>')).replace(
            "</xs:schema>", '<xs:element name="s" type="xs:string"/></xs:schema>'
        ),
        "<r><s>text</s></r>",
    ),
    (
        root(sequence('<xs:group ref="g"/>') + '<xs:attributeGroup ref="h"/>').replace(
            "</xs:schema>",
            f'<xs:group name="g">{sequence(A)}</xs:group><xs:attributeGroup name="h">'
            '<xs:attribute ref="k" use="required"/></xs:attributeGroup>'
            '<xs:attribute name="k" type="xs:string"/></xs:schema>',
        ),
        '<r k="text"><a>1</a></r>',
    ),
    (simple('<xs:enumeration value="b"/><xs:enumeration value="c"/>'), "<r>b</r>"),
    (simple('<xs:pattern value="[A-Z]{2}\\d"/>'), "<r>AA1</r>"),
    (simple('<xs:minLength value="6"/>'), "<r>textxx</r>"),
    (simple('<xs:length value="2"/>'), "<r>te</r>"),
    (simple('<xs:maxLength value="9"/>'), "<r>text</r>"),
    (simple('<xs:minInclusive value="1"/>', "xs:int"), "<r>1</r>"),
    (simple('<xs:minExclusive value="5"/>', "xs:int"), "<r>6</r>"),
    (simple('<xs:maxInclusive value="-5"/>', "xs:int"), "<r>-5</r>"),
    (simple('<xs:minInclusive value="2027-01-01"/>', "xs:date"), None),
    (
        schema(
            '<xs:element name="r"><xs:simpleType><xs:list itemType="xs:int"/>'
            "</xs:simpleType></xs:element>"
        ),
        "<r>1</r>",
    ),
    (
        schema(
            '<xs:element name="r"><xs:simpleType><xs:union><xs:simpleType>'
            '<xs:restriction base="xs:int"/></xs:simpleType></xs:union>'
            "</xs:simpleType></xs:element>"
        ),
        "<r>1</r>",
    ),
    (
        simple("").replace(
            '<xs:restriction base="xs:string">',
            '<xs:restriction><xs:simpleType><xs:restriction base="xs:int"/>'
            "</xs:simpleType>",
        ),
        "<r>1</r>",
    ),
    (
        schema(
            '<xs:element name="r"><xs:simpleType><xs:annotation/>'
            '<xs:union memberTypes="xs:int"/></xs:simpleType></xs:element>'
        ),
        "<r>1</r>",
    ),
    # what it refers to is not in the document
    (
        root('<xs:attribute ref="xml:lang" use="required"/>').replace(
            "<xs:element",
            '<xs:import namespace="http://www.w3.org/XML/1998/namespace"/><xs:element',
            1,
        ),
        None,
    ),
    # endless, or too large
    (root(sequence(A.replace("/>", ' minOccurs="999" maxOccurs="999"/>'))), None),
    (
        schema(
            f'<xs:element name="r" type="t"/><xs:complexType name="t">'
            f"{sequence(ENDLESS)}"
            "</xs:complexType>"
        ),
        None,
    ),
    (
        schema(
            '<xs:simpleType name="t"><xs:restriction base="xs:int"/></xs:simpleType>'
        ),
        None,
    ),
    ("<a/>", None),
    ("no schema", None),
]


@pytest.mark.parametrize(("text", "expected"), EXAMPLES)
def test_example_is_a_small_valid_document_or_none(text, expected):
    found = example(text)
    assert found == expected
    if found:
        body = body_schema.compiled("application/xml", text)
        assert not body.errors(found.encode())


def test_elements_of_a_namespace_can_be_local():
    found = example(root(sequence(A), LOCAL))
    body = body_schema.compiled("application/xml", root(sequence(A), LOCAL))
    assert found
    assert not body.errors(found.encode())


def test_large_schema_has_no_example():
    assert example(" " * (json_example.MAX_SCHEMA + 1)) is None


def test_examples_are_made_once_for_each_media_type():
    assert body_schema.example("application/json", "type: integer") == "1"
    text = schema('<xs:element name="r" type="xs:string"/>')
    assert body_schema.example("application/xml", text) == "<r>text</r>"
