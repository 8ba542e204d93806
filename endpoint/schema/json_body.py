"""JSON bodies, and the JSON Schemas that validate them."""

from __future__ import annotations

import json
import logging
import re
from itertools import islice
from typing import Any

from jsonschema.exceptions import ValidationError
from referencing.exceptions import Unresolvable

from . import run, text
from .dialects import dialect_of, published, validator_class
from .ecma import PatternError
from .errors import (
    MAX_ERRORS,
    BodyError,
    SchemaError,
    body_error,
)
from .references import Checker, resolver_of, undeclared

_logger = logging.getLogger(__name__)

MAX_DEPTH = 100  # levels of objects and lists
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*(?:"|$)|[^\[\]{}"]+', re.DOTALL)
_DYNAMIC = re.compile(r"\$(?:dynamic|recursive)Ref")


class JsonBody:
    """A JSON Schema, compiled.

    ``$ref`` can reference parts of the schema and the published meta-schemas only.
    """

    def __init__(self, schema_text: str, check_formats: bool = False) -> None:
        schema = text.read(schema_text)
        self.dialect = dialect_of(schema)
        if '"$schema"' in schema_text or "$schema:" in schema_text:
            schema = undeclared(schema)
        self.schema = schema
        # what one part of a schema says depends on the way to it with these keywords
        self._remembers = not _DYNAMIC.search(schema_text)
        registry = published()
        self._validator = validator_class(self.dialect)(
            schema,
            format_checker=check_formats,
            registry=registry,
            _resolver=resolver_of(schema, self.dialect),
        )

    def errors(self, body: bytes) -> list[BodyError]:
        """Return the errors; raises SchemaError for a schema that ``check`` refuses."""
        try:
            data = parse_json(body)
        except ValueError as error:
            return [body_error(["body"], parse_failure(error), "json_invalid")]
        try:
            with run.Limited(len(body), self._remembers):
                found = islice(self._validator.iter_errors(data), MAX_ERRORS)
                return [_body_error(violation) for violation in found]
        except run.TooSlow:
            _logger.warning("A body of %s bytes took too long to validate", len(body))
            return [body_error(["body"], "takes too long to validate", "timeout")]
        except (Unresolvable, PatternError, ValueError, TypeError) as error:
            # an earlier version stored the schema without the checks of this one
            raise SchemaError("schema", str(error)) from error
        except RecursionError:
            message = "nested too deeply for its schema"
            return [body_error(["body"], message, "json_invalid")]


def _body_error(violation: ValidationError) -> BodyError:
    loc = ["body", *violation.absolute_path]
    return body_error(loc, violation.message, str(violation.validator))


def check(schema_text: str) -> None:
    """Raise SchemaError unless the text is a schema that can be validated with."""
    schema = text.read(schema_text)
    if not isinstance(schema, dict | bool):
        raise SchemaError("schema", "a schema must be an object or a boolean")
    try:
        Checker(dialect_of(schema)).check(schema)
    except RecursionError as error:
        raise SchemaError("schema", "the schema is nested too deeply") from error


def parse_json(body: bytes) -> Any:
    """Parse JSON (RFC 8259: without NaN) within the limits; raises ValueError."""
    if depth(body) > MAX_DEPTH:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
    return json.loads(body, parse_constant=_reject_constant)


def parse_failure(error: ValueError | RecursionError) -> str:
    """Why JSON cannot be parsed, without words about Python."""
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} is not {error.encoding.upper()}"
    if "set_int_max_str_digits" in str(error):
        return "a number has too many digits"
    return str(error)


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
    for bracket in _BRACKETS.sub(b"", body):
        if bracket in b"[{":
            level += 1
            deepest = max(deepest, level)
        else:
            level -= 1
    return deepest
