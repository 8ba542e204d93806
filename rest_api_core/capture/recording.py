"""Notes records before they change, and their values until then."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from odoo.api import Environment
from odoo.models import BaseModel

from . import changes, outbox, reading
from .names import IGNORED
from .watching import Watched

BATCH = 1000  # ids of one statement


def created(env: Environment, watched: Watched, ids: Iterable[int]) -> None:
    """Note records that have just been created."""
    known = _noted(env).of(watched.model)
    ids = list(ids)
    known.created.update(ids)
    if not watched.has_trigger:
        known.touch(ids)


def writing(
    records: BaseModel, watched: Watched, values: Iterable[Mapping[str, Any]]
) -> None:
    """Note that columns of records are about to be written."""
    names = {name for each in values for name in each} - IGNORED
    touch(records.env, watched, records._ids, names & watched.columns)
    if watched.has_trigger:
        _noted(records.env)  # for the origin


def touch(
    env: Environment, watched: Watched, ids: Collection[int], names: Collection[str]
) -> None:
    """Note that values of records are about to change."""
    if not names or not ids:
        return
    known = _noted(env).of(watched.model)
    unknown = known.unknown(ids, names)
    for start in range(0, len(unknown), BATCH):
        known.learn(reading.values(env, watched, unknown[start : start + BATCH], names))
    known.touch(ids)


def freeze(env: Environment, watched: Watched, ids: list[int]) -> None:
    """Note that records are about to be deleted, with their rows."""
    known = _noted(env).of(watched.model)
    if watched.has_trigger:
        return
    if watched.is_tracked:
        unknown = [each for each in ids if each not in known.created]
        for start in range(0, len(unknown), BATCH):
            rows = reading.rows(env, watched, unknown[start : start + BATCH])
            known.frozen.update({**rows, **known.frozen})
    known.touch(ids)


class _Writing(NamedTuple):
    """Writes the outbox."""

    env: Environment

    def __call__(self) -> None:
        outbox.write(self.env)

    def __deepcopy__(self, _memo: Any) -> _Writing:
        # tests of Odoo copy the data of a cursor
        return self


def _noted(env: Environment) -> changes.Changes:
    """The changes of the transaction, which are written before the commit."""
    noted = changes.of(env.cr)
    noted.noted(env.uid, env.context)
    changes.schedule(env.cr, _Writing(env))
    return noted
