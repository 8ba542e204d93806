"""Response schemas: which fields a resource shows, as a tree. No Odoo here.

    ('name', ('country_id', ('id', 'code')), ('child_ids', [('id', 'name')]))
    ["name", {"country_id": ["id", "code"]}]

Both forms become one frozen ``Schema``. An administrator stores it (``check``); for a
request it becomes the ``fields`` and ``expand`` of a query (``apply``), so that what it
shows is read like everything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from typing import Protocol

from ..access.catalog import Catalog, FieldInfo, Position
from ..access.paths import resolve
from ..body.values import Field
from ..wire.problem import ParameterInvalid, Problem
from . import literal
from .expansion import Branch, Limits
from .field_types import RELATIONS
from .literal import Node, error
from .query import Query, SchemaType

_BRACKETS = ("(", "[")
_NAMES = frozenset({"id", "display_name"})


@dataclass(frozen=True)
class Entry:
    """A field of a schema.

    :param schema: of the records behind a relation; None for a relation that is shown
        as it is without one: a many2one by its id and name, an x2many by its ids
    :param many: whether the brackets say that there are several records; None where
        they leave it open, as JSON does
    :param line: of the text, for errors
    """

    name: str
    schema: Schema | None = None
    many: bool | None = None
    line: int = dataclass_field(default=0, compare=False)


@dataclass(frozen=True)
class Schema:
    """The fields of one level, in the order of the response."""

    entries: tuple[Entry, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.entries)

    @property
    def is_name(self) -> bool:
        """Whether it shows no more than every many2one can show by itself."""
        return _NAMES.issuperset(self.names) and not any(e.schema for e in self.entries)


class UsableFields(Protocol):
    """``{name: Field}`` of what a caller may name of a model in a position."""

    def __call__(
        self, model: str, position: Position = "fields", /
    ) -> Mapping[str, Field]: ...


# --- from text -----------------------------------------------------------------------


def parse(text: str, limits: Limits | None = None) -> Schema:
    """The schema of a text; ValueError that says which line is wrong, and why."""
    node = literal.parse(text)
    return _Reader(limits or Limits()).level(node, 0)


class _Reader:
    """Makes levels of nodes, and counts the relations of all of them."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.relations = 0

    def level(self, node: Node, depth: int) -> Schema:
        """:param depth: how many relations lead to it"""
        entries: dict[str, Entry] = {}
        for entry in self.entries(node, depth):
            if entry.name in entries:
                raise error(entry.line, f"'{entry.name}' is there twice in one list")
            entries[entry.name] = entry
        if not entries:
            raise error(node.line, "a list of fields is empty")
        if len(entries) > self.limits.max_names:
            detail = f"a list has more than {self.limits.max_names} fields"
            raise error(node.line, detail)
        return Schema(tuple(entries.values()))

    def entries(self, node: Node, depth: int) -> Iterator[Entry]:
        for item in _items(node):
            if item.kind == "name":
                yield Entry(item.name, line=item.line)
            elif _is_pair(item):
                name, inner = item.items
                yield self.relation(name, inner, depth, _many(inner))
            elif item.kind == "{":
                for pair in item.items:
                    yield self.relation(pair, pair.items[0], depth, None)
            else:
                detail = "expected a field name or a relation, ('name', ('id', …))"
                raise error(item.line, detail)

    def relation(self, name: Node, inner: Node, depth: int, many: bool | None) -> Entry:
        most, self.relations = self.limits.max_expand_depth, self.relations + 1
        if depth == most:
            detail = f"'{name.name}' is nested deeper than {most} relations"
            raise error(name.line, detail)
        if self.relations > self.limits.max_branches:
            detail = f"there are more than {self.limits.max_branches} relations"
            raise error(name.line, detail)
        return Entry(name.name, self.level(inner, depth + 1), many, name.line)


def _items(node: Node) -> tuple[Node, ...]:
    """The fields of a level, whose brackets may be doubled.

    ``[( … )]`` is how the records of an x2many are written. ``('country_id', ('id',))``
    in the place of a level is one relation, as ``('id',)`` alone could not be a field.
    """
    if node.kind == "name":
        return (node,)
    if node.kind not in _BRACKETS:
        raise error(node.line, "a list of fields is in brackets, ( ) or [ ]")
    only = node.items[0] if len(node.items) == 1 else None
    if only and only.kind in _BRACKETS and (node.kind == "[" or not _is_pair(only)):
        return _items(only)
    if _is_pair(node) and not _is_pair(node.items[1]):
        return (node,)
    return node.items


def _is_pair(node: Node) -> bool:
    """Whether it looks like a relation: a name and a bracket."""
    kinds = [item.kind for item in node.items]
    pair = len(kinds) == 2 and kinds[0] == "name" and kinds[1] in _BRACKETS
    return pair and node.kind in _BRACKETS


