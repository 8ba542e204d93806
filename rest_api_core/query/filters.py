"""Filters: two grammars on the wire, one tree inside, one domain out. No Odoo here.

    [["name", "ilike", "a"], "|", ["id", "=", 1], ["id", "=", 2]]     a domain, in JSON
    filter[name][ilike]=a & filter[country_id.code]=BE                ``brackets.py``

Both become a tree of And, Or, Not, Leaf and Behind (``any``). Domains are in Polish
notation; conditions without an operator between them are joined by *and*. ``null`` is
what Odoo writes as ``False``: not set. Errors are FilterInvalid and name the parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ..wire import json_text
from ..wire.problem import FilterInvalid
from . import operators
from .operators import BEHIND, HIERARCHY, MEMBER, OPERATORS, ORDER, PATTERN, Operator

Scalar = str | int | float | bool | None
Value = Scalar | tuple[Scalar, ...]

MAX_PATH = 320  # characters; PostgreSQL ends a name at 63


@dataclass(frozen=True)
class Caps:
    """Limits that no setting changes."""

    leaves: int = 200
    path_depth: int = 5  # segments, also of ``any`` within ``any``
    members: int = 1000  # of an ``in`` list
    ancestors: int = 100  # ids of ``child_of`` and ``parent_of``
    json_depth: int = json_text.MAX_DEPTH  # also of And, Or and Not within each other
    text: int = 4096  # characters of one value
    pattern: int = 256  # characters of a value for the ``like`` operators


CAPS = Caps()


@dataclass(frozen=True)
class Leaf:
    """One condition. ``raw`` marks a value that is text of a URL, without a type;
    ``at`` is the parameter that it came in, if it has one of its own."""

    path: str
    operator: str
    value: Value
    raw: bool = False
    at: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True)
class Behind:
    """True where a record behind a relation matches, as with Odoo's ``any``."""

    path: str
    of: Tree
    at: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True)
class Not:
    of: Tree


@dataclass(frozen=True)
class And:
    """True for all records when empty."""

    of: tuple[Tree, ...] = ()


@dataclass(frozen=True)
class Or:
    """True for no record when empty."""

    of: tuple[Tree, ...] = ()


Tree = And | Or | Not | Leaf | Behind
ALL = And()
_JOINS: dict[str, type[And] | type[Or]] = {"&": And, "|": Or}


# Takes a path and the most segments that it may have; raises ValueError
Check = Callable[[str, int], object]


def check_path(path: str, most: int = CAPS.path_depth) -> tuple[str, ...]:
    """The segments of a dotted path; ValueError for what cannot be field names."""
    if not path:
        raise ValueError("must not have an empty name")
    segments = tuple(path.split("."))
    if len(path) > MAX_PATH or len(segments) > most:
        raise ValueError(
            f"must have paths of at most {most} fields and {MAX_PATH} characters"
        )
    if not all(part.isascii() and part.isidentifier() for part in segments):
        raise ValueError("must have paths of field names and dots")
    return segments


def parse_text(
    text: str,
    parameter: str = "filter",
    caps: Caps = CAPS,
    check: Check = check_path,
) -> Tree:
    """The tree of a domain as JSON text."""
    try:
        domain = json_text.loads(text, caps.json_depth)
    except ValueError as error:
        raise FilterInvalid.at_parameter(parameter, str(error)) from None
    return parse(domain, parameter, caps, check)


def parse(
    domain: Any,
    parameter: str = "filter",
    caps: Caps = CAPS,
    check: Check = check_path,
) -> Tree:
    """The tree of a domain, parsed from JSON.

    :param check: of the names in conditions, by default paths of fields
    """
    try:
        return _tree(domain, caps, check)
    except ValueError as error:
        raise FilterInvalid.at_parameter(parameter, str(error)) from None


def _tree(domain: Any, caps: Caps, check: Check = check_path) -> Tree:
    json_text.check_depth(domain, caps.json_depth)
    if not isinstance(domain, list):
        raise ValueError("must be a list of conditions")
    if sum(isinstance(item, list) for item in domain) > caps.leaves:
        raise ValueError(f"must have at most {caps.leaves} conditions")
    stack: list[Tree] = []
    for item in reversed(domain):
        stack.append(_node(item, stack, caps))
    tree = join(And, reversed(stack))
    if _height(tree) > caps.json_depth:
        raise ValueError(f"is nested deeper than {caps.json_depth} levels")
    if sum(1 for _leaf in leaves(tree)) > caps.leaves:
        raise ValueError(f"must have at most {caps.leaves} conditions")
    for path in _paths(tree):
        check(path, caps.path_depth)
    return tree


def _node(item: Any, stack: list[Tree], caps: Caps) -> Tree:
    """The tree of one item of a domain; operators take their operands off the stack."""
    if isinstance(item, list):
        return _leaf(item, caps)
    if not isinstance(item, str) or item not in ("!", *_JOINS):
        raise ValueError("must contain only conditions (lists of three), '&', '|', '!'")
    if len(stack) < (1 if item == "!" else 2):
        needed = "one condition" if item == "!" else "two conditions"
        raise ValueError(f"must have {needed} after '{item}'")
    if item == "!":
        return negate(stack.pop())
    return join(_JOINS[item], (stack.pop(), stack.pop()))


