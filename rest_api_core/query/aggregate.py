"""The grammar of aggregates: groups of records, and values of each group. No Odoo here.

    ?group_by=country_id,create_date:month&aggregate=id:count,credit_limit:sum
    &having=[["id:count",">",5]]&sort=-credit_limit:sum

    group_by     paths of fields; dates and times with a period or a number part
    aggregate    path:function
    having       as ``filter``, in JSON or brackets, but of aggregates
    sort         groups and aggregates

A response has a value for each of them by the very text of the request. Which records
are meant, and which page, is a ``Query``: these parameters are those of a list.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..wire.problem import FilterInvalid, ParameterInvalid
from . import brackets, filters, query, sorting
from .expansion import Limits
from .filters import ALL, Behind, Leaf, Tree, check_path
from .operators import COMPARE, MEMBER, ORDER
from .parameters import Received
from .query import COUNT, Query, Sent
from .sorting import SortKey

OWN = frozenset(("group_by", "aggregate", "having", "sort"))
PARAMETERS = COUNT | OWN | {"limit", "offset", "page", "count"}
MAX_GROUPS = 5
MAX_MANY2MANY = 2  # groups: a record is in as many as the product of their values
MAX_AGGREGATES = 20
DEFAULT_PERIOD = "month"  # Odoo's own

_TIME_PERIODS = frozenset(("hour",))
PERIODS = _TIME_PERIODS | {"day", "week", "month", "quarter", "year"}
_TIME_NUMBERS = frozenset(("hour_number", "minute_number", "second_number"))
_DATE_NUMBERS = (
    "year_number quarter_number month_number iso_week_number day_of_year day_of_month"
    " day_of_week"
)
PART_NUMBERS = _TIME_NUMBERS | frozenset(_DATE_NUMBERS.split())
_TIME_PARTS = PERIODS | PART_NUMBERS
# type of a field → what a group may name of it
PARTS = {
    "datetime": _TIME_PARTS,
    "date": _TIME_PARTS - _TIME_PERIODS - _TIME_NUMBERS,
}
GROUPABLE = frozenset(
    "char text selection integer float monetary boolean date datetime many2one"
    " many2many many2one_reference".split()
)

_COUNTS = ("count", "count_distinct")
_ORDERED = (*_COUNTS, "min", "max")
_FUNCTIONS = {
    **dict.fromkeys(("integer", "float", "monetary"), (*_ORDERED, "sum", "avg")),
    **dict.fromkeys(("char", "date", "datetime"), _ORDERED),
    **dict.fromkeys(("selection", "many2one", "many2one_reference"), _COUNTS),
    **dict.fromkeys(("text", "html"), ("count",)),
    "boolean": ("bool_and", "bool_or"),
}
FUNCTIONS = frozenset(name for names in _FUNCTIONS.values() for name in names)
AGGREGATABLE = frozenset(_FUNCTIONS)


@dataclass(frozen=True)
class Group:
    """A value that all records of a group have in common.

    :param key: the text of the request
    :param part: a period (``PERIODS``), a number of a time (``PART_NUMBERS``), or empty
    :param type: of the field at the end of the path; the path resolver fills it in
    """

    key: str
    path: str
    part: str = ""
    type: str = ""


@dataclass(frozen=True)
class Aggregate:
    """A value of each group, as ``credit_limit:sum``; see ``Group``."""

    key: str
    path: str
    function: str
    type: str = ""

    def of_type(self, field_type: str) -> Aggregate:
        return replace(self, type=field_type)

    @property
    def result(self) -> str:
        """The type of the value."""
        if self.function in _COUNTS:
            return "integer"
        return "float" if self.function == "avg" else self.type


@dataclass(frozen=True)
class Aggregation:
    """What is told of the records of a ``Query``.

    Without groups, all records are one. The paths in ``having`` and ``sort`` are keys
    of groups and aggregates.
    """

    groups: tuple[Group, ...] = ()
    aggregates: tuple[Aggregate, ...] = (Aggregate("id:count", "id", "count"),)
    having: Tree = ALL
    sort: tuple[SortKey, ...] = ()

    def group(self, key: str) -> Group | None:
        return next((group for group in self.groups if group.key == key), None)


def functions(name: str, field_type: str) -> tuple[str, ...]:
    """The functions of a field; sums of ids tell nothing."""
    return _ORDERED if name == "id" else _FUNCTIONS.get(field_type, ())


def parse(
    pairs: Sequence[tuple[str, str]], limits: Limits, body: Any = None
) -> tuple[Query, Aggregation]:
    """Records and page, and what to tell of them. Raises QueryProblem."""
    sent = query.collect(pairs, PARAMETERS, body)
    own = {name: sent.parameters.pop(name) for name in OWN & sent.parameters.keys()}
    records = query.read(sent, limits)
    if records.count == "estimated":
        raise ParameterInvalid.at_parameter("count", "must be one of none, exact")
    groups: tuple[Group, ...] = ()
    aggregates = Aggregation.aggregates
    if "group_by" in own:
        with _naming("group_by"):
            groups = tuple(map(group, _words(own["group_by"], MAX_GROUPS)))
    if "aggregate" in own:
        with _naming("aggregate"):
            words = _words(own["aggregate"], MAX_AGGREGATES)
            aggregates = tuple(map(aggregate, words))
            if not aggregates:
                raise ValueError("must name an aggregate")
    having = _having(own, sent, limits)
    sort = _sort(own, {group.key for group in groups})
    return records, Aggregation(groups, aggregates, having, sort)


@contextlib.contextmanager
def _naming(parameter: str) -> Iterator[None]:
    """A ValueError within becomes a ParameterInvalid of the parameter."""
    try:
        yield
    except ValueError as error:
        raise ParameterInvalid.at_parameter(parameter, str(error)) from None


def _words(received: Received, most: int) -> list[str]:
    """The members of a list, in a URL with commas."""
    value = received.value
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError("must be text or a list of texts")
    if len(words) > most:
        raise ValueError(f"must have at most {most} names")
    words = [word.strip() for word in words]
    if len(set(words)) < len(words):
        raise ValueError("must have each name only once")
    return words


def group(text: str) -> Group:
    """``country_id`` or ``create_date:month``; else ValueError."""
    path, colon, part = text.partition(":")
    check_path(path)
    if colon and part not in _TIME_PARTS:
        offered = ", ".join(sorted(_TIME_PARTS))
        raise ValueError(f"has an unknown period '{part[:50]}'. Allowed: {offered}.")
    return Group(text, path, part)


def aggregate(text: str) -> Aggregate:
    """``credit_limit:sum``; else ValueError."""
    path, colon, function = text.partition(":")
    check_path(path)
    if not colon:
        raise ValueError("must have names of the form field:function")
    if function not in FUNCTIONS:
        offered = ", ".join(sorted(FUNCTIONS))
        detail = f"has an unknown function '{function[:50]}'. Allowed: {offered}."
        raise ValueError(detail)
    return Aggregate(text, path, function)


def _having(own: dict[str, Received], sent: Sent, limits: Limits) -> Tree:
    """The tree of conditions; their paths are keys of aggregates."""
    caps = limits.caps
    tree: Tree = ALL
    if "having" in sent.bracketed:
        tree = brackets.parse(sent.bracketed["having"], caps, _check)
    elif "having" in own:
        received = own["having"]
        read = filters.parse_text if received.raw else filters.parse
        tree = read(received.value, "having", caps, _check)
    return filters.map_leaves(tree, _comparison)


def _check(text: str, _most: int) -> object:
    return aggregate(text)


def _comparison(condition: Leaf | Behind) -> Tree:
    """The condition, if it compares; raises FilterInvalid for others."""
    if isinstance(condition, Leaf):
        if condition.operator in COMPARE | MEMBER | ORDER:
            return condition
        written = condition.operator
    else:
        written = "any"
    offered = ", ".join(sorted(COMPARE | MEMBER | ORDER))
    detail = f"'{condition.path}' has no operator '{written}'. Allowed: {offered}."
    raise FilterInvalid.at_parameter(condition.at or "having", detail)


def _sort(own: dict[str, Received], groups: set[str]) -> tuple[SortKey, ...]:
    """The keys of the response's order."""

    def check(key: str) -> None:
        if key in groups:
            return
        if ":" not in key or key.rpartition(":")[2] in _TIME_PARTS:
            raise ValueError(
                "must have keys from group_by, or of the form field:function"
            )
        aggregate(key)

    if "sort" not in own:
        return ()
    with _naming("sort"):
        return sorting.parse(own["sort"].value, check, r"\w.:")
