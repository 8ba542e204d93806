"""Records in the shapes of the token dialect, from those of v1. No Odoo here.

many2one    {"id": 3, "display_name": "Azure"}  becomes  3, unless it is expanded
datetime    "2026-01-31T12:00:00Z"              becomes  "2026-01-31 12:00:00"
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..query.projection import Level


def flat(document: Mapping[str, Any], level: Level) -> dict[str, Any]:
    """The document; ``level`` tells the types of its fields, and what is expanded."""
    types = {field.name: field.type for field in level.fields}
    relations = {relation.name: relation.level for relation in level.relations}
    return {
        name: _nested(value, relations[name])
        if name in relations
        else _value(value, types.get(name, ""))
        for name, value in document.items()
    }


def _nested(value: Any, level: Level) -> Any:
    if isinstance(value, list):
        return [flat(each, level) for each in value]
    return flat(value, level) if value else value


def _value(value: Any, type_: str) -> Any:
    if type_ == "many2one" and isinstance(value, dict):
        return value["id"]
    if type_ == "datetime" and isinstance(value, str):
        return value.replace("T", " ").removesuffix("Z")
    return value