def _leaf(item: list[Any], caps: Caps) -> Tree:
    if len(item) != 3 or not all(isinstance(part, str) for part in item[:2]):
        raise ValueError("must have conditions of the form [path, operator, value]")
    path, word, value = item
    operator = operators.read(word)
    if operator.name in BEHIND:
        behind = Behind(path, _tree(value, caps))
        return negate(behind) if operator.name == "not any" else behind
    return Leaf(path, operator.name, operand(operator, value, caps))


def negate(tree: Tree) -> Tree:
    return tree.of if isinstance(tree, Not) else Not(tree)


def join(joint: type[And] | type[Or], trees: Iterable[Tree]) -> Tree:
    """And or Or of the trees, flat; a single tree stays as it is."""
    parts: list[Tree] = []
    for tree in trees:
        parts.extend(tree.of if isinstance(tree, joint) else (tree,))
    return parts[0] if len(parts) == 1 else joint(tuple(parts))


def _height(tree: Tree) -> int:
    nodes: tuple[Tree, ...] = (tree,)
    level = 0
    while nodes := tuple(child for node in nodes for child in _operands(node)):
        level += 1
    return level


def _operands(tree: Tree) -> tuple[Tree, ...]:
    if isinstance(tree, Leaf):
        return ()
    return (tree.of,) if isinstance(tree, Not | Behind) else tree.of


def _paths(tree: Tree) -> Iterator[str]:
    """The whole paths of all conditions, and of the relations before ``any``."""
    if isinstance(tree, Leaf | Behind):
        yield tree.path
    for child in _operands(tree):
        for path in _paths(child):
            yield f"{tree.path}.{path}" if isinstance(tree, Behind) else path


def operand(operator: Operator, value: Any, caps: Caps) -> Value:
    """The value, if the operator takes it; ValueError otherwise."""
    if operator.name not in OPERATORS:
        offered = operators.offered(OPERATORS | BEHIND)
        raise ValueError(
            f"unknown operator '{operator.name[:50]}'. Allowed: {offered}."
        )
    checked = _operand(operator.name, value, caps)
    return operator.value(checked) if isinstance(checked, str) else checked


def _operand(operator: str, value: Any, caps: Caps) -> Value:
    if operator in MEMBER:
        return _members(operator, value, caps.members, caps)
    if operator in HIERARCHY and isinstance(value, list):
        return _members(operator, value, caps.ancestors, caps)
    scalar = _scalar(operator, value, caps)
    if operator in PATTERN and not isinstance(scalar, str):
        raise ValueError(f"'{operator}' takes a text")
    if operator in PATTERN and len(str(scalar)) > caps.pattern:
        raise ValueError(f"'{operator}' takes at most {caps.pattern} characters")
    if operator in ORDER and (scalar is None or isinstance(scalar, bool)):
        raise ValueError(f"'{operator}' takes a number, date or text")
    return scalar


def _members(operator: str, value: Any, most: int, caps: Caps) -> tuple[Scalar, ...]:
    if not isinstance(value, list):
        raise ValueError(f"'{operator}' takes a list")
    if len(value) > most:
        raise ValueError(f"'{operator}' takes at most {most} values")
    return tuple(_scalar(operator, member, caps) for member in value)


def _scalar(operator: str, value: Any, caps: Caps) -> Scalar:
    if value is None or isinstance(value, bool | int | float):
        return value
    if not isinstance(value, str):
        raise ValueError(f"'{operator}' takes texts, numbers, true, false or null")
    if len(value) > caps.text:
        raise ValueError(f"must have texts of at most {caps.text} characters")
    return value


def leaves(tree: Tree) -> Iterator[Leaf]:
    """All conditions, in order; those behind a relation with the whole path."""
    if isinstance(tree, Leaf):
        yield tree
    for child in _operands(tree):
        for leaf in leaves(child):
            if isinstance(tree, Behind):
                leaf = replace(leaf, path=f"{tree.path}.{leaf.path}")
            yield leaf


def map_leaves(tree: Tree, change: Callable[[Leaf | Behind], Tree]) -> Tree:
    """The tree with each condition, and each Behind as a whole, replaced by what
    ``change`` makes of it."""
    if isinstance(tree, Leaf | Behind):
        return change(tree)
    if isinstance(tree, Not):
        return negate(map_leaves(tree.of, change))
    return type(tree)(tuple(map_leaves(child, change) for child in tree.of))


def to_domain(tree: Tree) -> list[Any]:
    """The domain for Odoo's ``search``, with every ``&`` written out."""
    if isinstance(tree, Leaf):
        return [(tree.path, tree.operator, _odoo_value(tree.value))]
    if isinstance(tree, Behind):
        return [(tree.path, "any", to_domain(tree.of))]
    if isinstance(tree, Not):
        return ["!", *to_domain(tree.of)]
    sign, constant = ("&", 1) if isinstance(tree, And) else ("|", 0)
    if not tree.of:
        return [(constant, "=", 1)]
    items = [item for child in tree.of for item in to_domain(child)]
    return [sign] * (len(tree.of) - 1) + items


def _odoo_value(value: Value) -> Any:
    if isinstance(value, tuple):
        return [_odoo_value(member) for member in value]
    return False if value is None else value
