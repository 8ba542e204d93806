"""Models and fields that only an administrator of Odoo exposes, by the registry."""

from __future__ import annotations

import re

from odoo.api import Environment
from odoo.fields import Field
from odoo.models import BaseModel

from ..access import policy
from ..access.secret_fields import is_secret

# Models with templates: who writes them has Odoo run their expressions
_TEMPLATES = "mail.render.mixin"
_CODE = re.compile(r"(?:^|_)(?:arch|code|python|qweb|script|xslt)(?:_|$)")


def is_sensitive(env: Environment, name: str) -> bool:
    """Whether a model is sensitive by its name, by what it inherits from, or by a field
    that holds code or QWeb."""
    if policy.is_sensitive(name):
        return True
    model = env.get(name)
    if model is None:
        return False
    return (
        any(is_sensitive(env, parent) for parent in model._inherits)
        or any(n == _TEMPLATES or policy.is_sensitive(n) for n in _prototypes(model))
        or any(_holds_code(field) for field in model._fields.values())
    )


def secret_names(model: BaseModel) -> frozenset[str]:
    """The names of fields whose values are rights."""
    models = {model._name, *_prototypes(model)}
    return frozenset(
        name
        for name, field in model._fields.items()
        if is_secret(models, name, field.type)
    )


def _prototypes(model: BaseModel) -> set[str]:
    """The models with records of their own that a model is made from (``_inherit``),
    and the mixin of templates."""
    names = {getattr(owner, "_name", None) for owner in type(model).__mro__}
    known = (name for name in names if name and name != model._name)
    return {n for n in known if n == _TEMPLATES or not model.env[n]._abstract}


def _holds_code(field: Field) -> bool:
    """Raw HTML can contain scripts; fields that Odoo renders contain expressions."""
    if field.related or not field.store:
        return False
    if field.type == "html":
        return not field.sanitize or bool(getattr(field, "render_engine", None))
    return field.type == "text" and bool(_CODE.search(field.name))
