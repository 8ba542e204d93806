"""What the database itself changes when records are deleted: ``ON DELETE``.

Such changes raise no event of the ORM. The ids are read before the deletion, with one
query for each relation that leads to a watched model.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping

from odoo.api import Environment
from odoo.fields import Field
from odoo.models import BaseModel
from odoo.tools import SQL

from . import recording
from .names import IGNORED
from .watching import Edge, Watch, Watched


def edges(
    env: Environment,
    models: Mapping[str, Watched],
    existing: Container[tuple[str, str]] | None,
) -> dict[str, tuple[Edge, ...]]:
    """``{model: edges}`` for the models whose deletion reaches watched ones, and for
    the watched ones themselves.

    :param existing: the columns that exist, None for all
    """
    if not models:
        return {}
    found = _all_edges(env, models, existing)
    reaching = _reaching(found, models)
    return {
        name: tuple(e for e in found[name] if e.model in reaching or e.model in models)
        for name in {*reaching, *models}
    }


def _all_edges(
    env: Environment,
    models: Mapping[str, Watched],
    existing: Container[tuple[str, str]] | None,
) -> defaultdict[str, list[Edge]]:
    found = defaultdict(list)
    for model in env.values():
        if model._abstract or model._transient or not model._auto:
            continue
        for field in model._fields.values():
            for edge in _edges_of(model, field, models.get(model._name)):
                if existing is None or (edge.table, edge.column) in existing:
                    found[field.comodel_name].append(edge)
    return found


def _edges_of(
    model: BaseModel, field: Field, watched: Watched | None
) -> Iterator[Edge]:
    name = field.name
    if not field.store or name in IGNORED:
        return
    place = (model._name, model._table, name)
    if field.type == "many2one" and field.company_dependent:
        if watched and name in watched.columns and field.ondelete != "restrict":
            yield Edge("json", *place, name)
    elif field.type == "many2one" and field.column_type:
        emptied = watched and name in watched.columns and field.ondelete == "set null"
        if field.ondelete == "cascade" or emptied:
            yield Edge(field.ondelete, *place, name)
    elif field.type == "many2many" and watched and name in watched.values:
        table, theirs, own = field.relation, field.column2, field.column1
        yield Edge("pairs", model._name, table, theirs, name, own)


def _reaching(found: Mapping[str, list[Edge]], models: Iterable[str]) -> set[str]:
    """The models whose deletion changes or deletes records of watched models."""
    watched, reaching = {*models}, set()
    while True:
        more = {
            name
            for name, edges in found.items()
            if any(
                e.model in watched or (e.kind == "cascade" and e.model in reaching)
                for e in edges
            )
        }
        if more <= reaching:
            return reaching
        reaching |= more


def before_deletion(
    env: Environment, watch: Watch, model: str, ids: Iterable[int]
) -> None:
    """Record what the deletion of these records will do to watched models."""
    _follow(env, watch, model, ids, defaultdict(set))


def _follow(
    env: Environment,
    watch: Watch,
    model: str,
    ids: Iterable[int],
    seen: defaultdict[str, set[int]],
) -> None:
    new = [each for each in ids if each not in seen[model]]
    if not new or model not in watch.deletions:
        return
    seen[model].update(new)
    if model in watch.models:
        recording.freeze(env, watch.models[model], new)
    for edge in watch.deletions[model]:
        reached = _reached(env, edge, new)
        if not reached:
            continue
        if edge.kind == "cascade":
            _follow(env, watch, edge.model, reached, seen)
        else:
            recording.touch(env, watch.models[edge.model], reached, (edge.name,))


def _reached(env: Environment, edge: Edge, ids: list[int]) -> list[int]:
    """The records of the edge's model that refer to the given ids."""
    column = SQL.identifier(edge.column)
    condition = SQL("%s IN %s", column, tuple(ids))
    if edge.kind == "json":
        path = " || ".join(f"@ == {each}" for each in ids)
        condition = SQL("%s @? %s", column, f"$.* ? ({path})")
    statement = SQL(
        "SELECT DISTINCT %s FROM %s WHERE %s",
        SQL.identifier(edge.owner),
        SQL.identifier(edge.table),
        condition,
    )
    return [row[0] for row in env.execute_query(statement)]
