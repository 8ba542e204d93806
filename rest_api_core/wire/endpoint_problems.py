"""Errors of bodies that the schema of an endpoint finds, as problems. No Odoo here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .problem import BodyMalformed, BodyProblem, FieldError, Problem, ValueInvalid
from .problem_details import MAX_DETAIL, pointer

# not what the schema forbids, but what cannot be parsed at all
_SYNTAX = ("json_invalid", "xml_invalid")


def of_body(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """The problem of at least one ``{"loc": ["body", …], "msg", "type"}``: 400 for what
    is no JSON or XML, else 422 with a pointer for each."""
    first = errors[0]
    if first["type"] in _SYNTAX:
        return BodyMalformed(f"The body cannot be parsed: {first['msg']}.")
    return BodyProblem.of(
        FieldError(
            ValueInvalid.code, each["msg"][:MAX_DETAIL], pointer(*each["loc"][1:])
        )
        for each in errors
    )
