"""Which models and relations are watched, as frozen values for each registry.

``of_model`` is what every write of every model pays: a look-up in two dictionaries.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from odoo.api import Environment
from odoo.models import BaseModel
from odoo.modules.registry import Registry
from odoo.tools import SQL

from . import changes

KEY = "rest_api_core.watch"
OFF = "rest_api_core.capture_off"
SCHEMA = "rest_api_core.dropped"
SERVICE = "rest.capture"
_NOTHING: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Heir:
    """A model that shows the fields of another (``_inherits``).

    :ivar names: ``{field of the parent: its own name of it}``
    """

    model: str
    table: str
    column: str
    names: Mapping[str, str]


@dataclass(frozen=True)
class Watched:
    """A model whose changes are captured.

    :ivar mode: ``orm``, ``trigger``, or ``parent`` for one that is not tracked itself
    :ivar active: the field that archives records, None without one
    :ivar columns: the names that writes of columns are watched for, none where a
        trigger does it
    :ivar others: names of fields that no column of the table contains: lists, files,
        and fields of parents
    :ivar values: ``{name: SQL of its value in JSON}``, of the row ``t``
    :ivar hidden: names whose values are never kept
    :ivar published: the columns that are kept of a deleted record
    :ivar files: the fields that are stored as attachments
    :ivar depth: how many parents it has above it
    """

    model: str
    table: str
    mode: str
    active: str | None
    columns: frozenset[str]
    values: Mapping[str, SQL]
    hidden: frozenset[str]
    published: tuple[str, ...]
    others: frozenset[str]
    files: frozenset[str]
    heirs: tuple[Heir, ...] = ()
    depth: int = 0

    @property
    def is_tracked(self) -> bool:
        return self.mode != "parent"

    @property
    def has_trigger(self) -> bool:
        return self.mode == "trigger"


@dataclass(frozen=True)
class Edge:
    """What the database changes when records of a model are deleted.

    :ivar model, table, column: where the reference is
    :ivar kind: ``cascade``, ``set null``, ``json`` (a value for each company), or
        ``pairs`` for the relation ``table`` of the many2many ``name``, by ``column``
    :ivar owner: the column of the relation with the ids of ``model``
    """

    kind: str
    model: str
    table: str
    column: str
    name: str = ""
    owner: str = "id"


@dataclass(frozen=True)
class Watch:
    """All that is watched in a database.

    :ivar pairs: ``{(relation, column of the record, other column): [(model, name)]}``
    :ivar deletions: ``{model: edges}`` of the models whose deletion reaches others
    """

    models: Mapping[str, Watched] = field(default_factory=lambda: _NOTHING)
    pairs: Mapping[tuple[str, str, str], tuple[tuple[str, str], ...]] = field(
        default_factory=lambda: _NOTHING
    )
    deletions: Mapping[str, tuple[Edge, ...]] = field(default_factory=lambda: _NOTHING)
    has_files: bool = False
    has_triggers: bool = False


NOTHING = Watch()


class OfSchema(NamedTuple):
    """The watch of a schema that is being changed; ``epoch`` keeps it alive."""

    key: tuple[int, int]
    epoch: Any
    watch: Watch

    def __deepcopy__(self, _memo: Any) -> OfSchema:
        # tests of Odoo copy the data of a cursor
        return self


class _Known(NamedTuple):
    """What a cursor knows of the watch, until its transaction ends."""

    epoch: weakref.ref[Any]
    registry: Registry
    watch: Watch

    def __deepcopy__(self, _memo: Any) -> _Known:
        # tests of Odoo copy the data of a cursor
        return self


def of_model(records: BaseModel) -> Watched | None:
    """How the model of some records is watched."""
    return watch(records.env).models.get(records._name)


def watch(env: Environment) -> Watch:
    """The watch of a database; without our addon there is nothing in it."""
    known = env.cr.postrollback.data.get(KEY)
    if known is not None and _is_valid(env, known):
        return known.watch
    if SERVICE not in env.registry.models or env.cr.postrollback.data.get(OFF):
        return NOTHING
    epoch, found = env[SERVICE]._watch()
    env.cr.postrollback.data[KEY] = _Known(weakref.ref(epoch), env.registry, found)
    return found


def _is_valid(env: Environment, known: _Known) -> bool:
    if known.registry is not env.registry:
        return False
    # an epoch is dead once the cache that held it was cleared
    if known.epoch():
        return True
    # another mode would not know what the transaction has noted in this one
    has_noted = env.registry.ready and changes.KEY in env.cr.postrollback.data
    return has_noted and not env[SERVICE]._is_changed()


def forget(env: Environment) -> None:
    """Look again for watched models: this transaction has just changed it."""
    env.cr.postrollback.data.pop(KEY, None)


def schema_changed(env: Environment) -> None:
    """Tables or columns were dropped: look again in this transaction."""
    data = env.cr.postrollback.data
    data[SCHEMA] = data.get(SCHEMA, 0) + 1
    forget(env)


def schema_version(env: Environment) -> int:
    """How often that has been in this transaction."""
    return env.cr.postrollback.data.get(SCHEMA, 0)


def switch_off(env: Environment) -> None:
    """Capture nothing more in this transaction: the addon is being uninstalled."""
    env.cr.postrollback.data[OFF] = True
    forget(env)
