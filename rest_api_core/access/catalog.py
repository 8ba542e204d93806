"""What the path resolver has to know of models and fields. No Odoo here.

``Catalog`` separates it from Odoo: one object for one caller, with frozen values. Tests
have a catalog of dictionaries.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from .masking import MaskAs

Position = Literal[
    "fields", "filter", "sort", "group_by", "aggregate", "expand", "body"
]
# Odoo sets them, and silently ignores values for them
MAGIC = frozenset({"id", "create_uid", "create_date", "write_uid", "write_date"})


@dataclass(frozen=True)
class FieldInfo:
    """A field, as one caller may use it.

    :param type: Odoo's name of the type
    :param relation: the comodel of ``many2one``, ``one2many`` and ``many2many``
    :param related: the dotted chain behind a related field; for an inherited one
        (``_inherits``) it begins with the link to the parent
    :param groups_ok: whether the caller is in the groups of the field
    :param stored: whether it is a column or a table of its own
    :param searchable: whether Odoo can filter by it; ``sortable``, ``groupable`` and
        ``aggregatable`` likewise
    :param readonly: whether the API never writes it, as most computed fields
    :param safe: where it may be used although it is computed or related: its value and
        its search must not depend on anything that the caller may not read
    :param virtual: whether the API alone has it, and not the model: rules name fields
        of models, and do not apply
    :param behind: the paths that a position also reads: those that the search of
        ``display_name`` compares, or the order of a relation's comodel (these begin in
        the comodel)
    :param mask: its form in responses, ``masking.py``; None for most
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
    virtual: bool = False
    behind: Mapping[Position, tuple[str, ...]] = field(default_factory=dict, hash=False)
    mask: MaskAs | None = None

    def masked(self, searchable: bool = False, mask: MaskAs | None = None) -> FieldInfo:
        """The field, where its column may have another value than is shown.

        :param searchable: whether a filter by it tells no more than responses do
        :param mask: of a field rule; None where the model's own code masks it
        """
        return replace(
            self,
            searchable=self.searchable and searchable,
            sortable=False,
            groupable=False,
            aggregatable=False,
            mask=mask,
        )


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
        """The rules of a resource that the caller has any right to, else None: some
        callers may create and not read."""

    def parent_rules(self, model: str) -> Rules | None:
        """The rules of a parent (``_inherits``) that the API exposes, whose fields are
        part of the record: a client needs no scope for it. None where the API, or the
        scope that there is, does not let anybody read the parent."""

    def exposed(self, model: str) -> bool:
        """Whether the API has the model as a resource, for any caller."""

    def readable(self, model: str) -> bool:
        """Whether Odoo's access rights let the user read the model."""

    def writable(self, model: str) -> bool:
        """Whether resource, scope and Odoo let the caller create or update records."""

    def usable_names(self, model: str, position: Position) -> Collection[str]:
        """The names of the fields that the caller may use in this position."""

    def parent_field(self, model: str) -> str | None:
        """The many2one that ``child_of`` follows; None without a hierarchy."""