def _many(inner: Node) -> bool | None:
    """``[( … )]`` holds several records, ``( … )`` one; ``[ … ]`` leaves it open."""
    if inner.kind == "(":
        return False
    doubled = len(inner.items) == 1 and inner.items[0].kind in _BRACKETS
    return True if doubled else None


# --- against the models --------------------------------------------------------------


def check(schema: Schema, model: str, catalog: Catalog) -> None:
    """ValueError for the first field that the API cannot show of ``model``.

    :param catalog: of somebody whom nothing but the API itself restricts
    """
    if catalog.rules(model) is None:
        detail = f"records of {model} cannot be read through this API"
        raise error(schema.entries[0].line, detail)
    for entry in schema.entries:
        info = _readable_field(entry, model, catalog)
        if entry.schema is not None and _is_followed(entry, info, catalog):
            check(entry.schema, info.relation or "", catalog)


def _readable_field(entry: Entry, model: str, catalog: Catalog) -> FieldInfo:
    if catalog.field(model, entry.name) is None:
        raise error(entry.line, f"'{entry.name}' is not a field of {model}")
    try:
        return resolve(catalog, model, entry.name, "fields").field
    except Problem:
        detail = f"'{entry.name}' of {model} cannot be read through this API"
        raise error(entry.line, detail) from None


def _is_followed(entry: Entry, info: FieldInfo, catalog: Catalog) -> bool:
    """Whether records behind the relation are read; ValueError if they cannot be."""
    name, relation = entry.name, info.relation
    if info.type not in RELATIONS or relation is None:
        detail = f"'{name}' is not a relation and has no inner fields"
        raise error(entry.line, detail)
    many = info.type != "many2one"
    if entry.many is not None and entry.many is not many:
        raise error(entry.line, _brackets(name, many))
    if catalog.rules(relation) is not None:
        return True
    if not many and entry.schema is not None and entry.schema.is_name:
        return False
    raise error(entry.line, _out_of_reach(name, relation, many, catalog))


def _brackets(name: str, many: bool) -> str:
    if many:
        return f"'{name}' holds several records: write ('{name}', [( … )])"
    return f"'{name}' holds one record: write ('{name}', ( … )), without [ ]"


def _out_of_reach(name: str, model: str, many: bool, catalog: Catalog) -> str:
    if catalog.exposed(model):
        why, remedy = "which callers of this API may not read", "Permit it"
    else:
        why, remedy = "which is not a resource of this API", "Add one"
    others = "" if many else ", or name only 'id' and 'display_name'"
    return f"'{name}' leads to {model}, {why}. {remedy}{others}"


# --- into a query --------------------------------------------------------------------


def apply(
    query: Query,
    schemas: Mapping[str, Schema],
    default: SchemaType,
    model: str,
    usable: UsableFields,
) -> Query:
    """The query with ``fields`` and ``expand`` of the schema that it names.

    A query that names ``fields`` or ``expand`` itself stays as it is; what it excludes
    is left out of the schema, and so is what the caller may not read. Raises
    ParameterInvalid for a schema that the resource does not have.

    :param schemas: of the resource of ``model``, by their type
    :param default: the schema of a query that names none, if the resource has it
    """
    schema = _chosen(query.schema, schemas, default)
    if schema is None or query.fields is not None or query.expand:
        return query
    fields, expand = parts(schema, model, usable)
    out = query.exclude_fields
    return replace(
        query,
        fields=tuple(name for name in fields if name not in out),
        expand=tuple(branch for branch in expand if branch.field not in out),
    )


def _chosen(
    requested: str | None, schemas: Mapping[str, Schema], default: SchemaType
) -> Schema | None:
    if requested is None:
        return schemas.get(default)
    if requested not in schemas:
        stored = ", ".join(sorted(schemas)) or "none"
        detail = f"this resource has no schema '{requested}'. Stored: {stored}"
        raise ParameterInvalid.at_parameter("schema", detail)
    return schemas[requested]


def parts(
    schema: Schema, model: str, usable: UsableFields
) -> tuple[tuple[str, ...], tuple[Branch, ...]]:
    """``fields`` and ``expand`` of a schema, as far as the caller may use them.

    Of a many2one whose records are out of reach the field itself is left.
    """
    fields, relations = usable(model), usable(model, "expand")
    names: list[str] = []
    branches: list[Branch] = []
    for entry in schema.entries:
        known, branch = fields.get(entry.name), _branch(entry, relations, usable)
        if branch is not None:
            branches.append(branch)
        if branch or (known and (not entry.schema or known.type == "many2one")):
            names.append(entry.name)
    return tuple(names), tuple(branches)


def _branch(
    entry: Entry, relations: Mapping[str, Field], usable: UsableFields
) -> Branch | None:
    """None for a field that is not followed, or leads out of the caller's reach."""
    field = relations.get(entry.name)
    if entry.schema is None or field is None or field.comodel is None:
        return None
    fields, expand = parts(entry.schema, field.comodel, usable)
    return Branch(entry.name, fields=fields, expand=expand)
