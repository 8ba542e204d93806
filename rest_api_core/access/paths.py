"""The one path resolver: which field a caller may use where. No Odoo here.

Odoo does not check enough: it groups and sorts by related fields that ``groups`` hide,
and filters by computed fields whose search runs as superuser. Therefore each field that
a request names is checked here, with all fields behind it:

    each segment     exists; groups of the field; rules of resource and scope
    each crossing    comodel is a resource the caller may read; access rights
    related          the whole chain, as if the caller had requested it
    _inherits        rules of the child and, where it is a resource, of the parent
    to many          no filter by records of a model without access
    not stored       no filter, sort or group unless the catalog calls it safe
    masked           shown, but nothing behind it; no filter, sort or group
    in a body        one segment; not magic, read-only, computed or related, unless
                     the catalog calls it safe and the fields behind can be written

Unknown and forbidden fields raise the same error: QueryFieldRefused (400), in a body
BodyFieldRefused (422).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..query import hints
from ..query.field_types import RELATIONS, TO_MANY
from ..query.filters import CAPS, check_path
from ..wire.problem import (
    BodyFieldRefused,
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
# where a record has one value, and not one for each record behind a relation
_BY_ONE = ("sort", "group_by", "aggregate")
_LISTED = ("filter", "group_by")  # where the ids behind a relation count


@dataclass(frozen=True)
class Step:
    """A segment of a path: the field, and the model that it belongs to."""

    model: str
    field: FieldInfo


@dataclass(frozen=True)
class ResolvedPath:
    """A path that the caller may use in this position, but perhaps in no other."""

    path: str
    position: Position
    steps: tuple[Step, ...]

    @property
    def field(self) -> FieldInfo:
        """The last field of the path."""
        return self.steps[-1].field

    @property
    def model(self) -> str:
        """The model of that field."""
        return self.steps[-1].model


_Seen = tuple[str, str, Position]


class Refused(Exception):
    """The caller may not use the path; where and why is not told."""


def resolve(
    catalog: Catalog,
    model: str,
    path: str,
    position: Position,
    at: str | None = None,
) -> ResolvedPath:
    """The path from ``model``. Raises what ``unusable`` gives.

    :param at: parameter or pointer that the error names; the position by default
    """
    try:
        return _resolved(catalog, model, path, position)
    except (Refused, ValueError):
        hint = _hint(catalog, model, path, position)
        raise unusable(path, position, at, hint) from None


def is_usable(catalog: Catalog, model: str, path: str, position: Position) -> bool:
    """Whether ``resolve`` finds nothing wrong with the path."""
    try:
        _resolved(catalog, model, path, position)
    except (Refused, ValueError):
        return False
    return True


def _resolved(
    catalog: Catalog, model: str, path: str, position: Position
) -> ResolvedPath:
    segments = check_path(path, 1 if position == "body" else CAPS.path_depth)
    steps = Walk(catalog).steps(model, segments, position)
    return ResolvedPath(path, position, steps)


def unusable(
    path: str, position: Position, at: str | None = None, hint: str = ""
) -> Problem:
    """The one error for fields that are unknown and fields that are forbidden.

    :param at: parameter or pointer that it names; the position by default
    :param hint: a sentence with a space before it, as ``hints.field`` has it
    """
    detail = f"Field '{path[:100]}' does not exist or cannot be "
    if position == "body":
        at = at or pointer(path[:100])
        return BodyFieldRefused.at_pointer(at, f"{detail}written.{hint}")
    return QueryFieldRefused.at_parameter(at or position, f"{detail}used here.{hint}")


def _hint(catalog: Catalog, model: str, path: str, position: Position) -> str:
    """Names like that of the first segment that cannot be used; or that the relation
    can be shown, but not the fields behind it."""
    if position == "expand" and is_usable(catalog, model, path, "fields"):
        return f" No fields behind it can be requested, only '{path}' itself."
    *heads, name = path.split(".")[: CAPS.path_depth]
    for head in heads:
        try:
            step = _resolved(catalog, model, head, "fields").field
            model = Walk(catalog).cross(step)
        except (Refused, ValueError):
            name = head
            break
    return hints.field(name, catalog.usable_names(model, position))


class Walk:
    """One way through the catalog; ``seen`` are the fields that led to it."""

    def __init__(self, catalog: Catalog, seen: tuple[_Seen, ...] = ()) -> None:
        if len(seen) > MAX_CHAIN:
            raise Refused
        self.catalog = catalog
        self.seen = seen

    def steps(
        self, model: str, segments: Sequence[str], position: Position
    ) -> tuple[Step, ...]:
        """The steps of a path, checked; even in a body, all but the last are read."""
        steps: list[Step] = []
        for name in segments:
            if steps:
                self.check_mask(steps[-1].field)
                model = self.cross(steps[-1].field)
            last = len(steps) == len(segments) - 1
            use: Position = "fields" if position == "body" and not last else position
            info = self.field(model, name, use, self.rules(model, use))
            if use in _BY_ONE and not last and info.type != "many2one":
                raise Refused
            steps.append(Step(model, info))
        if position == "expand":
            self.check_mask(steps[-1].field)
            self.rules(self.cross(steps[-1].field))
        return tuple(steps)

    def check_mask(self, info: FieldInfo) -> None:
        """A masked relation leads nowhere; but a field that Odoo computes from it,
        whose chain is checked, is masked itself."""
        if info.mask and not self.seen:
            raise Refused

    def cross(self, info: FieldInfo) -> str:
        """The model behind a relation, if the user has access to it."""
        if info.type not in RELATIONS or info.relation is None:
            raise Refused
        if not self.catalog.readable(info.relation):
            raise Refused
        return info.relation

    def rules(self, model: str, position: Position = "fields") -> Rules:
        body = position == "body"
        rules = self.catalog.write_rules(model) if body else self.catalog.rules(model)
        if rules is None:
            raise Refused
        return rules

    def field(
        self, model: str, name: str, position: Position, rules: Rules | None
    ) -> FieldInfo:
        """One field, checked with all fields behind it.

        :param rules: None where no rules apply
        """
        info = self.catalog.field(model, name)
        if info is None or not info.groups_ok:
            raise Refused
        if not info.virtual and not _permits(rules, name, position):
            raise Refused
        _check_use(info, position)
        if position in _LISTED and info.type in TO_MANY:
            self.cross(info)  # a response shows the ids, too
        deeper = Walk(self.catalog, (*self.seen, (model, name, position)))
        deeper.behind(model, info, position)
        if info.related:
            deeper.chain(model, info, info.related.split("."), position)
        return info

    def behind(self, model: str, info: FieldInfo, position: Position) -> None:
        """Check the paths that a position also reads."""
        if self.seen[-1] in self.seen[:-1]:
            return  # the orders of models may refer to each other in a circle
        if position in info.behind and info.relation:
            model = self.cross(info)
        for path in info.behind.get(position, ()):
            self.steps(model, path.split("."), position)

    def chain(
        self, model: str, info: FieldInfo, segments: list[str], position: Position
    ) -> None:
        """Check the fields that a related field reads, or writes in a body.

        An inherited field is one of its parent: the parent's rules apply, too, if the
        API has the parent as a resource.
        """
        if not info.inherited:
            use: Position = "body" if position == "body" else "fields"
            target = self.steps(model, segments, use)[-1].model
            if use == "body" and not self.catalog.writable(target):
                raise Refused
            return
        link = self.catalog.field(model, segments[0])
        if link is None or not link.groups_ok:
            raise Refused
        parent = self.cross(link)
        rules = self.parent_rules(parent, position)
        self.field(parent, info.name, position, rules)

    def parent_rules(self, parent: str, position: Position) -> Rules | None:
        if not self.catalog.exposed(parent):
            return None
        if position == "body":
            if not self.catalog.writable(parent):
                raise Refused
            return self.rules(parent, position)
        rules = self.catalog.parent_rules(parent)
        if rules is None:
            raise Refused
        return rules


def _permits(rules: Rules | None, name: str, position: Position) -> bool:
    if rules is None:
        return True
    return rules.may_write(name) if position == "body" else rules.may_read(name)


def _check_use(info: FieldInfo, position: Position) -> None:
    """Whether a field of this type can be used in this position."""
    safe = info.inherited or position in info.safe
    if position == "body":
        usable = not info.readonly and (safe or not info.related)
        usable = usable and info.name not in MAGIC
    elif position in _USES:
        usable = getattr(info, _USES[position]) and (safe or info.stored)
    else:
        usable = True
    if not usable:
        raise Refused
