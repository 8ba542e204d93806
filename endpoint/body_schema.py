"""Validate request bodies against schemas. This module does not need Odoo.

Bodies come from untrusted clients: their size and depth are limited, and XML cannot use
a DTD, entities, the network or files. Schemas come from administrators and cannot
reference other documents either.
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
MAX_DEPTH = 100  # levels of objects and lists; libxml2 has its own limit (256)
MAX_ERRORS = 100
MAX_MESSAGE = 500  # characters; jsonschema includes the invalid value in a message


class BodyError(TypedDict):
    """An error: location (``["body", "lines", 0]``), message and violated keyword."""

    loc: list[str | int]
    msg: str
    type: str


class SchemaError(ValueError):
    """The schema is invalid.

    ``error_type`` is ``syntax`` (not YAML, JSON or XML) or ``schema`` (not a schema).
    """

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type


class BodySchema(Protocol):
    def errors(self, body: bytes) -> list[BodyError]:
        """Return the errors of ``body``, an empty list if it is valid."""


class JsonBody:
    """JSON Schema, Draft 2020-12, written as YAML or JSON.

    ``$ref`` can reference parts of the schema and the published meta-schemas only.
    """

    def __init__(self, text: str) -> None:
        self.schema = parse_json_schema(text)
        self._validator = Draft202012Validator(self.schema, registry=REGISTRY)
        resource = DRAFT202012.create_resource(self.schema)
        self._resolver = REGISTRY.resolver_with_root(resource)
        self._check_references(self.schema)

    def _check_references(self, node: Any) -> None:
        """Raise SchemaError for an unknown ``$ref``; jsonschema checks them lazily."""
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
        errors: list[BodyError] = []
        for violation in self._validator.iter_errors(data):
            loc = ["body", *violation.absolute_path]
            errors.append(_error(loc, violation.message, str(violation.validator)))
            if len(errors) == MAX_ERRORS:
                break
        return errors


class XmlBody:
    """XML Schema (XSD 1.0) without imports, for lxml."""

    def __init__(self, text: str) -> None:
        try:
            document = etree.fromstring(text.strip().encode(), _parser())
        except etree.XMLSyntaxError as error:
            raise SchemaError("syntax", str(error)) from error
        _check_references(document)
        try:
            self._schema = etree.XMLSchema(document)
        except etree.XMLSchemaParseError as error:
            raise SchemaError("schema", str(error)) from error
        # lxml releases the GIL while it validates, and a schema has a single error log
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
    """Return the compiled schema, one object per text and worker.

    Raises SchemaError.
    """
    return FORMATS[media_type](text)


def parse_json_schema(text: str) -> Any:
    """Parse a schema and check it against the meta-schema; raises SchemaError."""
    try:
        schema = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise SchemaError("syntax", str(error)) from error
    if not isinstance(schema, dict | bool):
        raise SchemaError("schema", "a schema must be an object or a boolean")
    try:
        Draft202012Validator.check_schema(schema)
    except InvalidJsonSchema as error:
        reason = f"{error.message[:MAX_MESSAGE]} (at {error.json_path})"
        raise SchemaError("schema", reason) from error
    return schema


def parse_json(body: bytes) -> Any:
    """Parse JSON (RFC 8259: without NaN) within the limits; raises ValueError."""
    _check_size(body)
    if depth(body) > MAX_DEPTH:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
    return json.loads(body, parse_constant=_reject_constant)


def _reject_constant(name: str) -> None:
    raise ValueError(f"{name} is not valid JSON")


def depth(body: bytes) -> int:
    """Return the nesting depth of a body, or an upper bound within the limit.

    Counting all brackets is fast and sufficient for most bodies.
    """
    upper_bound = body.count(b"[") + body.count(b"{")
    if upper_bound <= MAX_DEPTH:
        return upper_bound
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
    """Parse XML without a document type declaration; raises ValueError."""
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


def _check_references(document: etree._Element) -> None:
    """Raise SchemaError for a DTD and for imports with a location: lxml reads them."""
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


def _error(loc: list[str | int], message: str, error_type: str) -> BodyError:
    return {"loc": loc, "msg": message[:MAX_MESSAGE], "type": error_type}
