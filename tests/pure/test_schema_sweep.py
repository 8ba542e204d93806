"""Whatever is entered as a schema is either usable or refused on save, by its name."""

import json
from itertools import product

import pytest

from endpoint.body_schema import SchemaError, check, compiled
from endpoint.schema.dialects import DIALECTS

JSON, XML = "application/json", "application/xml"
VALUES = (
    *(None, True, False, 0, -1, 1.5, 10**400, "", "#", "#nope", "#/a", "("),
    *([], [""], [1], [{}], [True], ["a", "a"], {}, {"a": {}}, {"a": []}, {"(": {}}),
    *({"$ref": "#"}, {"$dynamicRef": "#a"}, {"a": {"$ref": "#"}}, [{"$ref": "#/a"}]),
    *("http://[::1", "http://example.com/a", "object", "date", {"$id": "b", "a": 1}),
)
OTHERS = (
    *("$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$defs", "then"),
    *("definitions", "$vocabulary", "$comment", "title", "default", "examples", "else"),
    *("contentSchema", "nullable", "discriminator", "example", "unknown", "$schema"),
)
BODIES = (b"null", b"1", b'"a"', b'[1, "a", [1]]', b'{"a": {"a": 1}, "b": [{}]}')


def use(media_type, text, bodies):
    """Save a schema and validate with it; whether it could be saved."""
    try:
        check(media_type, text)
    except SchemaError:
        return False
    for body in bodies:
        assert isinstance(compiled(media_type, text, True).errors(body), list)
    return True


@pytest.mark.parametrize("uri", ["draft/2020-12", "draft-07", "draft-04"])
def test_keywords_with_any_value(uri):
    uri = f"json-schema.org/{uri}/schema"
    keywords = sorted({*DIALECTS[uri].base.VALIDATORS, *OTHERS})
    used = 0
    for keyword, value in product(keywords, VALUES):
        schema = {"$schema": f"http://{uri}#", keyword: value}
        used += use(JSON, json.dumps(schema), BODIES)
        # where the meta-schema does not look
        inner = {"$schema": f"http://{uri}#", "z": {keyword: value}}
        used += use(JSON, json.dumps({**inner, "allOf": [{"$ref": "#/z"}]}), BODIES)
    assert used > 500


FACETS = (
    *("pattern", "length", "minLength", "maxLength", "enumeration", "whiteSpace"),
    *("totalDigits", "fractionDigits", "minInclusive", "maxExclusive"),
)
TYPES = ("string", "integer", "date", "base64Binary", "QName", "ENTITY", "nope")
TEXTS = (
    *("", "(", "[", "*", "a**", "[z-a]", r"\p{X}", r"\p{L}", r"\p", "\\", "a{2,1}"),
    *("a{9999999999}", "(a{1,1000}){1,1000}", "^a$", "(?:a)", "[a-[b]]", "[a-[b"),
    *("é", "-1", "1e5", "99999999999999999999999", "collapse", "2020-13-45", "a:b"),
)
ELEMENT = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:element name="a"><xs:simpleType><xs:restriction base="xs:{}"><xs:{} value="{}"/>
</xs:restriction></xs:simpleType></xs:element></xs:schema>"""
DOCUMENTS = tuple(f"<a>{text}</a>".encode() for text in ("", "a", "aaaaaaa", "1", "é"))


def test_facets_with_any_value():
    used = 0
    for base, facet, text in product(TYPES, FACETS, TEXTS):
        used += use(XML, ELEMENT.format(base, facet, text), DOCUMENTS)
    assert used > 100
