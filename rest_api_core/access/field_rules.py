"""Field rules: which fields are read, written and masked. No Odoo here.

readable = field_set(rules, "read")     "name" in readable
masks = masks_of(rules)                 {"email": "partial"}
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Literal

from .masking import MaskAs, Masks, joined

Access = Literal["read", "write"]


@dataclass(frozen=True)
class FieldRule:
    """Allow only these fields, or block or mask them, for reading, writing or both.

    Masked for both, a field cannot be written either.

    :param mask_as: with mode ``mask``, see ``masking.py``
    """

    mode: Literal["allow", "block", "mask"]
    access: Literal["read", "write", "both"]
    fields: frozenset[str]
    mask_as: MaskAs = "null"


@dataclass(frozen=True)
class FieldSet:
    """A set of field names: the allowed ones (None: all) without the blocked ones."""

    allowed: frozenset[str] | None = None
    blocked: frozenset[str] = frozenset()

    def __contains__(self, name: str) -> bool:
        allowed = self.allowed is None or name in self.allowed
        return allowed and name not in self.blocked

    def __and__(self, other: FieldSet) -> FieldSet:
        """The fields that are in both."""
        sets = [s.allowed for s in (self, other) if s.allowed is not None]
        allowed = reduce(and_, sets) if sets else None
        return FieldSet(allowed, self.blocked | other.blocked)


def field_set(rules: Iterable[FieldRule], access: Access) -> FieldSet:
    """The fields that the rules of one resource or scope leave.

    Several allow rules add up. A block rule takes precedence over them.
    """
    matching = [rule for rule in rules if rule.access in (access, "both")]
    allow = [rule.fields for rule in matching if rule.mode == "allow"]
    blocking = ("block", "mask") if access == "write" else ("block",)
    block = [rule.fields for rule in matching if rule.mode in blocking]
    nothing: frozenset[str] = frozenset()
    return FieldSet(nothing.union(*allow) if allow else None, nothing.union(*block))


def masks_of(rules: Iterable[FieldRule]) -> Masks:
    """The fields that the rules of one resource or scope mask; ``id`` never is."""
    masking = (r for r in rules if r.mode == "mask" and r.access != "write")
    return joined(dict.fromkeys(rule.fields - {"id"}, rule.mask_as) for rule in masking)
