"""The filter of a query through the one path resolver. No Odoo here."""

from __future__ import annotations

from dataclasses import replace

from ..query.days import whole_days
from ..query.field_types import TO_MANY
from ..query.filters import Behind, Leaf, Tree, map_leaves
from ..query.operands import by_name, typed
from ..query.operators import COMPARE, HIERARCHY, MEMBER, offered
from ..wire.problem import FilterInvalid
from .catalog import Catalog
from .paths import Refused, ResolvedPath, Walk, resolve, unusable


def resolve_filter(
    catalog: Catalog, model: str, tree: Tree, parameter: str = "filter"
) -> Tree:
    """The filter with each path checked and each value in the type of its field.

    A relation that is compared with text also reads its display name, ``child_of`` the
    field of the hierarchy, a list of records their ids; these are checked, too.
    Raises QueryFieldRefused and FilterInvalid.
    """

    def check(condition: Leaf | Behind) -> Tree:
        at = condition.at or parameter
        path = resolve(catalog, model, condition.path, "filter", at)
        try:
            if isinstance(condition, Behind):
                return _resolve_behind(catalog, path, condition, at)
            _check_virtual(path, condition, at)
            leaf = typed(condition, path.field.type, at)
            _check_target(catalog, path, leaf)
            _check_hierarchy(catalog, path, leaf, at)
        except Refused:
            raise unusable(condition.path, "filter", at) from None
        return whole_days(leaf) if path.field.type == "datetime" else leaf

    return map_leaves(tree, check)


def _resolve_behind(
    catalog: Catalog, path: ResolvedPath, behind: Behind, parameter: str
) -> Behind:
    """``any``: the caller must be able to read the comodel."""
    walk, name = Walk(catalog), path.field.name
    walk.steps(path.model, (name, "id"), "filter")
    comodel = walk.cross(path.field)
    return replace(behind, of=resolve_filter(catalog, comodel, behind.of, parameter))


def _check_virtual(path: ResolvedPath, leaf: Leaf, parameter: str) -> None:
    """A virtual field has no column: values can be compared for equality only."""
    allowed = COMPARE | MEMBER
    if path.field.virtual and leaf.operator not in allowed:
        detail = f"'{leaf.path}' has no operator '{leaf.operator}'. Allowed: "
        detail = f"{detail}{offered(allowed)}."
        raise FilterInvalid.at_parameter(parameter, detail)


def _check_target(catalog: Catalog, path: ResolvedPath, leaf: Leaf) -> None:
    """A caller who may read a relation may compare the ids that it shows. Names need
    the right to read the comodel as a resource."""
    name, walk = path.field.name, Walk(catalog)
    if by_name(leaf, path.field.type):
        walk.steps(path.model, (name, "display_name"), "filter")


def _check_hierarchy(
    catalog: Catalog, path: ResolvedPath, leaf: Leaf, parameter: str
) -> None:
    """Odoo follows a many2one to its own model, else the hierarchy of the comodel."""
    field, walk = path.field, Walk(catalog)
    own = field.relation == path.model and field.type not in TO_MANY
    if leaf.operator not in HIERARCHY or own:
        return
    model = walk.cross(field) if field.relation else path.model
    parent = catalog.parent_field(model)
    if not parent:
        detail = f"'{leaf.path}' has no hierarchy for '{leaf.operator}'"
        raise FilterInvalid.at_parameter(parameter, detail)
    walk.steps(model, (parent,), "filter")
