"""A date that a time is compared with is the whole day, as in Odoo 19. No Odoo here.

Odoo has this for ``<``, ``<=``, ``>`` and ``>=``, in the time zone of its user; the
others are put together from these:

    start = 2026-07-14       start >= 2026-07-14 and start <= 2026-07-14
"""

from __future__ import annotations

from dataclasses import replace

from .filters import And, Behind, Leaf, Not, Or, Scalar, Tree, join
from .operators import ORDER

DATE = len("YYYY-MM-DD")


def is_date(value: object) -> bool:
    """Whether a typed value of a datetime is a date."""
    return isinstance(value, str) and len(value) == DATE


def whole_days(leaf: Leaf) -> Tree:
    """A typed condition on a datetime, without a date that Odoo takes for a moment."""
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    if leaf.operator in ORDER or not any(map(is_date, values)):
        return leaf
    link, dot, name = leaf.path.rpartition(".")
    own = replace(leaf, path=name)
    negative = leaf.operator in ("!=", "not in")
    either = [_day(own, value) for value in values if is_date(value)]
    rest = tuple(value for value in values if not is_date(value))
    if rest:
        either.append(replace(own, operator="in", value=rest))
    tree: Tree = Not(join(Or, either)) if negative else join(Or, either)
    # one record has to match both ends of the day
    return Behind(link, tree, leaf.at) if dot else tree


def _day(leaf: Leaf, value: Scalar) -> Tree:
    ends = (replace(leaf, operator=each, value=value) for each in (">=", "<="))
    return And(tuple(ends))
