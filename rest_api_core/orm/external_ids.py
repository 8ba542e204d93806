"""``external_id``: a field of every resource that no model of Odoo has.

Its values are rows of ``ir.model.data``. A model that has a field of that name keeps
its own. No Odoo here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from ..access.catalog import FieldInfo
from ..body.values import Field
from ..query.field_types import EXTERNAL_ID

INFO = FieldInfo(
    EXTERNAL_ID,
    "char",
    stored=False,
    sortable=False,
    groupable=False,
    aggregatable=False,
    safe=frozenset(("filter",)),
    virtual=True,
)
# as ``/fields`` describes it
DESCRIPTION = {
    "type": "char",
    "string": "External Id",
    "help": "Name of the record in the words of the client, else its external id in"
    " Odoo.",
}


class _Model(Protocol):
    _fields: Mapping[str, Any]


def is_virtual(model: _Model, name: str) -> bool:
    """Whether the name means the external id of the records of a model."""
    return name == EXTERNAL_ID and name not in model._fields


def value_field(writable: bool) -> Field:
    """``values.Field`` of it."""
    return Field(EXTERNAL_ID, "char", writable=writable, stored=False, virtual=True)
