"""Values that new records have unless a body says otherwise. No Odoo here.

    {"customer_rank": 1, "country_id": {"external_id": "base.be"}}

An administrator writes them as a JSON object, in the shapes of a body.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..wire import json_text
from . import inputs
from .values import Field


def parse(text: str) -> dict[str, Any]:
    """The values by field; ValueError for what is not a JSON object."""
    try:
        values = json_text.loads(text)
    except ValueError as error:
        raise ValueError(f"The text {error}.") from None
    if not isinstance(values, dict):
        raise ValueError('The text must be a JSON object: {"field": value}.')
    return values


def check(values: Mapping[str, Any], model: str, fields: Mapping[str, Field]) -> None:
    """ValueError for a field that cannot be written, or not with this value.

    The records that a relation names are looked up with each new record, not here.

    :param fields: of ``model``, those that a body may have
    """
    for name, value in values.items():
        if name not in fields:
            detail = "does not exist or cannot be written"
            raise ValueError(f"Field '{name[:100]}' of {model} {detail}.")
        if fields[name].type in inputs.READERS:
            _check_value(value, fields[name])


def _check_value(value: Any, field: Field) -> None:
    try:
        inputs.read(value, field)
    except ValueError as error:
        raise ValueError(f"Field '{field.name}' {error}.") from None
