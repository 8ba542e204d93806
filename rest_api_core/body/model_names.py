"""Models by their technical name, in place of their ids. No Odoo here.

    {"res_model_id": "res.partner"}     {"res_model": "res.partner"}

Records of Odoo name a model by a many2one to ``ir.model``, and many have its technical
name beside it. Both take the name, and both are written to the many2one.
"""

from __future__ import annotations

from .inputs import storable
from .relations import ByField, ByFields, ById, Target, Values

MODEL = "ir.model"


def target(name: str, at: str) -> ByField:
    """The model of this name; raises ValueError."""
    return ByField("model", storable(name), at)


def joined(name: str | None, link: str, values: Values, at: str) -> Target | None:
    """The target of a many2one whose model is named beside it; raises ValueError where
    the values have another one for it. No name says nothing of a many2one that is
    there: responses have none where the model is hidden.

    :param link: the many2one; :param at: the JSON pointer of the name
    """
    if name is None:
        return values.get(link)
    named = target(name, at)
    known = values.get(link, named)
    if isinstance(known, ById):
        return ByFields((("id", known.id), ("model", named.value)), at)
    if known != named:
        raise ValueError(f"names another model than '{link}'")
    return named
