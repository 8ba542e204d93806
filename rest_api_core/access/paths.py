"""The one path resolver: which field may be named where. No Odoo here.

Odoo checks less than one would think: it groups and sorts by a related field that
``groups`` hide, and filters by computed fields whose search runs as superuser. So each
field that a request names passes here, and with it all that stands behind it:

    each segment     exists; groups of the field; rules of resource and scope
    each crossing    comodel is a resource the caller may read; access rights
    related          the whole chain, as if the caller had asked for it
    _inherits        rules of the child and, where it is a resource, of the parent
    not stored       no filter, sort or group unless the catalog calls it safe
    in a body        one segment; not magic, read-only, computed or related, unless
                     the catalog calls it safe and what is behind can be written

Unknown and forbidden get one and the same answer: QueryFieldRefused (400), in a body
BodyFieldRefused (422).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..query.field_types import RELATIONS, TO_MANY
from ..query.filters import CAPS, HIERARCHY, Leaf, Tree, check_path, map_leaves
from ..query.operands import by_name, typed
from ..wire.problem import (
    BodyFieldRefused,
    FilterInvalid,
    NotFound,
    Problem,
    QueryFieldRefused,
    pointer,
)
from .catalog import MAGIC, Catalog, FieldInfo, Position, Rules

MAX_CHAIN = 12  # fields behind fields behind a field
_USES: dict[Position, str] = {
    "filter": "searchable",
    "sort": "sortable",
    "group_by": "groupable",
    "aggregate": "aggregatable",
}


@dataclass(frozen=True)
class Step:
    """A segment of a path: the field, and the model that it belongs to."""

    model: str
    field: FieldInfo


@dataclass(frozen=True)
class ResolvedPath:
    """A path that the caller may use in this position, and no other."""

    path: str
    position: Position
    steps: tuple[Step, ...]

    @property
    def field(self) -> FieldInfo:
        """What the path leads to."""
        return self.steps[-1].field

    @property
    def model(self) -> str:
        """The model of that field."""
        return self.steps[-1].model


_Seen = tuple[str, str, Position]


class _Refused(Exception):
    """Somewhere on the path; where and why stays here."""


def resolve(
    catalog: Catalog,
    model: str,
    path: str,
    position: Position,
    place: str | None = None,
) -> ResolvedPath:
    """The path from ``model``, or the problem of a field that cannot be used.

    :param place: parameter or pointer that the problem names; the position by default
    """
    try:
        segments = check_path(path, 1 if position == "body" else CAPS.path_depth)
        steps = _Walk(catalog).steps(model, segments, position)
    except (_Refused, ValueError):
        raise refusal(path, position, place) from None
    return ResolvedPath(path, position, steps)


def refusal(path: str, position: Position, place: str | None = None) -> Problem:
    """The one answer for fields that are unknown and fields that are forbidden."""
    if position == "body":
        detail = "is not a field that can be written"
        return BodyFieldRefused.at_pointer(place or pointer(path[:100]), detail)
    detail = f"'{path[:100]}' is not a field that can be used here"
    return QueryFieldRefused.at_parameter(place or position, detail)


def missing_record(model: str, record_id: int) -> NotFound:
    """The one error for records that do not exist and records out of reach."""
    detail = f"Record {record_id} of {model} was not found or is not accessible."
    return NotFound(detail)


def resolve_filter(
    catalog: Catalog, model: str, tree: Tree, parameter: str = "filter"
) -> Tree:
    """The filter with each path checked and each value in the type of its field.

    A relation compared with text stands for its display name, ``child_of`` for the
    field of the hierarchy, a list of records for their ids; these are checked too.
    Raises QueryFieldRefused and FilterInvalid.
    """

    def check(leaf: Leaf) -> Tree:
        found = resolve(catalog, model, leaf.path, "filter", parameter)
        leaf = typed(leaf, found.field.type, parameter)
        try:
            _check_target(catalog, found, leaf)
            _check_hierarchy(catalog, found, leaf, parameter)
        except _Refused:
            raise refusal(leaf.path, "filter", parameter) from None
        return leaf

    return map_leaves(tree, check)


def _check_target(catalog: Catalog, found: ResolvedPath, leaf: Leaf) -> None:
    """A many2one shows its id to all; the rest is for who may read the comodel."""
    name, walk = found.field.name, _Walk(catalog)
    if by_name(leaf, found.field.type):
        walk.steps(found.model, (name, "display_name"), "filter")
    elif found.field.type in TO_MANY:
        walk.steps(found.model, (name, "id"), "filter")


def _check_hierarchy(
    catalog: Catalog, found: ResolvedPath, leaf: Leaf, parameter: str
) -> None:
    """Odoo follows a many2one within its model, else the comodel's hierarchy."""
    field, walk = found.field, _Walk(catalog)
    own = field.relation == found.model and field.type not in TO_MANY
    if leaf.operator not in HIERARCHY or own:
        return
    model = walk.cross(field) if field.relation else found.model
    parent = catalog.parent_field(model)
    if not parent:
        detail = f"'{leaf.path}' has no hierarchy for '{leaf.operator}'"
        raise FilterInvalid.at_parameter(parameter, detail)
    walk.steps(model, (parent,), "filter")


