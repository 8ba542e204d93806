"""The query of a read: parameters of a URL, or the same as a JSON body. No Odoo here.

    ?filter[name][ilike]=a&sort=-create_date,name&fields=name,country_id.code&limit=10
    {"filter": [["name", "ilike", "a"]], "sort": "-create_date,name", "limit": 10}

Both become one frozen Query; the path resolver (``paths.py``) checks its field names
later. Unknown, repeated and contradictory parameters and values of a wrong type raise
a QueryProblem that names the parameter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from ..wire.problem import (
    BodyMalformed,
    FieldError,
    ParameterConflict,
    ParameterInvalid,
    ParameterRepeated,
    ParameterUnknown,
)
from ..wire.problem_details import MAX_DETAIL
from . import brackets, expansion, hints, paging, sorting
from .expansion import Branch, Limits
from .field_types import MAX_ID
from .filters import ALL, Tree
from .parameters import READERS, Reader, Received, any_number
from .sorting import SortKey

__all__ = ["Branch", "Limits", "Query", "SortKey", "parse"]

Count = Literal["none", "exact", "estimated"]
Archived = Literal["exclude", "include", "only"]
Binary = Literal["url", "dataurl", "base64"]
SchemaType = Literal["list", "read", "create"]

ALIASES = {"per_page": "limit", "skip": "offset", "page_number": "page"}
LOCALE = frozenset({"lang", "company"})
LISTS = frozenset({"fields", "exclude_fields", "expand", "sort", "ids"})
SHAPE = LOCALE | {"fields", "exclude_fields", "expand", "binary", "schema"}
COUNT = LOCALE | {"filter", "archived"}
PAGES = frozenset({"offset", "page", "cursor"})
PAGE = PAGES | {"limit", "sort", "count"}
LIST = SHAPE | COUNT | PAGE
READ = SHAPE | {"archived"}
BULK = READ | {"ids"}
EXPORT = SHAPE | COUNT | {"limit", "sort", "count"}
DELETE = LOCALE | {"force"}
MAX_PARAMETERS = 1000


@dataclass(frozen=True)
class Query:
    """What a read shows: filter, sort, projection and page.

    ``cursor`` is None for paging by offset and empty for the first page by cursor;
    ``page`` tells that ``offset`` was requested as a page number. ``fields`` is None
    for the default ones, else it includes the relations of ``expand``. ``sort`` is
    empty for the model's own order, else it ends with ``id``. ``archived`` is None for
    ``exclude`` in lists and ``include`` for records by id. ``company`` has the current
    company first. ``schema`` is None for that of the operation (``schema.py``).
    ``name`` is that of a file in the body, ``model`` that of the reports to list.
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
    archived: Archived | None = None
    lang: str | None = None
    company: tuple[int, ...] = ()
    binary: Binary = "url"
    schema: SchemaType | None = None
    ids: tuple[int, ...] = ()
    force: bool = False
    name: str = ""
    model: str = ""

    @property
    def shows_archived(self) -> bool:
        """Whether a list has archived records."""
        return self.archived not in (None, "exclude")

    @property
    def named(self) -> frozenset[str]:
        """The fields that are requested by name on any level, and not by ``*``."""
        return expansion.named(self.fields, self.expand)


Parameters = dict[str, Received]
Words = Mapping[str, str]  # of a dialect → names of parameters


class Sent(NamedTuple):
    """What came with a request.

    :param bracketed: ``(name, text)`` of parameters like ``filter[name][ilike]=a``, by
        the parameter that they are a form of
    """

    parameters: Parameters
    bracketed: dict[str, list[tuple[str, str]]]


def parse(
    pairs: Sequence[tuple[str, str]],
    limits: Limits,
    allowed: frozenset[str] = LIST,
    body: Any = None,
    words: Words | None = None,
) -> Query:
    """The query of the parameters, and of a JSON body if there is one; see
    ``collect``."""
    whole = "limit" in allowed and not PAGES & allowed
    return read(collect(pairs, allowed, body, words), limits, whole)


