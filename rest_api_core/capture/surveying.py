"""Makes the ``Watch`` of a registry from the names of the tracked models."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping

from odoo.api import Environment
from odoo.fields import Field
from odoo.models import BaseModel

from ..orm.sensitive import is_sensitive, secret_names
from . import cascades, values
from .names import IGNORED, OUTBOX
from .watching import Heir, Watch, Watched

_FILES = frozenset(("binary",))
_TEXTS = _FILES | {"char", "html", "json", "text"}
# (table, column) of all that exists; None where the registry and the database agree
Columns = Container[tuple[str, str]] | None


def survey(
    env: Environment, tracked: Mapping[str, str], existing: Columns = None
) -> Watch:
    """:param tracked: ``{model: mode}``, as ``rest.capture._tracked_models`` has it"""
    known = {
        name: mode
        for name, mode in tracked.items()
        if _has_rows(env.get(name), existing)
    }
    modes = dict.fromkeys(_parents(env, known), "parent") | known
    models = {n: _watched(env[n], mode, modes, existing) for n, mode in modes.items()}
    return Watch(
        models=models,
        pairs=_pairs(env, models),
        deletions=cascades.edges(env, models, existing),
        has_files=any(each.files for each in models.values()),
        has_triggers="trigger" in modes.values(),
    )


def _has_rows(model: BaseModel | None, existing: Columns) -> bool:
    if model is None or model._abstract or not model._auto or model._name == OUTBOX:
        return False
    return existing is None or (model._table, "id") in existing


def _parents(env: Environment, names: Iterable[str]) -> Iterator[str]:
    """The models whose fields the given ones show, and their parents."""
    for name in names:
        yield from env[name]._inherits
        yield from _parents(env, env[name]._inherits)


def _watched(
    model: BaseModel, mode: str, watched: Iterable[str], existing: Columns
) -> Watched:
    stored = {n: f for n, f in model._fields.items() if _is_captured(model, f)}
    if existing is not None:
        stored = {
            n: f for n, f in stored.items() if values.column(model, f) in existing
        }
    columns = {name for name, f in stored.items() if f.column_type}
    hidden = _hidden(model, stored)
    heirs = tuple(_heirs(model, watched))
    by_trigger = mode == "trigger" and not heirs
    return Watched(
        model=model._name,
        table=model._table,
        mode=mode,
        active=model._active_name or None,
        columns=frozenset() if by_trigger else frozenset(columns),
        values={n: values.expression(model, f, n in hidden) for n, f in stored.items()},
        hidden=frozenset(hidden),
        published=tuple(sorted(columns - hidden)),
        others=frozenset(n for n in model._fields if n not in columns),
        files=frozenset(n for n, f in stored.items() if values.is_file(f)),
        heirs=heirs,
        depth=_depth(model),
    )


def _hidden(model: BaseModel, stored: Mapping[str, Field]) -> set[str]:
    """The fields whose values are never kept: secrets, files, and all texts of models
    with credentials or code, such as system parameters."""
    types = _TEXTS if is_sensitive(model.env, model._name) else _FILES
    return {*secret_names(model)} | {n for n, f in stored.items() if f.type in types}


def _is_captured(model: BaseModel, field: Field) -> bool:
    """Whether the values of a field are stored for themselves."""
    if not field.store or field.name in IGNORED or field.inherited:
        return False
    return (
        bool(field.column_type)
        or values.is_relation(model, field)
        or values.is_file(field)
    )


def _heirs(model: BaseModel, watched: Iterable[str]) -> Iterator[Heir]:
    """The watched models that show the fields of a model."""
    for name in watched:
        child = model.env[name]
        column = child._inherits.get(model._name)
        if not column:
            continue
        names = {
            f.related.split(".")[1]: f.name
            for f in child._fields.values()
            if f.inherited and f.related.split(".")[0] == column
        }
        if names:
            yield Heir(name, child._table, column, names)


def _depth(model: BaseModel) -> int:
    return max((_depth(model.env[p]) + 1 for p in model._inherits), default=0)


def _pairs(
    env: Environment, models: Mapping[str, Watched]
) -> dict[tuple[str, str, str], tuple[tuple[str, str], ...]]:
    found = defaultdict(list)
    for watched in models.values():
        for name in watched.values:
            field = env[watched.model]._fields[name]
            if field.type == "many2many":
                key = (field.relation, field.column1, field.column2)
                found[key].append((watched.model, name))
    return {key: tuple(names) for key, names in found.items()}
