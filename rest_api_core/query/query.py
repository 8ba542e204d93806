"""The query of a read: parameters of an URL, or the same as a JSON body. No Odoo here.

    ?filter[name][ilike]=a&sort=-create_date,name&fields=name,country_id.code&limit=10
    {"filter": [["name", "ilike", "a"]], "sort": "-create_date,name", "limit": 10}

Both become one frozen Query; names of fields in it have still to pass the resolver
(``paths.py``). What is unknown, repeated, contradictory or of a wrong type is a
QueryProblem that names the parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, cast

from ..wire.problem import (
    BodyMalformed,
    PageTooLarge,
    ParameterConflict,
    ParameterInvalid,
    ParameterRepeated,
    ParameterUnknown,
)
from . import expansion, filters, sorting
from .expansion import Branch, Limits, integer
from .filters import ALL, Tree
from .sorting import SortKey

__all__ = ["Branch", "Limits", "Query", "SortKey", "parse"]

Count = Literal["none", "exact", "estimated"]
Archived = Literal["exclude", "include", "only"]
Binary = Literal["url", "dataurl", "base64"]
SchemaType = Literal["list", "read", "create"]

ALIASES = {"skip": "offset", "page_number": "page"}
_CONTEXT = frozenset({"lang", "company"})
SHAPE = _CONTEXT | {"fields", "exclude_fields", "expand", "binary", "schema"}
COUNT = _CONTEXT | {"filter", "archived"}
PAGE = frozenset({"limit", "offset", "page", "cursor", "sort", "count"})
LIST = SHAPE | COUNT | PAGE
BULK = SHAPE | {"ids"}
DELETE = _CONTEXT | {"force"}
MAX_TEXT = 4096  # characters of ``cursor`` and ``lang``
MAX_COMPANIES = 100
MAX_PARAMETERS = 1000


@dataclass(frozen=True)
class Query:
    """What a read is asked for.

    ``cursor`` is None for paging by offset and empty for the first page by cursor;
    ``page`` only remembers how ``offset`` was given. ``fields`` is None for the default
    ones, and what ``expand`` follows is among them. ``sort`` is empty for the model's
    own order, else it ends with ``id``. ``company`` has the main company first.
    ``schema`` names a stored response schema (``schema.py``), None for the one that
    the operation has by default.
    """

    limit: int
    offset: int = 0
    page: int | None = None
    cursor: str | None = None
    sort: tuple[SortKey, ...] = ()
    fields: tuple[str, ...] | None = None
    exclude_fields: tuple[str, ...] = ()
    expand: tuple[Branch, ...] = ()
    filter: Tree = ALL
    count: Count = "exact"
    archived: Archived = "exclude"
    lang: str | None = None
    company: tuple[int, ...] = ()
    binary: Binary = "url"
    schema: SchemaType | None = None
    ids: tuple[int, ...] = ()
    force: bool = False

    @property
    def named(self) -> frozenset[str]:
        """The fields that are named on any level, without what ``*`` stands for."""
        return expansion.named(self.fields, self.expand)


class _Given(NamedTuple):
    """A value as it came: ``raw`` text of an URL, or a value of JSON."""

    name: str
    value: Any
    raw: bool


Members = dict[str, _Given]


def parse(
    pairs: Sequence[tuple[str, str]],
    limits: Limits,
    allowed: frozenset[str] = LIST,
    body: Any = None,
) -> Query:
    """The query of the parameters, and of a JSON body if there is one.

    :param pairs: names and values in the order of the URL, decoded
    :param allowed: the parameters that this call has, such as ``SHAPE`` or ``LIST``
    """
    if len(pairs) > MAX_PARAMETERS:
        raise ParameterInvalid(f"There are more than {MAX_PARAMETERS} parameters.")
    brackets = [pair for pair in pairs if filters.bracket(pair[0])]
    plain = [(n, _Given(n, v, True)) for n, v in pairs if not filters.bracket(n)]
    members = _members([*plain, *_body_members(body)], allowed)
    if brackets and "filter" not in allowed:
        raise _unknown(brackets[0][0], allowed)
    query = _query(members, limits)
    tree = filters.parse_brackets(brackets, limits.caps)
    query = replace(query, filter=filters.join(filters.And, (query.filter, tree)))
    _check_leaves(query.filter, limits)
    return query


def _check_leaves(tree: Tree, limits: Limits) -> None:
    """Both grammars together have the cap that each has."""
    if sum(1 for _leaf in filters.leaves(tree)) > limits.caps.leaves:
        detail = f"has more than {limits.caps.leaves} conditions"
        raise ParameterInvalid.at_parameter("filter", detail)


def _body_members(body: Any) -> list[tuple[str, _Given]]:
    if body is None:
        return []
    if not isinstance(body, dict):
        raise BodyMalformed("The body must be an object of parameters.")
    return [(name, _Given(name, value, False)) for name, value in body.items()]


def _members(given: Sequence[tuple[str, _Given]], allowed: frozenset[str]) -> Members:
    """What came, by the names without aliases."""
    members: Members = {}
    for written, value in given:
        name = ALIASES.get(written, written)
        if name not in allowed:
            raise _unknown(written, allowed)
        if name in members:
            raise ParameterRepeated.at_parameter(written, "came more than once")
        members[name] = value
    return members


def _unknown(name: str, allowed: frozenset[str]) -> ParameterUnknown:
    detail = f"is none of the parameters here: {', '.join(sorted(allowed))}"
    return ParameterUnknown.at_parameter(name, detail)


def _query(members: Members, limits: Limits) -> Query:
    _check_conflicts(members)
    values = {name: _read(name, given, limits) for name, given in members.items()}
    values.setdefault("limit", limits.default_limit)
    if "cursor" in values:
        values.setdefault("count", "none")
    if "page" in values:
        values["offset"] = _offset(values["page"], values["limit"], limits)
    if values.get("sort"):
        values["sort"] = sorting.with_tie_break(values["sort"])
    fields, excluded, expand = expansion.merge(
        values.get("fields"), values.get("exclude_fields", ()), values.get("expand", ())
    )
    expansion.check(expand, limits)
    values.update(fields=fields, exclude_fields=excluded, expand=expand)
    return Query(**values)


def _check_conflicts(members: Members) -> None:
    for one, other in (("cursor", "offset"), ("cursor", "page"), ("offset", "page")):
        if one in members and other in members:
            detail = f"cannot be used together with '{members[one].name}'"
            raise ParameterConflict.at_parameter(members[other].name, detail)


def _offset(page: int, limit: int, limits: Limits) -> int:
    offset = (page - 1) * limit
    if offset > limits.max_offset:
        raise ParameterInvalid.at_parameter("page", "is too far; use a cursor")
    return offset


def _read(name: str, given: _Given, limits: Limits) -> Any:
    try:
        return _READERS[name](given, limits)
    except ValueError as error:
        raise ParameterInvalid.at_parameter(given.name, str(error)) from None


def _integer(given: _Given, least: int, most: int) -> int:
    return integer(_number(given.value) if given.raw else given.value, least, most)


def _number(text: str) -> int | str:
    """The number of a text of ASCII digits, else the text."""
    digits = text.removeprefix("-")
    plain = digits.isascii() and digits.isdecimal() and len(digits) < 20
    return int(text) if plain else text


def _ids(given: _Given, most: int) -> tuple[int, ...]:
    """``1,2`` or ``[1, 2]``, each once and in order."""
    value = given.value
    if isinstance(value, str) and given.raw:
        value = [_number(part.strip()) for part in value.split(",")]
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list of ids")
    if len(value) > most:
        raise PageTooLarge.at_parameter(given.name, f"has more than {most} ids")
    return tuple(dict.fromkeys(integer(each, 1, 2**31 - 1) for each in value))


def _companies(given: _Given, _limits: Limits) -> tuple[int, ...]:
    """As ``_ids``; in JSON also one number, or text as in the header."""
    value = given.value
    if isinstance(value, int) and not isinstance(value, bool):
        value = [value]
    return _ids(given._replace(value=value, raw=isinstance(value, str)), MAX_COMPANIES)


def _text(given: _Given, _limits: Limits) -> str:
    value = given.value
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError(f"must be text of up to {MAX_TEXT} characters")
    return value


def _word(given: _Given, limits: Limits) -> str:
    if not (text := _text(given, limits).strip()):
        raise ValueError("must not be empty")
    return text


def _choice(*words: str) -> Reader:
    def read(given: _Given, _limits: Limits) -> str:
        if given.value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return cast(str, given.value)

    return read


def _flag(given: _Given, _limits: Limits) -> bool:
    value = given.value
    if given.raw:
        value = {"true": True, "1": True, "false": False, "0": False}.get(value)
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _filter(given: _Given, limits: Limits) -> Tree:
    if given.raw:
        return filters.parse_text(given.value, given.name, limits.caps)
    return filters.parse(given.value, given.name, limits.caps)


Reader = Callable[[_Given, Limits], Any]
_READERS: Mapping[str, Reader] = {
    "limit": lambda given, limits: _integer(given, 1, limits.max_limit),
    "offset": lambda given, limits: _integer(given, 0, limits.max_offset),
    "page": lambda given, limits: _integer(given, 1, limits.max_offset),
    "cursor": _text,
    "sort": lambda given, _limits: sorting.parse(given.value),
    "fields": lambda given, limits: expansion.names(given.value, limits, star=True),
    "exclude_fields": lambda given, limits: expansion.names(given.value, limits),
    "expand": lambda given, limits: expansion.parse(given.value, limits, given.name),
    "filter": _filter,
    "count": _choice("none", "exact", "estimated"),
    "archived": _choice("exclude", "include", "only"),
    "lang": _word,
    "company": _companies,
    "binary": _choice("url", "dataurl", "base64"),
    "schema": _choice("list", "read", "create"),
    "ids": lambda given, limits: _ids(given, limits.max_limit),
    "force": _flag,
}
