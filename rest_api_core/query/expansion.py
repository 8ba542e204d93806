"""Which fields of which related records: ``fields`` and ``expand``. No Odoo here.

    fields=name,country_id.code                 dots nest, as ``expand`` does
    expand=country_id,child_ids.category_id     a comma list,
    expand={"child_ids": {"fields": ["name"], "filter": [["active", "=", true]],
            "sort": "name", "limit": 5, "offset": 0, "expand": {"country_id": {}}}}

Each becomes a tree of branches, one for each relation that is expanded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as field_option
from typing import Any

from ..wire import json_text
from ..wire.problem import ParameterConflict, ParameterInvalid, ParameterUnknown
from . import filters, hints, sorting
from .filters import ALL, CAPS, Caps, Tree
from .sorting import SortKey

Path = tuple[str, ...]


@dataclass(frozen=True)
class Limits:
    """Limits of a query. The first three are settings of an API (``rest.api``)."""

    default_limit: int = 80
    max_limit: int = 1000
    max_expand_depth: int = 4
    max_offset: int = 10_000_000
    max_names: int = 500  # in a list of fields
    max_branches: int = 50
    caps: Caps = CAPS


@dataclass(frozen=True)
class Branch:
    """What is read of the records behind one relation.

    ``fields`` is None for the default ones; ``*`` may be among them. ``limit`` and
    ``offset`` count for each record of the level above; None is no limit but that of
    the response. ``at`` is the parameter that asks for it by a dotted name, empty for
    ``expand``.
    """

    field: str
    fields: tuple[str, ...] | None = None
    exclude_fields: tuple[str, ...] = ()
    filter: Tree = ALL
    sort: tuple[SortKey, ...] = ()
    limit: int | None = None
    offset: int = 0
    expand: tuple[Branch, ...] = ()
    at: str = field_option(default="", compare=False, repr=False)


def parse(value: Any, limits: Limits, parameter: str = "expand") -> tuple[Branch, ...]:
    """The branches of a comma list, JSON text or JSON value."""
    try:
        if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
            value = json_text.loads(value, limits.caps.json_depth)
        json_text.check_depth(value, limits.caps.json_depth)
        if not isinstance(value, dict):
            return _from_paths([n.split(".") for n in names(value, limits)])
    except ValueError as error:
        raise ParameterInvalid.at_parameter(parameter, str(error)) from None
    return tuple(
        _branch(name, options, limits, f"{parameter}.{name}")
        for name, options in value.items()
    )


def _from_paths(paths: Iterable[Sequence[str]]) -> tuple[Branch, ...]:
    heads: dict[str, list[Sequence[str]]] = {}
    for head, *rest in paths:
        heads.setdefault(head, []).extend([rest] if rest else [])
    return tuple(Branch(h, expand=_from_paths(rest)) for h, rest in heads.items())


def _branch(name: str, options: Any, limits: Limits, parameter: str) -> Branch:
    if not isinstance(options, dict):
        raise ParameterInvalid.at_parameter(parameter, "must be a JSON object")
    values: dict[str, Any] = {}
    for key, value in options.items():
        at = f"{parameter}.{key}"
        if key not in _OPTIONS:
            hint = hints.parameter(key, _OPTIONS)
            detail = f"is unknown.{hint} Allowed: {', '.join(sorted(_OPTIONS))}."
            raise ParameterUnknown.at_parameter(at, detail)
        values[key] = _read(_OPTIONS[key], value, limits, at)
    try:
        filters.check_path(name, 1)
    except ValueError as error:
        raise ParameterInvalid.at_parameter(parameter, str(error)) from None
    fields, excluded = values.pop("fields", None), values.pop("exclude_fields", ())
    branch = Branch(name, **values)
    own, excluded, expand = merge(fields, excluded, branch.expand, f"{parameter}.")
    return replace(branch, fields=own, exclude_fields=excluded, expand=expand)


def _read(reader: Reader, value: Any, limits: Limits, parameter: str) -> Any:
    try:
        return reader(value, limits, parameter)
    except ValueError as error:
        raise ParameterInvalid.at_parameter(parameter, str(error)) from None


def names(value: Any, limits: Limits, star: bool = False) -> tuple[str, ...]:
    """The dotted names of a comma list or a JSON list, each once; else ValueError."""
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError("must be a list of field names")
    if len(words) > limits.max_names:
        raise ValueError(f"must have at most {limits.max_names} names")
    listed = tuple(dict.fromkeys(word.strip() for word in words))
    for name in listed:
        if not (star and name == "*"):
            plain = name.removesuffix(".*") if star else name
            filters.check_path(plain, limits.caps.path_depth)
    return listed


def merge(
    fields: Iterable[str] | None,
    excluded: Iterable[str],
    expand: tuple[Branch, ...],
    prefix: str = "",
) -> tuple[tuple[str, ...] | None, tuple[str, ...], tuple[Branch, ...]]:
    """The names and branches of one level, with what dotted names add to both.

    :param prefix: begins the parameter that a ParameterConflict names
    :returns: ``(fields, excluded, branches)``; the fields include the relations that
        are expanded
    """
    branches = {branch.field: branch for branch in expand}
    for head, rest in _dotted(fields or ()).items():
        known = branches.get(head) or Branch(head, at=f"{prefix}fields")
        branches[head] = _with_fields(known, rest, prefix)
    for head, rest in _dotted(excluded).items():
        if head not in branches:
            _conflict(prefix, f"'{head}' must be expanded to exclude fields behind it")
        branches[head] = _without_fields(branches[head], rest, prefix)
    out = tuple(name for name in excluded if "." not in name)
    own = None if fields is None else _heads([*fields, *branches])
    for name in out:
        if name in branches or name in (own or ()):
            _conflict(prefix, f"'{name}' is also requested by fields or expand")
    return own, out, tuple(branches.values())


def _conflict(prefix: str, detail: str) -> None:
    raise ParameterConflict.at_parameter(f"{prefix}exclude_fields", detail)


def _heads(fields: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.partition(".")[0] for name in fields))


def _dotted(fields: Iterable[str]) -> dict[str, list[str]]:
    """``["a", "b.c", "b.d"]`` → ``{"b": ["c", "d"]}``."""
    behind: dict[str, list[str]] = {}
    for name in fields:
        head, dot, rest = name.partition(".")
        if dot:
            behind.setdefault(head, []).append(rest)
    return behind


def _with_fields(branch: Branch, fields: list[str], prefix: str) -> Branch:
    own, _, expand = merge([*(branch.fields or ()), *fields], (), branch.expand, prefix)
    return replace(branch, fields=own, expand=expand)


def _without_fields(branch: Branch, fields: list[str], prefix: str) -> Branch:
    excluded = (*branch.exclude_fields, *fields)
    own, excluded, expand = merge(branch.fields, excluded, branch.expand, prefix)
    return replace(branch, fields=own, exclude_fields=excluded, expand=expand)


def named(fields: Iterable[str] | None, branches: Iterable[Branch]) -> frozenset[str]:
    """The names of a level and of those below, without ``*``."""
    own = frozenset(fields or ()) - {"*"}
    return own.union(*(named(b.fields, b.expand) | {b.field} for b in branches))


def check(branches: Iterable[Branch], limits: Limits) -> None:
    """Raise ParameterInvalid for a tree that is too deep or has too many branches."""
    level, depth, count = list(branches), 0, 0
    while level:
        depth, count = depth + 1, count + len(level)
        level = [child for branch in level for child in branch.expand]
    if depth > limits.max_expand_depth:
        detail = f"is nested deeper than {limits.max_expand_depth} levels"
        raise ParameterInvalid.at_parameter("expand", detail)
    if count > limits.max_branches:
        detail = f"must follow at most {limits.max_branches} relations"
        raise ParameterInvalid.at_parameter("expand", detail)


def integer(value: Any, least: int, most: int) -> int:
    """A JSON number that is whole and in range; else ValueError."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"must be a whole number, {least} to {most}")
    if not least <= value <= most:
        raise ValueError(f"must be {least} to {most}")
    return value


Reader = Callable[[Any, Limits, str], Any]
_OPTIONS: Mapping[str, Reader] = {
    "fields": lambda value, limits, _: names(value, limits, star=True),
    "exclude_fields": lambda value, limits, _: names(value, limits),
    "filter": lambda value, limits, at: filters.parse(value, at, limits.caps),
    "sort": lambda value, _limits, _: sorting.with_tie_break(sorting.parse(value)),
    "limit": lambda value, limits, _: integer(value, 1, limits.max_limit),
    "offset": lambda value, limits, _: integer(value, 0, limits.max_offset),
    "expand": parse,
}