class _Walk:
    """One way through the catalog, with the fields behind which it is already."""

    def __init__(self, catalog: Catalog, seen: tuple[_Seen, ...] = ()) -> None:
        if len(seen) > MAX_CHAIN:
            raise _Refused
        self.catalog = catalog
        self.seen = seen

    def steps(
        self, model: str, segments: Sequence[str], position: Position
    ) -> tuple[Step, ...]:
        """Each segment checked. The fields before the last are read, even in a body."""
        steps: list[Step] = []
        for name in segments:
            if steps:
                model = self.cross(steps[-1].field)
            last = len(steps) == len(segments) - 1
            use: Position = "fields" if position == "body" and not last else position
            info = self.field(model, name, use, self.rules(model, use))
            if use == "sort" and not last and info.type != "many2one":
                raise _Refused
            steps.append(Step(model, info))
        if position == "expand":
            self.rules(self.cross(steps[-1].field))
        return tuple(steps)

    def cross(self, info: FieldInfo) -> str:
        """The model behind a relation, if the user has access to it."""
        if info.type not in RELATIONS or info.relation is None:
            raise _Refused
        if not self.catalog.readable(info.relation):
            raise _Refused
        return info.relation

    def rules(self, model: str, position: Position = "fields") -> Rules:
        body = position == "body"
        rules = self.catalog.write_rules(model) if body else self.catalog.rules(model)
        if rules is None:
            raise _Refused
        return rules

    def field(
        self, model: str, name: str, position: Position, rules: Rules | None
    ) -> FieldInfo:
        """One field with all that stands behind it; ``rules`` is None for none."""
        info = self.catalog.field(model, name)
        if info is None or not info.groups_ok or not _permits(rules, name, position):
            raise _Refused
        _check_use(info, position)
        deeper = _Walk(self.catalog, (*self.seen, (model, name, position)))
        deeper.behind(model, info, position)
        if info.related:
            deeper.chain(model, info, info.related.split("."), position)
        return info

    def behind(self, model: str, info: FieldInfo, position: Position) -> None:
        """What else a position looks at. Models may be sorted in circles."""
        if self.seen[-1] in self.seen[:-1]:
            return
        if position in info.behind and info.relation:
            model = self.cross(info)
        for path in info.behind.get(position, ()):
            self.steps(model, path.split("."), position)

    def chain(
        self, model: str, info: FieldInfo, segments: list[str], position: Position
    ) -> None:
        """What is behind a related field is read, and written in a body; an inherited
        field is its parent's.

        A parent that is no resource of the API has no rules; the child's decide alone.
        """
        if not info.inherited:
            use: Position = "body" if position == "body" else "fields"
            target = self.steps(model, segments, use)[-1].model
            if use == "body" and not self.catalog.writable(target):
                raise _Refused
            return
        link = self.catalog.field(model, segments[0])
        if link is None or not link.groups_ok:
            raise _Refused
        parent = self.cross(link)
        rules = self.parent_rules(parent, position)
        self.field(parent, info.name, position, rules)

    def parent_rules(self, parent: str, position: Position) -> Rules | None:
        if not self.catalog.exposed(parent):
            return None
        if position == "body" and not self.catalog.writable(parent):
            raise _Refused
        return self.rules(parent, position)


def _permits(rules: Rules | None, name: str, position: Position) -> bool:
    if rules is None:
        return True
    return rules.may_write(name) if position == "body" else rules.may_read(name)


def _check_use(info: FieldInfo, position: Position) -> None:
    """Whether the kind of field is of use in this position."""
    safe = info.inherited or position in info.safe
    if position == "body":
        usable = not info.readonly and (safe or not info.related)
        usable = usable and info.name not in MAGIC
    elif position in _USES:
        usable = getattr(info, _USES[position]) and (safe or info.stored)
    else:
        usable = True
    if not usable:
        raise _Refused
