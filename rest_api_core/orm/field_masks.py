"""The field masks of a caller, with those of what Odoo computes from masked fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from ..access import masking
from ..access.masking import Key, Masks

GRAPH = "field dependents"  # in the cache of the configuration

# ``{(model, name): {((model, name), is the same value), …}}``
Graph = Mapping[Key, set[tuple[Key, bool]]]


def of_caller(catalog: Any) -> Mapping[str, Masks]:
    """``{model: {name: mask}}``; empty for callers without any.

    :param catalog: ``RegistryCatalog``
    """
    named = dict(_named(catalog))
    if not named:
        return {}
    graph: Graph = catalog.settings._kept(GRAPH, dependents)
    found: dict[str, dict[str, masking.MaskAs]] = defaultdict(dict)
    masks = masking.spread(named, lambda key: graph.get(key, ()))
    for (model, name), mask in masks.items():
        found[model][name] = mask
    return dict(found)


def _named(catalog: Any) -> Iterator[tuple[Key, masking.MaskAs]]:
    """The fields that rules name."""
    for model, masks in catalog.named_masks().items():
        fields = catalog.env[model]._fields
        for name, mask in masks.items():
            if name in fields:
                yield (model, name), masking.effective(mask, fields[name].type)


def dependents(env: Any) -> Graph:
    """The fields that declare to depend on each field of the registry, as ``spread``
    takes them. Odoo's own triggers leave out those of dialogs (transient models)."""
    found: dict[Key, set[tuple[Key, bool]]] = defaultdict(set)
    for model_name in env.registry:
        model = env[model_name]
        for field in () if model._abstract else model._fields.values():
            this = (field.model_name, field.name)
            for key, is_same in _sources(env, field):
                found[key].add((this, is_same))
    return dict(found)


def _sources(env: Any, field: Any) -> Iterator[tuple[Key, bool]]:
    """All that a field is made of, and whether it has the same value."""
    for path in env.registry.field_depends[field]:
        *links, end = _walk(env, field.model_name, path)
        yield from ((link, False) for link in links)
        yield end, bool(field.inherited and path == field.related)
    if field.type == "one2many" and field.inverse_name:
        # the list tells the values of the links
        yield (field.comodel_name, field.inverse_name), False
    elif field.type == "many2many" and field.store:
        # the same rows of one table, from the far side
        for inverse in env.registry.field_inverses[field]:
            yield (inverse.model_name, inverse.name), False


def _walk(env: Any, model_name: str, path: str) -> list[Key]:
    """The segments that there are: addons may declare others."""
    steps = []
    for name in path.split("."):
        steps.append((model_name, name))
        field = env[model_name]._fields.get(name)
        if field is None or field.comodel_name not in env:
            break
        model_name = field.comodel_name
    return steps
