"""The words of messages, and where a caller knows them from. No Odoo here.

    words("Barcode A1 is assigned to Secret")  →  {"barcode", "a1", "is", …, "secret"}

A message of other code is shown if each of its words is known to the caller: by the
code itself, whose texts are public, by the request, or by records within reach.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_WORD = re.compile(r"\w+")
# ``%(name)s``, ``%.2f`` and ``{name}`` in the texts of code
_PLACEHOLDER = re.compile(r"%\(\w+\)[-#0 +]*[\d.]*[a-zA-Z]|%[-\d.]*[a-zA-Z]|\{[^{}]*\}")
_NUMBER = range(1, 7)  # digits of amounts, days and ids; longer ones may name something
MAX_TEXT = 10_000  # characters; nobody finds a word in a file


def words(text: str) -> frozenset[str]:
    """The words of a text, without short numbers."""
    found = (word.casefold() for word in _WORD.findall(text))
    return frozenset(w for w in found if not (w.isdecimal() and len(w) in _NUMBER))


def of_code(text: str) -> frozenset[str]:
    """The words that a text of code brings into a message."""
    return words(_PLACEHOLDER.sub(" ", text))


def of_body(body: Any) -> frozenset[str]:
    """The words that a request has sent."""
    return frozenset().union(*map(words, _texts(body)))


def _texts(body: Any) -> Iterator[str]:
    nodes = [body]
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            nodes += [*node.keys(), *node.values()]
        elif isinstance(node, (list, tuple)):
            nodes += node
        elif isinstance(node, str) and len(node) > MAX_TEXT:
            continue
        elif node is not None:
            yield str(node)