def collect(
    pairs: Sequence[tuple[str, str]],
    allowed: frozenset[str],
    body: Any = None,
    words: Words | None = None,
) -> Sent:
    """The parameters by their names, unread.

    :param pairs: names and values in the order of the URL, decoded
    :param allowed: the parameters of the operation, such as ``SHAPE`` or ``LIST``
    :param words: what another dialect calls them, ``{"order": "sort"}``
    """
    if len(pairs) > MAX_PARAMETERS:
        raise ParameterInvalid(f"A request has at most {MAX_PARAMETERS} parameters.")
    known = _known(allowed, words)
    plain: list[tuple[str, Received]] = []
    bracketed: dict[str, list[tuple[str, str]]] = {}
    for name, text in pairs:
        parameter = brackets.parameter(name)
        if parameter in known:
            bracketed.setdefault(parameter, []).append((name, text))
        else:
            plain.append((name, Received(name, text, True)))
    parameters = _by_name([*plain, *_in_body(body)], known)
    for name in bracketed.keys() & parameters.keys():
        detail = f"cannot be used together with '{name}' in brackets"
        raise ParameterConflict.at_parameter(parameters[name].name, detail)
    return Sent(parameters, bracketed)


def read(sent: Sent, limits: Limits, whole: bool = False) -> Query:
    """The query of parameters that were collected.

    :param whole: all rows are shown unless a limit says otherwise: no pages
    """
    query = _query(sent.parameters, limits, whole)
    if "filter" not in sent.bracketed:
        return query
    return replace(query, filter=brackets.parse(sent.bracketed["filter"], limits.caps))


def _in_body(body: Any) -> list[tuple[str, Received]]:
    if body is None:
        return []
    if not isinstance(body, dict):
        raise BodyMalformed("The body must be a JSON object of parameters.")
    return [(name, Received(name, value, False)) for name, value in body.items()]


def _known(allowed: frozenset[str], words: Words | None) -> Words:
    """The words of the parameters that are allowed, aliases too, and their names."""
    if words is None:
        words = {**{name: name for name in allowed}, **ALIASES}
    return {word: name for word, name in words.items() if name in allowed}


def _by_name(received: Sequence[tuple[str, Received]], known: Words) -> Parameters:
    """The parameters by their names, aliases resolved."""
    parameters: Parameters = {}
    for written, value in received:
        if written not in known:
            raise _unknown(written, known)
        name = known[written]
        parameters[name] = _joined(parameters.get(name), value)
    return parameters


def _joined(first: Received | None, value: Received) -> Received:
    """Lists may come in parts: ``fields=name&fields=city``."""
    if first is None:
        return value
    if value.name not in LISTS or not (first.raw and value.raw):
        raise ParameterRepeated.at_parameter(value.name, "must be sent only once")
    return value._replace(value=f"{first.value},{value.value}")


def _unknown(name: str, known: Words) -> ParameterUnknown:
    listed = ", ".join(sorted(known.keys() - ALIASES.keys())) or "none"
    hint = hints.parameter(name, known)
    detail = f"Unknown parameter '{name[:100]}'.{hint} Allowed: {listed}."
    error = FieldError(ParameterUnknown.code, detail, parameter=name[:MAX_DETAIL])
    return ParameterUnknown(detail, errors=[error])


def _query(parameters: Parameters, limits: Limits, whole: bool) -> Query:
    _check_conflicts(parameters)
    readers = {**READERS, "limit": any_number} if whole else READERS
    values = {n: _read(readers[n], parameters[n], limits) for n in parameters}
    values.setdefault("limit", MAX_ID if whole else limits.default_limit)
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


def _read(reader: Reader, received: Received, limits: Limits) -> Any:
    try:
        return reader(received, limits)
    except ValueError as error:
        raise ParameterInvalid.at_parameter(received.name, str(error)) from None
