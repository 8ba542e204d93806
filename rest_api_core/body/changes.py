"""What the values of a body do to other records, and Odoo's commands for it.

No Odoo here. A body has been read (``reading.py``); its targets are not looked up yet:

    named = list(mentions("res.partner", values, fields_of, "#"))
    matches = …look up the targets, check the rights, all at once…
    Commands(fields_of, matches, removed, stored).values("res.partner", values)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Literal

from . import keyed
from .relations import (
    ByExternalId,
    ByField,
    ByFields,
    ById,
    Create,
    Item,
    Link,
    Remove,
    Target,
    ToMany,
    Update,
    Values,
)
from .values import Content, Field, FieldsOf, Keyed, Properties, Reference

TARGETS = (ById, ByField, ByExternalId, ByFields)
Act = Literal["link", "attach", "detach", "create", "update", "delete", "replace"]
# the acts that change or make a record of the other model
AFFECTING = frozenset(("attach", "detach", "create", "update", "delete"))
Matches = Mapping[tuple[str, Target], int]  # (model, target) → id
# (model, one2many or many2many, record) → what leaves the relation
Removed = Mapping[tuple[str, str, int], Sequence[int]]
Command = tuple[int, int, Any]
# (model, name of a properties or JSON field, record) → {name: value}
Stored = Callable[[str, str, int | None], Mapping[str, Any]]


@dataclass(frozen=True)
class Mention:
    """A record of ``model`` that a body names, or a new one without ``target``.

    link     it is named, and does not change
    attach   it comes to belong to a one2many; detach: it leaves it, in Odoo's way
    create   update   delete
    replace  no record: all that are not mentioned leave the relation

    :param relation: model and field that name it; ``parent`` is the record of these,
        None for a new one
    """

    model: str
    act: Act
    target: Target | None
    pointer: str
    relation: tuple[str, str]
    parent: int | None = None
    values: Values = dataclass_field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Naming:
    """The external id that a record gets; None takes the one of this client away."""

    name: str | None
    pointer: str


@dataclass(frozen=True)
class Change:
    """Values for the records of ``ids``, for a new one without.

    :param values: by field, as ``Reading`` gives them: ``{"country_id": ById(3)}``
    :param pointer: leads to the values, in whatever they came from
    :param naming: what the body says of the external id; None for nothing
    """

    values: Values
    pointer: str = "#"
    ids: tuple[int, ...] = ()
    naming: Naming | None = None

    @property
    def parents(self) -> tuple[int | None, ...]:
        """The records for each of which the values have a meaning of their own."""
        if not self.ids:
            return (None,)
        return self.ids if has_many(self.values) else self.ids[:1]

    @property
    def separate(self) -> bool:
        """Whether each of the records gets values of its own."""
        own = (ToMany, Properties, Keyed)
        return any(isinstance(value, own) for value in self.values.values())


@dataclass(frozen=True)
class Changes:
    """What a write does to records of one model.

    :param many: whether the response is a list, whatever its length
    """

    model: str
    items: tuple[Change, ...] = ()
    many: bool = False

    @property
    def ids(self) -> tuple[int, ...]:
        """The known records, in the order of the changes."""
        return tuple(each for change in self.items for each in change.ids)

    @property
    def names(self) -> frozenset[str]:
        """The fields that any of the records gets a value for."""
        return frozenset().union(*(change.values for change in self.items))


def has_many(values: Values) -> bool:
    """Whether what these values do depends on the record that gets them."""
    return any(isinstance(value, ToMany) for value in values.values())


def mentions(
    model: str,
    values: Values,
    fields_of: FieldsOf,
    pointer: str,
    parent: int | None = None,
) -> Iterator[Mention]:
    """All that is named, in the order of the body; nested values too.

    :param pointer: leads to the values; :param parent: the record that gets them
    """
    fields = fields_of(model)
    for name, value in values.items():
        relation = (model, name)
        at = f"{pointer}/{name}"
        if isinstance(value, TARGETS):
            comodel = fields[name].comodel or ""
            yield Mention(comodel, "link", value, value.pointer or at, relation, parent)
        elif isinstance(value, Reference):
            target = ById(value.id, at)
            yield Mention(value.model, "link", target, at, relation, parent)
        elif isinstance(value, Keyed):
            yield from _of_keys(fields[name], value, at, relation, parent)
        elif isinstance(value, ToMany):
            yield from _of_many(model, fields[name], value, fields_of, at, parent)


def _of_keys(
    field: Field,
    value: Keyed,
    pointer: str,
    relation: tuple[str, str],
    parent: int | None,
) -> Iterator[Mention]:
    for key in value.values:
        at = f"{pointer}/{key}"
        for each in keyed.ids(key):
            target = ById(each, at)
            yield Mention(field.comodel or "", "link", target, at, relation, parent)


def _of_many(
    model: str,
    field: Field,
    value: ToMany,
    fields_of: FieldsOf,
    pointer: str,
    parent: int | None,
) -> Iterator[Mention]:
    comodel, relation = field.comodel or "", (model, field.name)
    if value.mode == "replace":
        yield Mention(comodel, "replace", None, pointer, relation, parent)
    for item in value.items:
        act = _act(item, field, value)
        if isinstance(item, Create):
            at, target, owner = item.pointer or pointer, None, None
        else:
            at, target = item.target.pointer or pointer, item.target
            owner = item.target.id if isinstance(item, Update) else None
        nested = item.values if isinstance(item, (Create, Update)) else {}
        yield Mention(comodel, act, target, at, relation, parent, nested)
        yield from mentions(comodel, nested, fields_of, at, owner)


def _act(item: Item, field: Field, value: ToMany) -> Act:
    if isinstance(item, Create):
        return "create"
    if isinstance(item, Update):
        return "update"
    if field.type != "one2many":
        return "link"
    if isinstance(item, Remove):
        return "delete" if value.mode == "change" else "detach"
    return "attach"


class Commands:
    """Turns values of a body into those of Odoo's ``create`` and ``write``.

    :param removed: of each relation that is replaced what leaves it; where it is not
        listed, Odoo finds that out
    :param stored: the properties that a record, or a new one, has, and the entries of
        a JSON object that the caller does not see; Odoo replaces all
    """

    def __init__(
        self, fields_of: FieldsOf, matches: Matches, removed: Removed, stored: Stored
    ) -> None:
        self._fields_of = fields_of
        self._matches = matches
        self._removed = removed
        self._stored = stored

    def values(
        self, model: str, values: Values, parent: int | None = None
    ) -> dict[str, Any]:
        """For the record ``parent``, or for a new one."""
        fields = self._fields_of(model)
        return {
            name: self._value(model, fields[name], value, parent)
            for name, value in values.items()
        }

    def _value(self, model: str, field: Field, value: Any, parent: int | None) -> Any:
        if value is None:
            return False
        if isinstance(value, TARGETS):
            return self._matches[field.comodel or "", value]
        if isinstance(value, ToMany):
            return self._commands(model, field, value, parent)
        if isinstance(value, Reference):
            return str(value)
        if isinstance(value, Content):
            return value.data
        if isinstance(value, (Properties, Keyed)):
            return {**self._stored(model, field.name, parent), **value.values}
        return value

    def _commands(
        self, model: str, field: Field, value: ToMany, parent: int | None
    ) -> list[Command]:
        comodel = field.comodel or ""
        removed = self._removed.get((model, field.name, parent or 0))
        commands: list[Command] = [(3, each, 0) for each in removed or ()]
        if value.mode == "replace" and parent and removed is None:
            commands.append((6, 0, []))
        for item in value.items:
            commands += self._item(comodel, field, value, item)
        return commands

    def _item(
        self, comodel: str, field: Field, value: ToMany, item: Item
    ) -> list[Command]:
        if isinstance(item, Create):
            return [(0, 0, self.values(comodel, item.values))]
        match = self._matches[comodel, item.target]
        if isinstance(item, Link):
            return [(4, match, 0)]
        if isinstance(item, Remove):
            deleted = _act(item, field, value) == "delete"
            return [(2 if deleted else 3, match, 0)]
        update = (1, match, self.values(comodel, item.values, match))
        return [update] if field.type == "one2many" else [(4, match, 0), update]
