"""The schemas that apply to one value, and what they say together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

_OBJECT = ("properties", "required", "patternProperties", "minProperties")
_ARRAY = ("items", "prefixItems", "minItems", "contains")
_STRING = ("pattern", "minLength", "maxLength", "format")
_NUMBER = ("minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum")
_KEYWORDS = {
    "object": _OBJECT,
    "array": _ARRAY,
    "string": _STRING,
    "number": _NUMBER,
}


class Part(NamedTuple):
    """A schema, with what its references are relative to."""

    schema: Any
    resolver: Any


class Parts:
    """All schemas that apply to one value, and what they say together."""

    def __init__(self, parts: list[Part]) -> None:
        self.parts = parts

    def each(self, keyword: str) -> Iterator[Part]:
        """Yield the values of a keyword."""
        for schema, resolver in self.parts:
            if keyword in schema:
                yield Part(schema[keyword], resolver)

    def values(self, keyword: str) -> list[Any]:
        return [part.schema for part in self.each(keyword)]

    def has(self, keywords: Iterable[str]) -> bool:
        return any(k in schema for schema, _resolver in self.parts for k in keywords)

    def fixed(self, hints: bool) -> list[Any]:
        """Return the values that the schemas name, the best first."""
        named = self.values("const")
        if hints:
            named += [each for values in self.values("examples") for each in values]
            named += [*self.values("example"), *self.values("default")]
        return named + [each for values in self.values("enum") for each in values]

    def type(self) -> str | None:
        """Return the type of the value, or None if any will do."""
        allowed: list[str] | None = None
        for value in self.values("type"):
            names = [value] if isinstance(value, str) else value
            allowed = names if allowed is None else _common(allowed, names)
        if allowed is None:
            found = (t for t, keywords in _KEYWORDS.items() if self.has(keywords))
            return next(found, None)
        return next((t for t in allowed if t != "null"), allowed[0] if allowed else "")

    def range(self, is_integer: bool) -> tuple[float, float]:
        """Return the lowest and the highest number."""
        lowest = [-math.inf, *self.values("minimum")]
        highest = [math.inf, *self.values("maximum")]
        gap = 1 if is_integer else 1e-3
        for value in self.values("exclusiveMinimum"):
            # draft 4 has a boolean beside "minimum"
            lowest.append((max(lowest) if value is True else value) + gap)
        for value in self.values("exclusiveMaximum"):
            highest.append((min(highest) if value is True else value) - gap)
        return max(lowest), min(highest)


def _common(names: list[str], others: list[str]) -> list[str]:
    """Return the types that both lists allow; each integer is a number."""
    integer = ["integer"] if {"integer", "number"} <= {*names, *others} else []
    return [name for name in names if name in others] or integer
