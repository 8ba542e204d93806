"""Request bodies against schemas: one class a format, each compiled once. No Odoo here.

A body is hostile: its size and depth are bounded, XML has no DTD, no entity and no way
to the network or the disk. Schemas are the administrator's, yet they too reach nothing
outside themselves.
"""

from __future__ import annotations

import functools
import json
import threading
from typing import Any, Protocol, TypedDict

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError as InvalidJsonSchema
from jsonschema_specifications import REGISTRY
from lxml import etree
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

MAX_BODY = 16 * 1024 * 1024  # bytes
MAX_DEPTH = 100  # nested objects and lists; libxml2 has a limit of its own (256)
MAX_ERRORS = 100
MAX_MESSAGE = 500  # characters; jsonschema repeats the offending value in it


class BodyError(TypedDict):
    """One reason for refusal: where (``["body", "lines", 0]``), what, which rule."""

    loc: list[str | int]
    msg: str
    type: str


class SchemaError(ValueError):
    """The schema itself is of no use.

    ``kind`` is ``syntax`` (not YAML, JSON, XML at all) or ``schema`` (not a schema).
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class BodySchema(Protocol):
    def errors(self, body: bytes) -> list[BodyError]:
        """Why ``body`` is refused; empty when it is fine."""


class JsonBody:
    """JSON Schema, Draft 2020-12, written as YAML or JSON.

    ``$ref`` finds what the schema contains and the published meta-schemas only.
    """

    def __init__(self, text: str) -> None:
        self.schema = parse_json_schema(text)
        self._validator = Draft202012Validator(self.schema, registry=REGISTRY)
        resource = DRAFT202012.create_resource(self.schema)
        self._resolver = REGISTRY.resolver_with_root(resource)
        self._check_references(self.schema)

    def _check_references(self, node: Any) -> None:
        """Raise for a ``$ref`` to nowhere now, not when the first body meets it."""
        if isinstance(node, list):
            for item in node:
                self._check_references(item)
        elif isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                self._resolve(node["$ref"])
            for value in node.values():
                self._check_references(value)

    def _resolve(self, reference: str) -> None:
        try:
            self._resolver.lookup(reference)
        except Unresolvable as error:
            raise SchemaError(
                "schema", f"cannot resolve {reference}: {error}"
            ) from error

    def errors(self, body: bytes) -> list[BodyError]:
        try:
            data = parse_json(body)
        except ValueError as error:
            return [_error(["body"], str(error), "json_invalid")]
        found: list[BodyError] = []
        for failure in self._validator.iter_errors(data):
            loc = ["body", *failure.absolute_path]
            found.append(_error(loc, failure.message, str(failure.validator)))
            if len(found) == MAX_ERRORS:
                break
        return found


class XmlBody:
    """XML Schema (XSD 1.0) without imports, for lxml."""

    def __init__(self, text: str) -> None:
        try:
            document = etree.fromstring(text.strip().encode(), _parser())
        except etree.XMLSyntaxError as error:
            raise SchemaError("syntax", str(error)) from error
        _refuse_references(document)
        try:
            self._schema = etree.XMLSchema(document)
        except etree.XMLSchemaParseError as error:
            raise SchemaError("schema", str(error)) from error
        # libxml2 validates without the interpreter's lock, into one log for the schema
        self._lock = threading.Lock()

    def errors(self, body: bytes) -> list[BodyError]:
        try:
            document = parse_xml(body)
        except ValueError as error:
            return [_error(["body"], str(error), "xml_invalid")]
        with self._lock:
            if self._schema.validate(document):
                return []
            log = list(self._schema.error_log)[:MAX_ERRORS]
        return [_error(["body", e.path or "/"], e.message, "xml_schema") for e in log]


FORMATS: dict[str, type[JsonBody] | type[XmlBody]] = {
    "application/json": JsonBody,
    "application/xml": XmlBody,
}


@functools.lru_cache(maxsize=2048)
def compiled(media_type: str, text: str) -> BodySchema:
    """The schema ready for use; raises SchemaError. One object a text and worker."""
    return FORMATS[media_type](text)


def parse_json_schema(text: str) -> Any:
    """A schema as data, checked against the meta-schema; raises SchemaError."""
    try:
        schema = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise SchemaError("syntax", str(error)) from error
    if not isinstance(schema, dict | bool):
        raise SchemaError("schema", "a schema is an object or a boolean")
    try:
        Draft202012Validator.check_schema(schema)
    except InvalidJsonSchema as error:
        reason = f"{error.message[:MAX_MESSAGE]} (at {error.json_path})"
        raise SchemaError("schema", reason) from error
    return schema


def parse_json(body: bytes) -> Any:
    """JSON as RFC 8259 has it (no NaN), not too large, not too deep; or ValueError."""
    _check_size(body)
    if depth(body) > MAX_DEPTH:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
    return json.loads(body, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def depth(body: bytes) -> int:
    """The nesting of a body, or an upper bound that is still allowed.

    Counting all brackets is quick and proves most bodies shallow.
    """
    most = body.count(b"[") + body.count(b"{")
    if most <= MAX_DEPTH:
        return most
    level = deepest = 0
    inside = escaped = False
    for char in body:
        if inside:
            inside, escaped = escaped or char != 0x22, char == 0x5C and not escaped
        elif char == 0x22:
            inside = True
        elif char in b"[{":
            level += 1
            deepest = max(deepest, level)
        elif char in b"]}":
            level -= 1
    return deepest


def parse_xml(body: bytes) -> etree._Element:
    """XML without document type; raises ValueError."""
    _check_size(body)
    try:
        document = etree.fromstring(body, _parser())
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    if document.getroottree().docinfo.doctype:
        raise ValueError("a document type declaration is not allowed")
    return document


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )


def _refuse_references(document: etree._Element) -> None:
    """Raise for what makes lxml read other files: located imports, a DTD."""
    if document.getroottree().docinfo.doctype:
        raise SchemaError("schema", "a document type declaration is not allowed")
    namespace = "{http://www.w3.org/2001/XMLSchema}"
    for tag in ("import", "include", "redefine"):
        for node in document.iter(f"{namespace}{tag}"):
            if node.get("schemaLocation"):
                raise SchemaError("schema", f"xs:{tag} of another file is not allowed")


def _check_size(body: bytes) -> None:
    if len(body) > MAX_BODY:
        raise ValueError(f"larger than {MAX_BODY} bytes")


def _error(loc: list[str | int], message: str, kind: str) -> BodyError:
    return {"loc": loc, "msg": message[:MAX_MESSAGE], "type": kind}
