"""Changes of lists: many2many from both sides, and one2many with its lines.

Odoo writes the rows of a relation in ``write_real`` of the field, without a method of
the model: values of requests, of computed fields and those from the far side all come
through it. It is wrapped, once for each process. Databases without this addon have
nothing that is watched, and get Odoo's own method.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import wraps
from typing import Any

from odoo.api import Environment
from odoo.fields import Many2many, One2many
from odoo.tools import SQL

from . import changes, reading, recording, watching
from .watching import Watch

Pairs = set[tuple[int, int]]


def install() -> None:
    """Have changes of lists noted, in databases that watch any."""
    Many2many.write_real = _noting_pairs(Many2many.write_real)
    One2many.write_real = _noting_lines(One2many.write_real)


def _noting_pairs(write_real: Callable[..., None]) -> Callable[..., None]:
    @wraps(write_real)
    def noting(field: Many2many, commands: list[Any], create: bool = False) -> None:
        watch = commands and watching.watch(commands[0][0].env)
        if not watch or not watch.pairs or not field.store:
            return write_real(field, commands, create)
        key = (field.relation, field.column1, field.column2)
        env, ids = commands[0][0].env, _ids(commands)
        if not create:
            _touch(env, watch, watch.pairs.get(key, ()), field.model_name, ids)
        far = watch.pairs.get((field.relation, field.column2, field.column1))
        before = _pairs(env, field, ids) if far and not create else set()
        result = write_real(field, commands, create)
        if far:
            _touch_far(env, watch, far, before, _pairs(env, field, ids))
        return result

    return noting


def _noting_lines(write_real: Callable[..., None]) -> Callable[..., None]:
    @wraps(write_real)
    def noting(field: One2many, commands: list[Any], create: bool = False) -> None:
        watch = commands and not create and watching.watch(commands[0][0].env)
        watched = watch and watch.models.get(field.model_name)
        if watched and field.name in watched.values and any(c for _r, c in commands):
            env = commands[0][0].env
            recording.touch(env, watched, _ids(commands), (field.name,))
        return write_real(field, commands, create)

    return noting


def _ids(commands: Iterable[tuple[Any, Any]]) -> list[int]:
    return list(dict.fromkeys(each for records, _c in commands for each in records.ids))


def _touch(
    env: Environment,
    watch: Watch,
    fields: Iterable[tuple[str, str]],
    model: str,
    ids: Collection[int],
) -> None:
    for name_of_model, name in fields:
        if name_of_model == model:
            recording.touch(env, watch.models[model], ids, (name,))


def _pairs(env: Environment, field: Many2many, ids: Collection[int]) -> Pairs:
    if not ids:
        return set()
    statement = SQL(
        "SELECT %(own)s, %(theirs)s FROM %(table)s WHERE %(own)s IN %(ids)s",
        own=SQL.identifier(field.column1),
        theirs=SQL.identifier(field.column2),
        table=SQL.identifier(field.relation),
        ids=tuple(ids),
    )
    return set(env.execute_query(statement))


def _touch_far(
    env: Environment,
    watch: Watch,
    fields: Iterable[tuple[str, str]],
    before: Pairs,
    after: Pairs,
) -> None:
    """Note changed lists of the other side. Which they are is known only now: their
    lists before are those of now without what was added, with what was removed."""
    added, removed = _by_far(after - before), _by_far(before - after)
    ids = [*{**added, **removed}]
    for model, name in fields if ids else ():
        watched, known = watch.models[model], changes.of(env.cr).of(model)
        unknown = known.unknown(ids, (name,))
        if unknown:
            now = reading.values(env, watched, unknown, (name,))
            known.learn(
                {each: _undone(name, now[each], added, removed, each) for each in now}
            )
        recording.touch(env, watched, ids, (name,))


def _by_far(pairs: Pairs) -> dict[int, set[int]]:
    found = defaultdict(set)
    for own, far in pairs:
        found[far].add(own)
    return found


def _undone(
    name: str,
    values: Mapping[str, list[int]],
    added: Mapping[int, set[int]],
    removed: Mapping[int, set[int]],
    each: int,
) -> dict[str, list[int]]:
    ids = {*values[name]} - added.get(each, set()) | removed.get(each, set())
    return {name: sorted(ids)}
