"""The query of a read: parameters of a URL, or the same as a JSON body. No Odoo here.

    ?filter[name][ilike]=a&sort=-create_date,name&fields=name,country_id.code&limit=10
    {"filter": [["name", "ilike", "a"]], "sort": "-create_date,name", "limit": 10}

Both become one frozen Query; the path resolver (``paths.py``) checks its field names
later. Unknown, repeated and contradictory parameters and values of a wrong type raise
a QueryProblem that names the parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, cast

from ..wire.problem import (
    BodyMalformed,
    FieldError,
    PageTooLarge,
    ParameterConflict,
    ParameterInvalid,
    ParameterRepeated,
    ParameterUnknown,
)
from ..wire.problem_details import MAX_DETAIL
from . import expansion, filters, paging, sorting
from .expansion import Branch, Limits, integer
from .field_types import MAX_ID
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
    """What a read shows: filter, sort, projection and page.

    ``cursor`` is None for paging by offset and empty for the first page by cursor;
    ``page`` tells that ``offset`` was requested as a page number. ``fields`` is None
    for the default ones, else it includes the relations of ``expand``. ``sort`` is
    empty for the model's own order, else it ends with ``id``. ``company`` has the
    current company first. ``schema`` is None for that of the operation (``schema.py``).
    """

    limit: int = 80
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
        """The fields that are requested by name on any level, and not by ``*``."""
        return expansion.named(self.fields, self.expand)


class _Received(NamedTuple):
    """The value of a parameter: ``raw`` text of a URL, or a value of JSON."""

    name: str
    value: Any
    raw: bool


Parameters = dict[str, _Received]
Words = Mapping[str, str]  # of a dialect → names of parameters


def parse(
    pairs: Sequence[tuple[str, str]],
    limits: Limits,
    allowed: frozenset[str] = LIST,
    body: Any = None,
    words: Words | None = None,
) -> Query:
    """The query of the parameters, and of a JSON body if there is one.

    :param pairs: names and values in the order of the URL, decoded
    :param allowed: the parameters of the operation, such as ``SHAPE`` or ``LIST``
    :param words: what another dialect calls them, ``{"order": "sort"}``
    """
    if len(pairs) > MAX_PARAMETERS:
        raise ParameterInvalid(f"A request has at most {MAX_PARAMETERS} parameters.")
    brackets = [pair for pair in pairs if filters.bracket(pair[0])]
    plain = [(n, _Received(n, v, True)) for n, v in pairs if not filters.bracket(n)]
    known = _known(allowed, words)
    parameters = _by_name([*plain, *_in_body(body)], known)
    if brackets and "filter" not in known:
        raise _unknown(brackets[0][0], known)
    query = _query(parameters, limits)
    tree = filters.parse_brackets(brackets, limits.caps)
    tree = filters.join(filters.And, (query.filter, tree))
    _check_leaves(tree, limits)
    return replace(query, filter=tree)


def _check_leaves(tree: Tree, limits: Limits) -> None:
    """Both grammars of filters together have the limit that each has."""
    if sum(1 for _leaf in filters.leaves(tree)) > limits.caps.leaves:
        detail = f"must have at most {limits.caps.leaves} conditions"
        raise ParameterInvalid.at_parameter("filter", detail)


def _in_body(body: Any) -> list[tuple[str, _Received]]:
    if body is None:
        return []
    if not isinstance(body, dict):
        raise BodyMalformed("The body must be a JSON object of parameters.")
    return [(name, _Received(name, value, False)) for name, value in body.items()]


def _known(allowed: frozenset[str], words: Words | None) -> Words:
    """The words of the parameters that are allowed, aliases too, and their names."""
    if words is None:
        words = {**{name: name for name in allowed}, **ALIASES}
    return {word: name for word, name in words.items() if name in allowed}


def _by_name(received: Sequence[tuple[str, _Received]], known: Words) -> Parameters:
    """The parameters by their names, aliases resolved."""
    parameters: Parameters = {}
    for written, value in received:
        if written not in known:
            raise _unknown(written, known)
        name = known[written]
        if name in parameters:
            raise ParameterRepeated.at_parameter(written, "must be sent only once")
        parameters[name] = value
    return parameters


def _unknown(name: str, known: Words) -> ParameterUnknown:
    listed = ", ".join(sorted(known.keys() - ALIASES.keys())) or "none"
    detail = f"Unknown parameter '{name[:100]}'. Allowed: {listed}."
    error = FieldError(ParameterUnknown.code, detail, parameter=name[:MAX_DETAIL])
    return ParameterUnknown(detail, errors=[error])


def _query(parameters: Parameters, limits: Limits) -> Query:
    _check_conflicts(parameters)
    values = {name: _read(name, parameters[name], limits) for name in parameters}
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


def _check_conflicts(parameters: Parameters) -> None:
    for one, other in (("cursor", "offset"), ("cursor", "page"), ("offset", "page")):
        if one in parameters and other in parameters:
            detail = f"cannot be used together with '{parameters[one].name}'"
            raise ParameterConflict.at_parameter(parameters[other].name, detail)


def _offset(page: int, limit: int, limits: Limits) -> int:
    offset = paging.offset_of(page, limit)
    if offset > limits.max_offset:
        raise ParameterInvalid.at_parameter(
            "page", f"must not skip more than {limits.max_offset} records; use a cursor"
        )
    return offset


def _read(name: str, received: _Received, limits: Limits) -> Any:
    try:
        return _READERS[name](received, limits)
    except ValueError as error:
        raise ParameterInvalid.at_parameter(received.name, str(error)) from None


def _integer(received: _Received, least: int, most: int) -> int:
    value = _number(received.value) if received.raw else received.value
    return integer(value, least, most)


def _number(text: str) -> int | str:
    """The number of a text of ASCII digits, else the text."""
    digits = text.removeprefix("-")
    plain = digits.isascii() and digits.isdecimal() and len(digits) < 20
    return int(text) if plain else text


def _ids(received: _Received, most: int) -> tuple[int, ...]:
    """``1,2`` or ``[1, 2]``, each once and in order."""
    value = received.value
    if isinstance(value, str) and received.raw:
        value = [_number(part.strip()) for part in value.split(",")]
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list of ids")
    if len(value) > most:
        raise PageTooLarge.at_parameter(received.name, f"must have at most {most} ids")
    return tuple(dict.fromkeys(integer(each, 1, MAX_ID) for each in value))


def _companies(received: _Received, _limits: Limits) -> tuple[int, ...]:
    """As ``_ids``; in JSON also one id, or text as in the header."""
    value = received.value
    if isinstance(value, int) and not isinstance(value, bool):
        value = [value]
    as_list = received._replace(value=value, raw=isinstance(value, str))
    return _ids(as_list, MAX_COMPANIES)


def _text(received: _Received, _limits: Limits) -> str:
    value = received.value
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError(f"must be text of up to {MAX_TEXT} characters")
    return value


def _word(received: _Received, limits: Limits) -> str:
    if not (text := _text(received, limits).strip()):
        raise ValueError("must not be empty")
    return text


def _choice(*words: str) -> Reader:
    def read(received: _Received, _limits: Limits) -> str:
        if received.value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return cast(str, received.value)

    return read


def _flag(received: _Received, _limits: Limits) -> bool:
    value = received.value
    if received.raw:
        value = {"true": True, "1": True, "false": False, "0": False}.get(value)
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _filter(received: _Received, limits: Limits) -> Tree:
    if received.raw:
        return filters.parse_text(received.value, received.name, limits.caps)
    return filters.parse(received.value, received.name, limits.caps)


Reader = Callable[[_Received, Limits], Any]
_READERS: Mapping[str, Reader] = {
    "limit": lambda sent, limits: _integer(sent, 1, limits.max_limit),
    "offset": lambda sent, limits: _integer(sent, 0, limits.max_offset),
    "page": lambda sent, limits: _integer(sent, 1, limits.max_offset),
    "cursor": _text,
    "sort": lambda sent, _limits: sorting.parse(sent.value),
    "fields": lambda sent, limits: expansion.names(sent.value, limits, star=True),
    "exclude_fields": lambda sent, limits: expansion.names(sent.value, limits),
    "expand": lambda sent, limits: expansion.parse(sent.value, limits, sent.name),
    "filter": _filter,
    "count": _choice("none", "exact", "estimated"),
    "archived": _choice("exclude", "include", "only"),
    "lang": _word,
    "company": _companies,
    "binary": _choice("url", "dataurl", "base64"),
    "schema": _choice("list", "read", "create"),
    "ids": lambda sent, limits: _ids(sent, limits.max_limit),
    "force": _flag,
}
