"""Groups and aggregates through the one path resolver. No Odoo here."""

from __future__ import annotations

from dataclasses import replace

from ..query import aggregate as grammar
from ..query.aggregate import DEFAULT_PERIOD, PARTS, Aggregate, Aggregation, Group
from ..query.days import is_date
from ..query.field_types import NUMBERS
from ..query.filters import Behind, Leaf, Tree, map_leaves
from ..query.operands import typed
from ..wire.problem import FilterInvalid, ParameterInvalid
from .catalog import Catalog
from .paths import resolve


def resolve_aggregation(
    catalog: Catalog, model: str, aggregation: Aggregation
) -> Aggregation:
    """The aggregation with each path checked, the types of its fields and the values
    of ``having`` in them. Raises QueryFieldRefused, ParameterInvalid, FilterInvalid."""
    groups = tuple(_group(catalog, model, group) for group in aggregation.groups)
    if sum(group.type == "many2many" for group in groups) > grammar.MAX_MANY2MANY:
        detail = f"must have at most {grammar.MAX_MANY2MANY} many2many fields"
        raise ParameterInvalid.at_parameter("group_by", detail)
    aggregates = tuple(
        resolve_aggregate(catalog, model, each) for each in aggregation.aggregates
    )

    def check(condition: Leaf | Behind) -> Tree:
        assert isinstance(condition, Leaf)  # the grammar has no others
        return _condition(catalog, model, condition)

    found = replace(aggregation, groups=groups, aggregates=aggregates)
    found = replace(found, having=map_leaves(aggregation.having, check))
    for key in found.sort:
        _check_key(catalog, model, found.group(key.path), key.path)
    return found


def resolve_aggregate(
    catalog: Catalog, model: str, aggregate: Aggregate, at: str = "aggregate"
) -> Aggregate:
    """:param at: the parameter that an error names"""
    field = resolve(catalog, model, aggregate.path, "aggregate", at).field
    offered = grammar.functions(field.name, field.type)
    if aggregate.function not in offered:
        detail = f"has no function '{aggregate.function}' for '{aggregate.path}'."
        detail = f"{detail} Allowed: {', '.join(offered)}."
        raise ParameterInvalid.at_parameter(at, detail)
    return aggregate.of_type(field.type)


def _group(catalog: Catalog, model: str, group: Group) -> Group:
    """Dates and times get a period where none is requested."""
    field = resolve(catalog, model, group.path, "group_by").field
    parts = PARTS.get(field.type, frozenset())
    part = group.part or (DEFAULT_PERIOD if parts else "")
    if part and part not in parts:
        detail = f"has no '{part}' for '{group.path}'."
        offered = ", ".join(sorted(parts)) or "none"
        detail = f"{detail} Allowed: {offered}."
        raise ParameterInvalid.at_parameter("group_by", detail)
    return replace(group, part=part, type=field.type)


def _condition(catalog: Catalog, model: str, leaf: Leaf) -> Leaf:
    at = leaf.at or "having"
    found = resolve_aggregate(catalog, model, grammar.aggregate(leaf.path), at)
    # sums and counts may be greater than a column of their type can hold
    leaf = typed(leaf, "float" if found.result in NUMBERS else found.result, at)
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    if found.result == "datetime" and any(map(is_date, values)):
        detail = f"'{leaf.path}' must be compared with a time, 2026-01-31T00:00:00Z"
        raise FilterInvalid.at_parameter(at, detail)
    return leaf


def _check_key(catalog: Catalog, model: str, group: Group | None, key: str) -> None:
    """A many2one is sorted by the order of its model, as in lists."""
    if group is None:
        resolve_aggregate(catalog, model, grammar.aggregate(key), "sort")
    elif group.type == "many2one":
        resolve(catalog, model, group.path, "sort")
