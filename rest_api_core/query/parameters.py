"""The values of query parameters, from text of a URL or from JSON. No Odoo here.

Values of a wrong type raise ValueError, or a QueryProblem that names the parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

from ..wire.problem import PageTooLarge
from . import expansion, filters, sorting
from .expansion import Limits, integer
from .field_types import MAX_ID
from .filters import Tree

MAX_TEXT = 4096  # characters of ``cursor`` and ``lang``
MAX_COMPANIES = 100


class Received(NamedTuple):
    """The value of a parameter: ``raw`` text of a URL, or a value of JSON."""

    name: str
    value: Any
    raw: bool


def _integer(received: Received, least: int, most: int) -> int:
    value = _number(received.value) if received.raw else received.value
    return integer(value, least, most)


def any_number(received: Received, _limits: Limits) -> int:
    """A limit of rows that are not in pages: no page size bounds it."""
    return _integer(received, 1, MAX_ID)


def _number(text: str) -> int | str:
    """The number of a text of ASCII digits, else the text."""
    digits = text.removeprefix("-")
    plain = digits.isascii() and digits.isdecimal() and len(digits) < 20
    return int(text) if plain else text


def _ids(received: Received, most: int) -> tuple[int, ...]:
    """``1,2`` or ``[1, 2]``, each once and in order."""
    value = received.value
    if isinstance(value, str) and received.raw:
        value = [_number(part.strip()) for part in value.split(",")]
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list of ids")
    if len(value) > most:
        raise PageTooLarge.at_parameter(received.name, f"must have at most {most} ids")
    return tuple(dict.fromkeys(integer(each, 1, MAX_ID) for each in value))


def _companies(received: Received, _limits: Limits) -> tuple[int, ...]:
    """As ``_ids``; in JSON also one id, or text as in the header."""
    value = received.value
    if isinstance(value, int) and not isinstance(value, bool):
        value = [value]
    as_list = received._replace(value=value, raw=isinstance(value, str))
    return _ids(as_list, MAX_COMPANIES)


def _text(received: Received, _limits: Limits) -> str:
    value = received.value
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError(f"must be text of up to {MAX_TEXT} characters")
    return value


def _word(received: Received, limits: Limits) -> str:
    if not (text := _text(received, limits).strip()):
        raise ValueError("must not be empty")
    return text


def _choice(*words: str) -> Reader:
    def read(received: Received, _limits: Limits) -> str:
        if received.value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return cast(str, received.value)

    return read


def _flag(received: Received, _limits: Limits) -> bool:
    value = received.value
    if received.raw:
        value = {"true": True, "1": True, "false": False, "0": False}.get(value)
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _filter(received: Received, limits: Limits) -> Tree:
    if received.raw:
        return filters.parse_text(received.value, received.name, limits.caps)
    return filters.parse(received.value, received.name, limits.caps)


Reader = Callable[[Received, Limits], Any]
READERS: Mapping[str, Reader] = {
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
    "name": _word,
    "model": _word,
}
