"""Whether a row of the past was in a caller's reach. No Odoo here.

Of a deleted record, or one that has left the reach, only the values of its columns are
known, and of some not even these. So a condition is true, false or unknown (None):

    decide(And((Leaf("company_id", "in", (1, 2)), UNKNOWN)), {"company_id": 3})    False

The past of a record is what it is now, with the old values of each later change put
over it, one after the other. A change that is not about the fields of a condition
changes nothing about it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ..query.filters import And, Leaf, Not, Or, Tree, leaves

ANYTHING = (
    ""  # the name of a field that stands for all: what it depends on is not known
)
UNKNOWN = Leaf(ANYTHING, "unknown", None)
Values = Mapping[str, Any]
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
}


def decide(tree: Tree, values: Values) -> bool | None:
    """Whether a row with these values matches; None where they do not tell.

    :param values: by name, without those that are not known
    """
    if isinstance(tree, Not):
        inner = decide(tree.of, values)
        return None if inner is None else not inner
    if isinstance(tree, (And, Or)):
        return _joined(isinstance(tree, Or), [decide(each, values) for each in tree.of])
    return _matches(tree, values) if isinstance(tree, Leaf) else None


def _joined(decisive: bool, parts: list[bool | None]) -> bool | None:
    """One part decides ``or`` if it is true, and ``and`` if it is false."""
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def _matches(leaf: Leaf, values: Values) -> bool | None:
    if leaf.path not in values or leaf.operator == UNKNOWN.operator:
        return None
    value = _plain(values[leaf.path])
    if leaf.operator in ("in", "not in"):
        members = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        return (value in map(_plain, members)) is (leaf.operator == "in")
    if not (_is_number(value) and _is_number(leaf.value)):
        return None
    return _COMPARISONS[leaf.operator](value, leaf.value)


def _plain(value: Any) -> Any:
    """Odoo takes no value, an empty text and False for one."""
    return False if value is None or value == "" else value


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


# --- the past of a record ------------------------------------------------------------


class Step(NamedTuple):
    """A change of one record.

    :param names: of the fields that it changed
    :param old: the values before; of a deletion all that are known
    """

    operation: str
    names: frozenset[str] = frozenset()
    old: Values | None = None


class Past(NamedTuple):
    """Whether a record was in reach before and after a change; None: not known. A
    record that does not exist is out of reach.

    :param touched: whether the change was about what the condition is about
    """

    before: bool | None
    after: bool | None
    touched: bool = True


def history(
    tree: Tree, steps: Sequence[Step], now: Values, reached: bool
) -> list[Past]:
    """``Past`` of each of the steps of a record, which are in their order.

    :param steps: to the last change of the record
    :param now: those of its values that are known, {} if it is gone
    :param reached: whether it is in reach now
    """
    found: list[Past] = []
    about, known = subjects(tree), now
    after: bool | None = reached
    for step in reversed(steps):
        touched = touches(step, about)
        known = _before(known, step)
        before = _was_reached(tree, step, known, after if not touched else None)
        found.append(Past(before, after, touched))
        after = before
    return found[::-1]


def at(
    place: tuple[int, int],
    places: Sequence[tuple[int, int]],
    pasts: Sequence[Past],
    reached: bool,
) -> Past:
    """``Past`` of a change, by those of the changes of the record that touched the
    condition: between two of them nothing about it has changed.

    :param place: (xid, row) of the change; :param places: those of the others, in order
    """
    index = bisect_left(places, place)
    if index == len(places):
        return Past(reached, reached, touched=False)
    if places[index] == place:
        return pasts[index]
    same = pasts[index].before
    return Past(same, same, touched=False)


def touches(step: Step, about: frozenset[str]) -> bool:
    """Whether a change may be about what a condition is about, its ``subjects``."""
    is_whole = step.operation in ("create", "delete")
    return is_whole or ANYTHING in about or bool(about & step.names)


def _was_reached(
    tree: Tree, step: Step, known: Values, same: bool | None
) -> bool | None:
    """:param same: what holds after a step that did not touch the condition"""
    if step.operation == "create":
        return False
    return decide(tree, known) if same is None else same


def _before(after: Values, step: Step) -> Values:
    """The values before a step: what it changed and has no old value is not known."""
    kept = {name: v for name, v in after.items() if name not in step.names}
    return {**kept, **(step.old or {})}


def subjects(tree: Tree) -> frozenset[str]:
    """The fields whose change can make a record match, or not; ``ANYTHING`` among
    them for unknown ones."""
    return frozenset(leaf.path.partition(".")[0] for leaf in leaves(tree))


# --- changes for the caller -----------------------------------------------------------


def told(operation: str, past: Past) -> str | None:
    """The operation as which a change is told of a record that is out of reach now;
    None for one that is not told."""
    if operation == "delete":
        return None if past.before is False else "delete"
    if past.after:
        return operation
    if operation == "create" or not past.touched or past.before is past.after is False:
        return None
    return "delete"


def may_have_entered(past: Past) -> bool:
    """Whether a change may have brought a record into reach."""
    return past.touched and not past.before
