"""Fields that name records by ids alone, beside a field that names their model.

    res_id      res_model        an attachment, an activity, a message
    res_ids     model            dialogs: "[1, 2]"

To Odoo only some of them (``many2one_reference``) are relations; of the others it is a
guess by their names. A wrong one checks ids that mean something else, and refuses more.
No Odoo here: models are what has ``_fields``.
"""

from __future__ import annotations

import re
from typing import Any

_NAME = re.compile(r"(\w*?)(?:force_)?(?:res_ids?|thread_id)")
_MODELS = ("res_model", "model", "res_model_id", "model_id")
_IDS = re.compile(r"\d{1,10}")


def pointers(model: Any) -> dict[str, str]:
    """``{field with ids: field with their model}`` of what a model stores."""
    found: dict[str, str] = {}
    for name, field in model._fields.items():
        if field.store and field.type == "many2one_reference":
            found[name] = field.model_field
        elif field.store and field.type in ("integer", "char", "text"):
            beside = _model_beside(model, name)
            if beside:
                found[name] = beside
    return found


def _model_beside(model: Any, name: str) -> str | None:
    match = _NAME.fullmatch(name)
    others = [f"{match[1]}{each}" for each in _MODELS] if match else []
    return next((each for each in others if _may_name_models(model, each)), None)


def _may_name_models(model: Any, name: str) -> bool:
    field = model._fields.get(name)
    if field is None:
        return False
    return field.type in ("char", "selection") or field.comodel_name == "ir.model"


def written_by(model: Any, name: str) -> set[str]:
    """The fields whose values are in a field: itself, and the link that it follows."""
    link = (model._fields[name].related or "").partition(".")[0]
    return {name, link} if link else {name}


def named(record: Any, ids_field: str, model_field: str) -> tuple[str | None, set[int]]:
    """``(model, ids)`` of the records that a record names."""
    value, model = record[ids_field], record[model_field]
    # no value is False, which is an integer
    found = [value] if isinstance(value, int) else map(int, _IDS.findall(value))
    if model and not isinstance(model, str):
        model = model.model
    return model or None, {each for each in found if each}
