"""What the path resolver has to know of models and fields. No Odoo here.

The seam to Odoo is ``Catalog``: one object for one caller, whose answers are frozen
values. A test passes a dictionary in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

Position = Literal[
    "fields", "filter", "sort", "group_by", "aggregate", "expand", "body"
]
# set by Odoo, and dropped by it without a word when they come from outside
MAGIC = frozenset({"id", "create_uid", "create_date", "write_uid", "write_date"})


@dataclass(frozen=True)
class FieldInfo:
    """A field, as one caller meets it.

    :param type: Odoo's name of the type
    :param relation: the comodel of ``many2one``, ``one2many`` and ``many2many``
    :param related: the dotted chain behind a related field; for an inherited one
        (``_inherits``) it begins with the link to the parent
    :param groups_ok: whether the caller is in the groups of the field
    :param stored: whether it is a column or a table of its own
    :param searchable: whether Odoo can filter by it; ``sortable``, ``groupable`` and
        ``aggregatable`` likewise
    :param readonly: whether no one writes it through the API, computed fields above all
    :param safe: where it may be used although it is computed or related: its value and
        its search must not depend on anything that the caller may not read
    :param behind: the paths that a position also looks at: what the search of
        ``display_name`` goes through; by what the comodel of a relation is sorted, and
        these paths begin in the comodel
    """

    name: str
    type: str
    relation: str | None = None
    related: str | None = None
    inherited: bool = False
    groups_ok: bool = True
    stored: bool = True
    searchable: bool = True
    sortable: bool = True
    groupable: bool = True
    aggregatable: bool = True
    readonly: bool = False
    safe: frozenset[Position] = frozenset()
    behind: Mapping[Position, tuple[str, ...]] = field(default_factory=dict, hash=False)


class Rules(Protocol):
    """The field rules of a resource and of the caller's scope, ``EffectivePolicy``."""

    def may_read(self, name: str) -> bool: ...

    def may_write(self, name: str) -> bool: ...


class Catalog(Protocol):
    """Models and fields, for one caller of one API."""

    def field(self, model: str, name: str) -> FieldInfo | None:
        """The field; None when there is none."""

    def rules(self, model: str) -> Rules | None:
        """The rules of a resource that the caller may read; None when it may not."""

    def write_rules(self, model: str) -> Rules | None:
        """The rules of a resource that the caller may use at all, else None: who may
        not read may be allowed to create."""

    def exposed(self, model: str) -> bool:
        """Whether the API has the model as a resource, whoever calls."""

    def readable(self, model: str) -> bool:
        """Whether Odoo's access rights let the user read the model."""

    def writable(self, model: str) -> bool:
        """Whether resource and scope let the caller create or update records."""

    def parent_field(self, model: str) -> str | None:
        """The many2one that ``child_of`` follows; None without a hierarchy."""
