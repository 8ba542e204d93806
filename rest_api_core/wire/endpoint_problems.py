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
    return BodyProblem.of(map(_field_error, errors))


def _field_error(error: Mapping[str, Any]) -> FieldError:
    """One entry of ``errors``; JSON pointers lead into no XML, its path is a text."""
    steps, detail = error["loc"][1:], error["msg"]
    if error["type"] == "xml_schema":
        steps, detail = (), f"{'/'.join(map(str, steps))}: {detail}"
    return FieldError(ValueInvalid.code, detail[:MAX_DETAIL], pointer(*steps))
