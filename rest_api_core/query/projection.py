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

A row has a value for each name of its level, in Python (``values.py``): ids of an
x2many, the id of a many2one that is expanded, ``(id, name)`` of any other many2one, and
of a masked field its mask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..access.catalog import Position
from ..access.paths import unusable
from ..body.values import WRITERS, Field, FieldsOf, Writer, write
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

    :param binary: the form of files
    :param archived: whether the search methods of fields see archived records
    :param requested: the fields that the caller names on any level: they raise errors
        where others are null
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
        """The many2one fields that show a display name: those not expanded."""
        expanded = {relation.name for relation in self.relations}
        ones = (f.name for f in self.fields if f.type == "many2one" and not f.mask)
        return tuple(name for name in ones if name not in expanded)


@dataclass(frozen=True)
class Relation:
    """A relation that is expanded; ``limit`` and ``offset`` count for each record."""

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
    """The levels of a query with resolved paths.

    Raises QueryFieldRefused for fields that are not among ``fields_of``: no mistake in
    the resolver shows a hidden field.

    :param requested: see ``Level``; by default the fields that the query names. A
        response schema names fields that the caller did not
    """
    named = query.named if requested is None else requested
    shared = _Shared(query.binary, query.shows_archived, named)
    return _level(model, query, fields_of, shared)


class _Shared(NamedTuple):
    """What all levels have in common, see ``Level``."""

    binary: Binary
    archived: bool
    requested: frozenset[str]


def _level(
    model: str, query: Query | Branch, fields_of: FieldsOf, shared: _Shared
) -> Level:
    fields = fields_of(model)
    names = _names(query, fields)
    chosen = tuple(_field(name, fields, "fields") for name in names)
    branches = (_relation(each, fields, fields_of, shared) for each in query.expand)
    return Level(model, chosen, tuple(branches), *shared)


def _field(name: str, fields: Mapping[str, Field], position: Position) -> Field:
    if name not in fields:
        raise unusable(name, position)
    return fields[name]


def _names(query: Query | Branch, fields: Mapping[str, Field]) -> list[str]:
    """In the order of the query, each once, after ``id``."""
    names = ["id"]
    if query.fields is None:
        names += default_names(fields.values())
    for name in query.fields or ():
        names += every_name(fields.values()) if name == "*" else [name]
    names += [branch.field for branch in query.expand]
    excluded = set(query.exclude_fields) - {"id"}
    return [name for name in dict.fromkeys(names) if name not in excluded]


def default_names(fields: Iterable[Field]) -> list[str]:
    """Without ``fields``: stored fields but no files and x2many, and display_name."""
    others = FILES | TO_MANY
    return [
        field.name
        for field in fields
        if field.name == "display_name" or (field.stored and field.type not in others)
    ]


def every_name(fields: Iterable[Field]) -> list[str]:
    """``*``: all fields but files and the external id."""
    return [f.name for f in fields if f.type not in FILES and not f.virtual]


def _relation(
    branch: Branch, fields: Mapping[str, Field], fields_of: FieldsOf, shared: _Shared
) -> Relation:
    field = _field(branch.field, fields, "expand")
    if field.type not in RELATIONS or not field.comodel:
        raise unusable(field.name, "expand")
    level = _level(field.comodel, branch, fields_of, shared)
    many = field.type in TO_MANY
    shape = (branch.filter, branch.sort, branch.limit, branch.offset)
    return Relation(field.name, many, level, *shape)


def count_fields(level: Level) -> int:
    """How many fields all levels show."""
    below = sum(len(relation.level.fields) for _path, relation in walk(level))
    return len(level.fields) + below


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
    ids: dict[int, None] = {}
    for row in rows:
        value = row[relation.name]
        ids.update(dict.fromkeys(value or () if relation.many else one_id(value)))
    return list(ids)


def one_id(value: Any) -> tuple[int, ...]:
    """The id of a many2one: of ``3``, ``(3, "Azure")``, None or False."""
    if not value:
        return ()
    return (value if isinstance(value, int) else value[0],)


def arranged(
    relation: Relation, rows: Sequence[Row], below: Sequence[int]
) -> list[Row]:
    """The rows above with the x2many ids that are shown.

    :param below: the ids of the rows that were read below, in the order to show; each
        record shows its part by ``offset`` and ``limit``
    """
    if not relation.many:
        return list(rows)
    rank = {id_: position for position, id_ in enumerate(below)}
    end = None if relation.limit is None else relation.offset + relation.limit
    part = slice(relation.offset, end)
    return [
        {**row, relation.name: _ranked(row[relation.name] or (), rank)[part]}
        for row in rows
    ]


def _ranked(ids: Iterable[int], rank: Mapping[int, int]) -> list[int]:
    return sorted((id_ for id_ in ids if id_ in rank), key=rank.__getitem__)


def assemble(level: Level, rows: Rows, path: Path = ()) -> list[Document]:
    """The records of a level as JSON, with those of the levels below in them.

    Several records that show the same one share its document. Records without a row
    below could not be read: x2many leave them out, a many2one shows the id.
    """
    writers = {f.name: _writer(f) for f in level.fields}
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


def _writer(field: Field) -> Writer:
    """A mask is on the wire as it is in the row."""
    if field.mask:
        return lambda value: value
    return WRITERS.get(field.type) or (lambda value: write(value, field.type))


def _nesting(relation: Relation, documents: Mapping[int, Document]) -> Writer:
    """Puts documents in place of ids."""
    if relation.many:
        return lambda ids: [documents[i] for i in ids or () if i in documents]

    def one(value: Any) -> Document | None:
        for id_ in one_id(value):
            return documents.get(id_, {"id": id_})
        return None

    return one
