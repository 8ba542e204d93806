"""Query parameters of a search endpoint, each of them a condition. No Odoo here.

    town: city ilike
    since: create_date >=
    country: country_id.code

``?town=Ghent&country=BE`` is then the same as ``filter[city][ilike]=Ghent`` and
``filter[country_id.code]=BE``. One line declares one parameter; without an operator it
is ``=``. A parameter that a request does not send adds no condition.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..wire.problem import ParameterRepeated
from . import brackets, operators
from .filters import CAPS, And, Caps, Tree, check_path, join
from .operators import OPERATORS
from .query import ALIASES, LIST

_LINE = re.compile(r"(?P<name>[^\s:]+)\s*:\s*(?P<path>\S+)(?:\s+(?P<operator>.+))?")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
RESERVED = LIST | ALIASES.keys()

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Declared:
    """What a parameter filters by."""

    path: str
    operator: str = "="

    @property
    def bracketed(self) -> str:
        """The same as a filter in brackets."""
        return f"filter[{self.path}][{self.operator}]"


def parse(text: str) -> dict[str, Declared]:
    """The declared parameters by name. Raises ValueError, which names the line."""
    found: dict[str, Declared] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        try:
            name, declared = _declared(line)
            if name in found:
                raise ValueError(f"“{name}” is declared twice")
        except ValueError as error:
            raise ValueError(f"{line}: {error}") from None
        found[name] = declared
    return found


def _declared(line: str) -> tuple[str, Declared]:
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError("write “name: field operator”")
    name, path, operator = match["name"], match["path"], match["operator"] or "="
    if not _NAME.fullmatch(name):
        raise ValueError(f"“{name}” is not a name: use letters, digits, - and _")
    if name in RESERVED:
        raise ValueError(f"“{name}” is a parameter of every list")
    check_path(path, CAPS.path_depth)
    if operators.read(operator).name not in OPERATORS:
        raise ValueError(f"“{operator}” is not an operator")
    return name, Declared(path, operator)


def split(pairs: Pairs, declared: Mapping[str, Declared]) -> tuple[Pairs, Pairs]:
    """The pairs of declared parameters, and all others."""
    own = [pair for pair in pairs if pair[0] in declared]
    return own, [pair for pair in pairs if pair[0] not in declared]


def tree(pairs: Pairs, declared: Mapping[str, Declared], caps: Caps = CAPS) -> Tree:
    """The conditions of declared parameters, joined by *and*. Raises FilterInvalid and
    ParameterRepeated."""
    names = [name for name, _text in pairs]
    for name in names:
        if names.count(name) > 1:
            raise ParameterRepeated.at_parameter(name, "must be sent only once")
    leaves = [
        brackets.leaf(declared[name].bracketed, text, caps, at=name)
        for name, text in pairs
    ]
    return join(And, leaves)
