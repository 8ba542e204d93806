"""Conditions on relations as conditions on their records. No Odoo here.

    child_ids in [1]           child_ids.id in [1]
    child_ids = null           not (child_ids.id != null)
    parent_id ilike "a"        parent_id.display_name ilike "a"

Rules and domains of the comodel are applied where a path goes through a relation, with
a dot, and nowhere else. A many2one that is compared by id stays as it is: whoever sees
the record sees this id.
"""

from __future__ import annotations

from dataclasses import replace

from .field_types import RELATIONS, TO_MANY
from .filters import Leaf, Not, Or, Tree, join, negate
from .operands import by_name
from .operators import HIERARCHY


def under_rules(leaf: Leaf, field_type: str) -> Tree:
    """A typed condition on a field, so that the rules of its comodel are applied."""
    if field_type not in RELATIONS:
        return leaf
    if leaf.operator == "=?":
        return (
            under_rules(replace(leaf, operator="="), field_type) if leaf.value else leaf
        )
    if by_name(leaf, field_type):
        positive = _named(leaf, field_type)
    elif field_type not in TO_MANY:
        return leaf
    elif leaf.operator in HIERARCHY:
        return replace(leaf, path=f"{leaf.path}.id")
    else:
        positive = _listed(leaf)
    negative = leaf.operator == "!=" or leaf.operator.startswith("not ")
    return negate(positive) if negative else positive


def _named(leaf: Leaf, field_type: str) -> Tree:
    """By name, without its negation; a list may have ids and null besides names."""
    path = f"{leaf.path}.display_name"
    if not isinstance(leaf.value, tuple):
        operator = "=" if leaf.operator == "!=" else leaf.operator.removeprefix("not ")
        return Leaf(path, operator, leaf.value)
    names = tuple(value for value in leaf.value if isinstance(value, str))
    rest = tuple(value for value in leaf.value if not isinstance(value, str))
    by_names = Leaf(path, "in", names)
    if not rest:
        return by_names
    return join(Or, (by_names, under_rules(Leaf(leaf.path, "in", rest), field_type)))


def _listed(leaf: Leaf) -> Tree:
    """By ids, without its negation; null stands for an empty list."""
    path = f"{leaf.path}.id"
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    ids = tuple(value for value in values if value is not None)
    either: list[Tree] = []
    if ids or not values:
        either.append(Leaf(path, "in", ids))
    if None in values:
        either.append(Not(Leaf(path, "!=", None)))
    return join(Or, either)
