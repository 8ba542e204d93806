"""Names in nested brackets, as Python literals and JSON write them. No Odoo here.

    ('name', ('child_ids', [('id', 'name')]))      # a comment
    ["name", {"country_id": ["id", "code"]}]

The text is read as data and never run: strings that are field names, the brackets
``( [ {``, commas, colons, and comments to the end of a line. As in Python, a comma may
follow the last value, and brackets that merely group (``(('id', 'name'))``) mean
nothing. Errors are ValueErrors that begin with the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

MAX_TEXT = 64 * 1024  # characters
MAX_NESTED = 40  # brackets; a relation may take three
Bracket = Literal["(", "[", "{"]
_CLOSING: dict[Bracket, str] = {"(": ")", "[": "]", "{": "}"}
_TOKEN = re.compile(
    r"(?P<skip>[\s\ufeff]+|\#[^\n]*)"
    r"|(?P<mark>[()\[\]{},:])"
    r"|'(?P<single>[^'\n]*)'"
    r'|"(?P<double>[^"\n]*)"'
    r"|(?P<other>[^\s()\[\]{},:#]+)"
)


@dataclass(frozen=True)
class Node:
    """A field name, or a bracket with what is in it.

    :param kind: ``"name"``, an opening bracket, or ``":"`` for a key with its value
    :param line: where it begins; the first line is 1
    :param name: of a name or a key
    :param items: what is in a bracket; of a key its value alone
    """

    kind: Bracket | Literal["name", ":"]
    line: int
    name: str = ""
    items: tuple[Node, ...] = ()


class _Token(NamedTuple):
    """``kind`` is a mark, ``"name"``, or ``""`` at the end of the text."""

    kind: str
    text: str
    line: int


def parse(text: str) -> Node:
    """The one value of a text."""
    if len(text) > MAX_TEXT:
        raise ValueError(f"The text has more than {MAX_TEXT} characters.")
    reader = _Reader(text)
    node = reader.value(0)
    reader.expect("", "the end of the text")
    return node


def _tokens(text: str) -> Iterator[_Token]:
    line, last = 1, 1
    for match in _TOKEN.finditer(text):
        kind, found = match.lastgroup, match[0]
        if kind == "mark":
            yield _Token(found, found, line)
        elif kind != "skip":
            yield _Token("name", _name(match, line), line)
        last = line if kind != "skip" else last
        line += found.count("\n")
    yield _Token("", "", last)


def _name(match: re.Match[str], line: int) -> str:
    """The field name within the quotes of a string."""
    if other := match["other"]:
        if other[0] in "'\"":
            raise error(line, f"the quote that opens {other[:50]} is not closed")
        raise error(line, f"{other[:50]} must be a field name in quotes")
    name = match["single"] or match["double"] or ""
    if not (name.isascii() and name.isidentifier()):
        raise error(line, f"'{name[:50]}' is not a field name")
    return name


def error(line: int, detail: str) -> ValueError:
    """``"Line 3: 'a.b' is not a field name."``"""
    return ValueError(f"Line {line}: {detail}.")


class _Reader:
    """One token after the other; a method for each kind of value."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.token = next(self.tokens)

    def next(self) -> _Token:
        taken = self.token
        if taken.kind:
            self.token = next(self.tokens)
        return taken

    def expect(self, kind: str, what: str) -> _Token:
        if self.token.kind != kind:
            raise error(self.token.line, f"expected {what}{self._instead()}")
        return self.next()

    def _instead(self) -> str:
        return f", not '{self.token.text}'" if self.token.kind else ""

    def value(self, depth: int) -> Node:
        token = self.token
        if token.kind == "name":
            return Node("name", self.next().line, token.text)
        for kind in _CLOSING:
            if token.kind == kind:
                return self.bracket(kind, depth)
        raise error(token.line, f"expected a field name or a bracket{self._instead()}")

    def bracket(self, kind: Bracket, depth: int) -> Node:
        opened = self.next()
        if depth == MAX_NESTED:
            detail = f"brackets are nested deeper than {MAX_NESTED} levels"
            raise error(opened.line, detail)
        items, comma = self.items(kind, depth + 1)
        self.close(kind, opened)
        groups = kind == "(" and len(items) == 1 and not comma
        if groups and items[0].kind in _CLOSING:
            return items[0]
        return Node(kind, opened.line, items=items)

    def items(self, kind: Bracket, depth: int) -> tuple[tuple[Node, ...], bool]:
        """What is in a bracket, and whether a comma follows the last of it."""
        items: list[Node] = []
        comma = True
        while comma and self.token.kind not in ("", _CLOSING[kind]):
            items.append(self.pair(depth) if kind == "{" else self.value(depth))
            comma = self.token.kind == ","
            if comma:
                self.next()
        return tuple(items), comma

    def pair(self, depth: int) -> Node:
        key = self.expect("name", "a field name")
        self.expect(":", "a colon")
        return Node(":", key.line, key.text, (self.value(depth),))

    def close(self, kind: Bracket, opened: _Token) -> None:
        if not self.token.kind:
            raise error(opened.line, f"the bracket '{kind}' is not closed")
        self.expect(_CLOSING[kind], f"a comma or '{_CLOSING[kind]}'")
