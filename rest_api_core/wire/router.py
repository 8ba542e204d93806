"""Paths below a base path → operations. No Odoo here.

Templates have literal segments and variables, and literals win over variables:

    <model>   res.partner          <id>, <ids>   3 · 3,5
    <name>  action_confirm       <report>      account.report_invoice
    <path>    all the rest       <file>        res.partner.ndjson
    <part>    12

A router is made once for the table of operations of a database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..query.field_types import MAX_ID
from .call import Target
from .problem import MethodNotAllowed, NotFound, PageTooLarge, allow

MAX_IDS = 1000  # records named in one path

_VARIABLES = {
    "<model>": re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z0-9_]+)*"),
    "<id>": re.compile(r"[1-9][0-9]*"),
    "<ids>": re.compile(r"[1-9][0-9]*(?:,[1-9][0-9]*)*"),
    # a leading _ is private: only dialects that have words for it let it pass
    "<name>": re.compile(r"[A-Za-z][A-Za-z0-9_]*"),
    "<any name>": re.compile(r"[A-Za-z_][A-Za-z0-9_]*"),
    "<report>": re.compile(r"[A-Za-z_][A-Za-z0-9_.]*"),
    "<part>": re.compile(r"[1-9][0-9]{0,8}"),
    "<file>": re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*"),
}


@dataclass(frozen=True)
class Found:
    """The template of a path, with the operation of each method and the arguments."""

    template: str
    operations: Mapping[str, str]
    target: Target = Target()

    @property
    def methods(self) -> list[str]:
        """For ``Allow`` and CORS preflights."""
        head = ["HEAD"] if "GET" in self.operations else []
        return sorted({*self.operations, "OPTIONS", *head})

    def operation(self, method: str) -> str:
        """The name of the operation; HEAD is GET. Raises MethodNotAllowed with
        ``Allow`` (RFC 9110 §15.5.6)."""
        name = self.operations.get("GET" if method == "HEAD" else method)
        if name is None:
            raise MethodNotAllowed(headers=[allow(self.methods)])
        return name


@dataclass
class _Node:
    """What may follow a segment."""

    literals: dict[str, _Node] = field(default_factory=dict)
    variables: dict[str, _Node] = field(default_factory=dict)
    template: str = ""
    operations: dict[str, str] = field(default_factory=dict)

    def child(self, segment: str) -> _Node:
        children = self.variables if segment.startswith("<") else self.literals
        return children.setdefault(segment, _Node())


class Router:
    """Finds what a path leads to.

    :param routes: ``("<METHOD> <template>", name of the operation)``; two of one method
        and template are an error
    """

    def __init__(self, routes: Iterable[tuple[str, str]]) -> None:
        self._root = _Node()
        for route, operation in routes:
            method, _space, template = route.partition(" ")
            node = self._root
            for segment in segments(template):
                node = node.child(segment)
            if method in node.operations:
                raise ValueError(f"two operations for {route}")
            node.template = template
            node.operations[method] = operation

    def has_literal(self, segment: str) -> bool:
        """Whether a path begins with this segment, which is no variable."""
        return segment in self._root.literals

    def find(self, path: str) -> Found:
        """What a path (below the base path, decoded) leads to. One slash at its end
        does not matter. Raises NotFound, and PageTooLarge for too many ids."""
        parts = segments(path)
        matched = _match(self._root, parts, ())
        if matched is None:
            raise NotFound()
        node, arguments = matched
        return Found(node.template, node.operations, _target(arguments))


def segments(path: str) -> list[str]:
    """``res.partner/3`` → ``["res.partner", "3"]``."""
    path = path.removesuffix("/")
    return path.split("/") if path else []


def below(path: str, base: str) -> str:
    """``/api/v1/res.partner/3`` below ``/api/v1`` is ``res.partner/3``; or NotFound."""
    base = base.rstrip("/")
    if not f"{path}/".startswith(f"{base}/"):
        raise NotFound()
    return path[len(base) + 1 :]


def following(path: str, base: str) -> str:
    """The segment of a path or route after a base path, "" outside of it."""
    parts, bases = segments(path.strip("/")), segments(base.strip("/"))
    is_below = parts[: len(bases)] == bases and len(parts) > len(bases)
    return parts[len(bases)] if is_below else ""


_Arguments = tuple[tuple[str, str], ...]


def _match(
    node: _Node, parts: list[str], arguments: _Arguments
) -> tuple[_Node, _Arguments] | None:
    """The node at the end of the path; a literal that leads nowhere is tried as a
    variable."""
    if not parts:
        return (node, arguments) if node.operations else None
    head, rest = parts[0], parts[1:]
    literal = node.literals.get(head)
    matched = _match(literal, rest, arguments) if literal else None
    for variable, child in node.variables.items():
        if matched:
            break
        if variable == "<path>":
            return child, (*arguments, (variable, "/".join(parts)))
        if _VARIABLES[variable].fullmatch(head):
            matched = _match(child, rest, (*arguments, (variable, head)))
    return matched


def _target(arguments: _Arguments) -> Target:
    values = dict(arguments)
    ids = values.get("<ids>") or values.get("<id>") or ""
    named = ("<name>", "<any name>", "<report>", "<file>", "<part>")
    names = (values.get(name) for name in named)
    return Target(
        model=values.get("<model>", ""),
        ids=_ids(ids) if ids else (),
        name=next(filter(None, names), ""),
        path=values.get("<path>", ""),
    )


def _ids(text: str) -> tuple[int, ...]:
    """``3,1,3`` → ``(3, 1)``."""
    parts = list(dict.fromkeys(text.split(",")))
    if len(parts) > MAX_IDS:
        raise PageTooLarge(f"A path names at most {MAX_IDS} records.")
    if max(map(len, parts)) > len(str(MAX_ID)) or max(map(int, parts)) > MAX_ID:
        raise NotFound()
    return tuple(map(int, parts))
