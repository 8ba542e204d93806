"""Conditions on relations as conditions on records within reach. No Odoo here.

    child_ids in [1]           child_ids.id in [1]
    child_ids = null           not (child_ids.id != null)
    parent_id ilike "a"        parent_id.display_name ilike "a"

Only where a path goes through a relation, with a dot, rules and domains of what is
behind it are applied. A many2one compared by id stays: all may see its id.
"""

from __future__ import annotations

from dataclasses import replace

from .field_types import RELATIONS, TO_MANY
from .filters import HIERARCHY, Leaf, Not, Or, Tree, join, negate
from .operands import by_name


def under_rules(leaf: Leaf, kind: str) -> Tree:
    """A typed condition on a field of type ``kind``, under the rules of its comodel."""
    if kind not in RELATIONS:
        return leaf
    if leaf.operator == "=?":
        return under_rules(replace(leaf, operator="="), kind) if leaf.value else leaf
    if by_name(leaf, kind):
        found = _named(leaf, kind)
    elif kind not in TO_MANY:
        return leaf
    elif leaf.operator in HIERARCHY:
        return replace(leaf, path=f"{leaf.path}.id")
    else:
        found = _listed(leaf)
    negative = leaf.operator == "!=" or leaf.operator.startswith("not ")
    return negate(found) if negative else found


def _named(leaf: Leaf, kind: str) -> Tree:
    """By name, without its negation; a list may have ids and null besides names."""
    path = f"{leaf.path}.display_name"
    if not isinstance(leaf.value, tuple):
        operator = "=" if leaf.operator == "!=" else leaf.operator.removeprefix("not ")
        return Leaf(path, operator, leaf.value)
    names = tuple(value for value in leaf.value if isinstance(value, str))
    rest = tuple(value for value in leaf.value if not isinstance(value, str))
    found = Leaf(path, "in", names)
    if not rest:
        return found
    return join(Or, (found, under_rules(Leaf(leaf.path, "in", rest), kind)))


def _listed(leaf: Leaf) -> Tree:
    """By ids, without its negation; null stands for an empty list."""
    path = f"{leaf.path}.id"
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    ids = tuple(value for value in values if value is not None)
    found: list[Tree] = []
    if ids or not values:
        found.append(Leaf(path, "in", ids))
    if None in values:
        found.append(Not(Leaf(path, "!=", None)))
    return join(Or, found)
