"""The operators of conditions: those of Odoo, and names for them. No Odoo here.

    filter[name][starts_with]=A      ["name", "starts_with", "A"]
    filter[id][gte]=3                ["id", ">=", 3]

There are no regular expressions (ReDoS), and none of Odoo's internal operators, such as
``any!`` and ``inselect``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

COMPARE = frozenset({"=", "!=", "=?"})
ORDER = frozenset({"<", "<=", ">", ">="})
MEMBER = frozenset({"in", "not in"})
HIERARCHY = frozenset({"child_of", "parent_of"})
PATTERN = frozenset(
    f"{negation}{operator}"
    for negation in ("", "not ")
    for operator in ("like", "ilike", "=like", "=ilike")
)
BEHIND = frozenset({"any", "not any"})
OPERATORS = COMPARE | ORDER | MEMBER | HIERARCHY | PATTERN
SYNONYMS = {"<>": "!=", "==": "="}
# easier to write in a URL
NAMES = {
    "eq": "=",
    "ne": "!=",
    "lt": "<",
    "lte": "<=",
    "gt": ">",
    "gte": ">=",
    "not_in": "not in",
    "not_like": "not like",
    "not_ilike": "not ilike",
    "not_any": "not any",
}
# name → operator and pattern; all of them ignore case, and take no wildcards
LITERAL = {
    "ieq": ("=ilike", "{}"),
    "contains": ("ilike", "{}"),
    "not_contains": ("not ilike", "{}"),
    "starts_with": ("=ilike", "{}%"),
    "ends_with": ("=ilike", "%{}"),
}
_WILDCARD = re.compile(r"([%_\\])")


class Operator(NamedTuple):
    """An operator of Odoo, and the pattern that its value becomes part of."""

    name: str
    pattern: str = ""

    def value(self, text: str) -> str:
        """The value with its own wildcards escaped, in the pattern if there is one."""
        if not self.pattern:
            return text
        return self.pattern.format(_WILDCARD.sub(r"\\\1", text))


def read(word: str) -> Operator:
    """The operator of a word; unknown words stay as they are."""
    if word in LITERAL:
        return Operator(*LITERAL[word])
    return Operator(NAMES.get(word, SYNONYMS.get(word, word)))


def offered(operators: Iterable[str]) -> str:
    """A list of operators for error messages, with the names that they have."""
    allowed = set(operators)
    names = {name for name, operator in NAMES.items() if operator in allowed}
    names |= {name for name, (operator, _) in LITERAL.items() if operator in allowed}
    return ", ".join([*sorted(allowed), *sorted(names)])
