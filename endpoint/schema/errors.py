"""The errors of schemas and of bodies."""

from __future__ import annotations

from typing import TypedDict

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


def body_error(loc: list[str | int], message: str, error_type: str) -> BodyError:
    return {"loc": loc, "msg": message[:MAX_MESSAGE], "type": error_type}
