"""Validate request bodies against schemas. This module does not need Odoo.

Bodies come from untrusted clients: their size, depth and the time of validation are
limited, and XML cannot use a DTD, entities, the network or files. Schemas come from
administrators and cannot reference other documents either.
"""

from __future__ import annotations

import functools
from typing import Any, Protocol

from .schema import json_body, json_example, text, xml_example
from .schema.errors import BodyError, SchemaError
from .schema.formats import FORMATS
from .schema.json_body import JsonBody, parse_failure, parse_json
from .schema.xml_body import XmlBody, parse_xml

__all__ = [
    "FORMATS",
    "MAX_BODY",
    "MAX_PUBLIC_BODY",
    "CHECKS",
    "BodyError",
    "JsonBody",
    "SchemaError",
    "XmlBody",
    "check",
    "compiled",
    "example",
    "parse_failure",
    "parse_json",
    "parse_xml",
    "problem",
    "read",
]


CHECKS = 1  # version of the checks: increase it when ``check`` refuses more than before
MAX_BODY = 16 * 1024 * 1024  # bytes
MAX_PUBLIC_BODY = 1024 * 1024


class BodySchema(Protocol):
    def errors(self, body: bytes) -> list[BodyError]:
        """Return the errors of ``body``, an empty list if it is valid."""


TYPES: dict[str, type[JsonBody] | type[XmlBody]] = {
    "application/json": JsonBody,
    "application/xml": XmlBody,
}


@functools.lru_cache(maxsize=2048)
def compiled(
    media_type: str, schema_text: str, check_formats: bool = False
) -> BodySchema:
    """Return the compiled schema, one object per text and worker.

    Raises SchemaError. A JSON Schema is only read: ``check`` finds what is wrong in it.
    """
    return TYPES[media_type](schema_text, check_formats)


def check(media_type: str, schema_text: str) -> None:
    """Raise SchemaError unless the text is a valid schema."""
    if media_type == "application/json":
        json_body.check(schema_text)
    else:
        compiled(media_type, schema_text)


@functools.lru_cache(maxsize=256)
def problem(media_type: str, schema_text: str) -> str | None:
    """Return why ``check`` refuses a stored schema, or None."""
    try:
        check(media_type, schema_text)
    except SchemaError as error:
        return str(error)
    return None


def read(schema_text: str) -> Any:
    """Return the JSON Schema of a text that was checked before."""
    return text.read(schema_text)


@functools.lru_cache(maxsize=256)
def example(media_type: str, schema_text: str) -> str | None:
    """Return a small body that the schema, which is any text, accepts; or None."""
    if media_type == "application/json":
        return json_example.example(schema_text)
    return xml_example.example(schema_text)
