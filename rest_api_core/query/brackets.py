"""Conditions as parameters of a URL: ``filter[country_id.code]=BE``. No Odoo here.

    filter[name][ilike]=a            one condition; several are joined by *and*
    filter[id][in]=1,2               a list
    filter[name][in]="Doe, John",B   with quotes, as CSV has it (RFC 4180)
    filter[email]=null               not set, whatever the type; so is an empty value
    filter[name]="null"              the text
    having[id:count][gt]=100         the same for groups, see ``aggregate.py``

Values have no type yet: ``operands.py`` reads them in the type of the field.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..wire.problem import FilterInvalid
from . import operators
from .filters import CAPS, And, Caps, Check, Leaf, Tree, check_path, join, operand
from .operators import BEHIND, HIERARCHY, MEMBER, Operator

_QUOTED = r'"((?:[^"]|"")*)"'
PARAMETERS = ("filter", "having")
_FIELD = re.compile(rf'(?:{_QUOTED}|([^",]*))(,|$)')


class Quoted(str):
    """Text that stood between quotes: it is never null.

    It equals the same text without quotes; plans of queries are kept by ``repr``, too.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Quoted({super().__repr__()})"


def parameter(name: str) -> str:
    """``filter[a.b][ilike]`` → ``filter``; empty for other names."""
    head, bracket, _rest = name.partition("[")
    is_one = head in PARAMETERS and bracket and name.endswith("]")
    return head if is_one else ""


def condition(name: str) -> tuple[str, Operator]:
    """``filter[a.b][ilike]`` → path and operator, ``filter[a]`` → ``=``."""
    path, _, word = name[name.index("[") + 1 : -1].partition("][")
    return path, operators.read(word or "=")


def parse(
    pairs: Sequence[tuple[str, str]], caps: Caps = CAPS, check: Check = check_path
) -> Tree:
    """The tree of ``(name, text)`` pairs with names in brackets, joined by *and*.

    :param check: of the names in brackets, by default paths of fields
    """
    if len(pairs) > caps.leaves:
        detail = f"must have at most {caps.leaves} conditions"
        raise FilterInvalid.at_parameter(parameter(pairs[0][0]), detail)
    return join(And, [leaf(name, text, caps, check=check) for name, text in pairs])


def leaf(
    name: str, text: str, caps: Caps, at: str = "", check: Check = check_path
) -> Leaf:
    """One condition.

    :param at: the parameter that errors name, by default the brackets
    """
    at = at or name
    path, operator = condition(name)
    try:
        if operator.name in BEHIND:
            raise ValueError('needs a filter in JSON: [[path, "any", [...]]]')
        check(path, caps.path_depth)
        value = operand(operator, _value(operator, text), caps)
    except ValueError as error:
        raise FilterInvalid.at_parameter(at, str(error)) from None
    return Leaf(path, operator.name, value, raw=True, at=at)


def _value(operator: Operator, text: str) -> Any:
    if operator.name in MEMBER | HIERARCHY:
        return members(text)
    quoted = re.fullmatch(_QUOTED, text, re.DOTALL)
    return Quoted(quoted[1].replace('""', '"')) if quoted else text


def members(text: str) -> list[str]:
    """The fields of a line of CSV; no text has none. Raises ValueError."""
    found: list[str] = []
    position, more = 0, bool(text)
    while more:
        match = _FIELD.match(text, position)
        if not match:
            raise ValueError(
                'has a stray quotation mark: write "Doe, ""Jim""" for Doe, "Jim"'
            )
        quoted, plain, comma = match.groups()
        found.append(plain if quoted is None else Quoted(quoted.replace('""', '"')))
        position, more = match.end(), bool(comma)
    return found
