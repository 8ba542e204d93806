"""Which fields are read, and how the rows become JSON. No Odoo here.

    level = plan("res.partner", query, fields_of)
    rows = {(): fetch(level.names)}
    for path, relation in walk(level):          one round a level, not a record
        above = rows[path[:-1]]
        ids = related_ids(relation, above)
        below = fetch of these ids, by relation.filter and relation.sort
        rows[path[:-1]] = arranged(relation, above, ids of below)
        rows[path] = below
    data = assemble(level, rows)

A row has a value for each name of its level, in Python (``values.py``): of a many2one
that is expanded its id, of an x2many its ids, of another many2one also the name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..body.values import WRITERS, Field, FieldsOf, Writer, write
from ..wire.problem import QueryFieldRefused
from .expansion import Branch
from .field_types import FILES, RELATIONS, TO_MANY
from .filters import ALL, Tree
from .query import Binary, Query
from .sorting import SortKey

Path = tuple[str, ...]
Row = Mapping[str, Any]
Rows = Mapping[Path, Sequence[Row]]
Document = dict[str, Any]


@dataclass(frozen=True)
class Level:
    """What is read of the records of one level, in the order of the response.

    :param binary: the form of files; :param archived: whether what a search looks at
        on its way may be archived
    :param requested: the fields that the caller names on any level: those of which an
        error is told, where others are null
    """

    model: str
    fields: tuple[Field, ...]
    relations: tuple[Relation, ...] = ()
    binary: Binary = "url"
    archived: bool = False
    requested: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """The fields to fetch; ``id`` comes first."""
        return tuple(field.name for field in self.fields)

    @property
    def named(self) -> tuple[str, ...]:
        """The many2one fields whose display name is shown: those not expanded."""
        expanded = {relation.name for relation in self.relations}
        ones = (f.name for f in self.fields if f.type == "many2one")
        return tuple(name for name in ones if name not in expanded)


@dataclass(frozen=True)
class Relation:
    """A relation that is followed; ``limit`` and ``offset`` are for each record."""

    name: str
    many: bool
    level: Level
    filter: Tree = ALL
    sort: tuple[SortKey, ...] = ()
    limit: int | None = None
    offset: int = 0


def plan(
    model: str,
    query: Query,
    fields_of: FieldsOf,
    requested: frozenset[str] | None = None,
) -> Level:
    """The levels of what a query asks for; raises QueryFieldRefused.

    Names have passed the resolver before; here is but the second guard.

    :param requested: see ``Level``; by default all that the query names, but of these a
        schema may have named some
    """
    named = query.named if requested is None else requested
    shared = _Shared(query.binary, query.archived != "exclude", named)
    return _level(model, query, fields_of, shared)


class _Shared(NamedTuple):
    """What all levels have in common, see ``Level``."""

    binary: Binary
    archived: bool
    requested: frozenset[str]


def _level(
    model: str, asked: Query | Branch, fields_of: FieldsOf, shared: _Shared
) -> Level:
    fields = fields_of(model)
    names = _names(asked, fields)
    chosen = tuple(_field(name, fields, "fields") for name in names)
    branches = (_relation(each, fields, fields_of, shared) for each in asked.expand)
    return Level(model, chosen, tuple(branches), *shared)


def _field(name: str, fields: Mapping[str, Field], parameter: str) -> Field:
    if name not in fields:
        raise QueryFieldRefused.at_parameter(parameter, f"'{name}' cannot be read")
    return fields[name]


def _names(wanted: Query | Branch, fields: Mapping[str, Field]) -> list[str]:
    """In the order of the request, each once, after ``id``."""
    names = ["id"]
    for name in ("",) if wanted.fields is None else wanted.fields:
        names += _group(name, fields.values())
    names += [branch.field for branch in wanted.expand]
    out = set(wanted.exclude_fields) - {"id"}
    return [name for name in dict.fromkeys(names) if name not in out]


def _group(name: str, fields: Iterable[Field]) -> Iterable[str]:
    """What ``*`` and nothing at all stand for; other names are their own."""
    if name == "*":
        return every_name(fields)
    return [name] if name else default_names(fields)


def default_names(fields: Iterable[Field]) -> list[str]:
    """Without ``fields``: what is stored, no file and no x2many, and display_name."""
    unusual = FILES | TO_MANY
    return [
        field.name
        for field in fields
        if field.name == "display_name" or (field.stored and field.type not in unusual)
    ]


def every_name(fields: Iterable[Field]) -> list[str]:
    """``*``: all but files."""
    return [field.name for field in fields if field.type not in FILES]


def _relation(
    branch: Branch, fields: Mapping[str, Field], fields_of: FieldsOf, shared: _Shared
) -> Relation:
    field = _field(branch.field, fields, "expand")
    if field.type not in RELATIONS or not field.comodel:
        raise QueryFieldRefused.at_parameter("expand", f"'{field.name}' is no relation")
    level = _level(field.comodel, branch, fields_of, shared)
    many = field.type in TO_MANY
    shape = (branch.filter, branch.sort, branch.limit, branch.offset)
    return Relation(field.name, many, level, *shape)


def walk(level: Level) -> Iterator[tuple[Path, Relation]]:
    """The relations with their paths, each after the one that leads to it."""
    queue: list[tuple[Path, Level]] = [((), level)]
    for above, current in queue:
        for relation in current.relations:
            path = (*above, relation.name)
            queue.append((path, relation.level))
            yield path, relation


def related_ids(relation: Relation, rows: Iterable[Row]) -> list[int]:
    """The ids that the rows above name in the relation, each once."""
    found: dict[int, None] = {}
    for row in rows:
        value = row[relation.name]
        found.update(dict.fromkeys(value or () if relation.many else _one(value)))
    return list(found)


def _one(value: Any) -> tuple[int, ...]:
    """The id of a many2one: of ``3``, ``(3, "Azure")``, None or False."""
    if not value:
        return ()
    return (value if isinstance(value, int) else value[0],)


def arranged(
    relation: Relation, rows: Sequence[Row], found: Sequence[int]
) -> list[Row]:
    """The rows above with the x2many ids that are shown: those found, in their order,
    and of them the part that ``offset`` and ``limit`` cut out for each record."""
    if not relation.many:
        return list(rows)
    rank = {number: position for position, number in enumerate(found)}
    end = None if relation.limit is None else relation.offset + relation.limit
    part = slice(relation.offset, end)
    return [
        {**row, relation.name: _ranked(row[relation.name] or (), rank)[part]}
        for row in rows
    ]


def _ranked(ids: Iterable[int], rank: Mapping[int, int]) -> list[int]:
    return sorted((number for number in ids if number in rank), key=rank.__getitem__)


def assemble(level: Level, rows: Rows, path: Path = ()) -> list[Document]:
    """The records of a level as JSON, with those of the levels below in them.

    A record that several others name is one document in all of them. Rows that are
    missing below could not be read: x2many leave them out, a many2one shows the id.
    """
    writers = {f.name: WRITERS.get(f.type, _writer(f.type)) for f in level.fields}
    for relation in level.relations:
        below = (*path, relation.name)
        documents = assemble(relation.level, rows, below)
        by_id = {document["id"]: document for document in documents}
        writers[relation.name] = _nesting(relation, by_id)
    columns = list(writers.items())
    return [
        {name: writer(row[name]) for name, writer in columns}
        for row in rows.get(path, ())
    ]


def _writer(kind: str) -> Writer:
    return lambda value: write(value, kind)


def _nesting(relation: Relation, documents: Mapping[int, Document]) -> Writer:
    """Puts documents in the place of ids."""
    if relation.many:
        return lambda ids: [documents[i] for i in ids or () if i in documents]

    def one(value: Any) -> Document | None:
        for number in _one(value):
            return documents.get(number, {"id": number})
        return None

    return one
