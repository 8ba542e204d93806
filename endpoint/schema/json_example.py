"""A small value that a JSON Schema accepts, to show callers what to send.

The value is built from the schema and then validated with it: a caller sees an example
that works, or none. The work is limited.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from referencing.exceptions import Unresolvable

from . import ecma, sample
from .dialects import published
from .errors import SchemaError
from .json_body import JsonBody, check
from .parts import Part, Parts
from .run import Limited
from .sample import Impossible

MAX_SCHEMA = 100_000  # characters
MAX_EXAMPLE = 2_000  # characters
MAX_DEPTH = 20  # levels of schemas
MAX_STEPS = 2_000  # schemas that one try visits
MAX_ITEMS = 20
# validators read them as parts of other keywords, or not at all
OTHER_KEYWORDS = (
    *("default", "dependencies", "example", "examples"),
    *("exclusiveMaximum", "exclusiveMinimum"),
)
MAX_SHOWN = 4  # levels with items that the schema does not require
# a try: whether it uses examples and default values, and which alternative it takes
TRIES = ((True, 0), (False, 0), (False, 1), (False, 2), (False, 3))


def example(schema_text: str) -> str | None:
    """Return a body as JSON text, or None."""
    if len(schema_text) > MAX_SCHEMA:
        return None
    try:
        # a form also shows schemas that are not saved yet
        check(schema_text)
        body = JsonBody(schema_text, check_formats=True)
        with Limited(0):
            return next(_valid(body), None)
    except (SchemaError, Unresolvable, RecursionError):
        return None


def _valid(body: JsonBody) -> Iterator[str]:
    for hints, alternative in TRIES:
        try:
            value = _Builder(body, hints, alternative).root()
        except Impossible:
            continue
        text = json.dumps(value, ensure_ascii=False)
        if len(text) <= MAX_EXAMPLE and not body.errors(text.encode()):
            yield text


class _Builder:
    """Builds one value. ``alternative``: which schema of anyOf and oneOf it takes."""

    def __init__(self, body: JsonBody, hints: bool, alternative: int) -> None:
        self.dialect = body.dialect
        self.known = {*OTHER_KEYWORDS, *body.dialect.base.VALIDATORS}
        self.hints, self.alternative = hints, alternative
        self.steps = 0
        resource = self.dialect.specification.create_resource(body.schema)
        self.start = Part(body.schema, published().resolver_with_root(resource))

    def root(self) -> Any:
        return self.value([self.start], 0)

    def value(self, starts: list[Part], depth: int) -> Any:
        parts = Parts([p for start in starts for p in self._parts(start, depth)])
        fixed = parts.fixed(self.hints)
        if fixed:
            return fixed[0]
        kind = parts.type()
        if kind is None:
            return sample.TEXT if depth else {}
        build = getattr(self, f"_build_{kind}", None)
        if build is None:
            raise Impossible
        return build(parts, depth)

    def _parts(self, start: Part, depth: int) -> Iterator[Part]:
        """Yield a schema and those that apply to the same value."""
        self.steps += 1
        if start.schema is False or self.steps > MAX_STEPS or depth > MAX_DEPTH:
            raise Impossible
        if start.schema is True:
            return
        inside = self.dialect.specification.create_resource(start.schema)
        # nobody has checked what stands in keywords of other drafts
        known = {k: v for k, v in start.schema.items() if k in self.known}
        part = Part(known, start.resolver.in_subresource(inside))
        yield part
        for each in self._in_place(part):
            yield from self._parts(each, depth + 1)

    def _in_place(self, part: Part) -> Iterator[Part]:
        schema, resolver = part
        for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
            if keyword in schema:
                resolved = resolver.lookup(schema[keyword])
                yield Part(resolved.contents, resolved.resolver)
        for each in schema.get("allOf", ()):
            yield Part(each, resolver)
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                options = schema[keyword]
                yield Part(options[self.alternative % len(options)], resolver)

    # --- values by type ----------------------------------------------------------

    def _build_null(self, parts: Parts, depth: int) -> None:
        return None

    def _build_boolean(self, parts: Parts, depth: int) -> bool:
        return True

    def _build_integer(self, parts: Parts, depth: int) -> int | float:
        step = max([1, *parts.values("multipleOf")])
        return sample.number(*parts.range(True), step, is_integer=True)

    def _build_number(self, parts: Parts, depth: int) -> int | float:
        step = max([0, *parts.values("multipleOf")])
        return sample.number(*parts.range(False), step, is_integer=False)

    def _build_string(self, parts: Parts, depth: int) -> str:
        for pattern in parts.values("pattern"):
            # what it names is often a plain word
            if not ecma.compiled(pattern).search(sample.TEXT):
                return sample.matching(pattern)
        for name in parts.values("format"):
            if name in sample.FORMATS:
                return sample.FORMATS[name]
        shortest = int(max([0, *parts.values("minLength")]))
        return sample.text(shortest, min([math.inf, *parts.values("maxLength")]))

    def _build_array(self, parts: Parts, depth: int) -> list[Any]:
        prefix, items = _items(parts)
        contains = [*parts.each("contains")]
        fewest = int(max([0, *parts.values("minItems")]))
        # an empty list would show nothing; lists in lists have an end
        usual = 1 if (items or contains) and depth < MAX_SHOWN else 0
        usual = max([usual, *(len(p.schema) for p in prefix)])
        count = int(min([max(fewest, usual), *parts.values("maxItems")]))
        if count > MAX_ITEMS:
            raise Impossible
        members = [_member(prefix, number) or items for number in range(count)]
        if members:
            members[-1] = members[-1] + contains
        try:
            values = [self.value(starts, depth + 1) for starts in members]
        except Impossible:
            if fewest:
                raise
            return []
        return _distinct(values) if True in parts.values("uniqueItems") else values

    def _build_object(self, parts: Parts, depth: int) -> dict[str, Any]:
        declared = [name for values in parts.values("properties") for name in values]
        names = [
            name
            for values in parts.values("required")
            if isinstance(values, list)
            for name in values
        ]
        fewest = int(max([0, *parts.values("minProperties")]))
        if not names and not depth and not self.alternative:
            # nothing is required: an empty object would show nothing
            names = declared[:MAX_ITEMS]
        more = iter([*declared, *(f"name{number}" for number in range(MAX_ITEMS))])
        members: dict[str, Any] = {}
        while names or len(members) < fewest:
            name = names.pop(0) if names else next(more, None)
            if name is None:
                raise Impossible
            if name not in members:
                members[name] = self.value(_members(parts, name), depth + 1)
                names += _dependent(parts, name)
        return members


def _items(parts: Parts) -> tuple[list[Part], list[Part]]:
    """Return the lists of schemas of the first items, and the schemas of the others."""
    own = [*parts.each("items")]
    lists = [part for part in own if isinstance(part.schema, list)]
    others = [part for part in own if not isinstance(part.schema, list)]
    if lists:
        # until 2019-09
        others += parts.each("additionalItems")
    return [*parts.each("prefixItems"), *lists], others


def _member(prefix: list[Part], number: int) -> list[Part]:
    """Return the schemas of the item with this number."""
    longer = (part for part in prefix if number < len(part.schema))
    return [Part(part.schema[number], part.resolver) for part in longer]


def _members(parts: Parts, name: str) -> list[Part]:
    """Return the schemas of a property."""
    found: list[Part] = []
    for schema, resolver in parts.parts:
        named = schema.get("properties", {})
        matching = schema.get("patternProperties", {})
        own = [named[name]] if name in named else []
        own += [s for p, s in matching.items() if ecma.compiled(p).search(name)]
        if not own and "additionalProperties" in schema:
            own = [schema["additionalProperties"]]
        found += [Part(each, resolver) for each in own]
    return found


def _dependent(parts: Parts, name: str) -> list[str]:
    """Return the properties that a property requires."""
    return [
        each
        for keyword in ("dependentRequired", "dependencies")
        for values in parts.values(keyword)
        if isinstance(values.get(name), list)
        for each in values[name]
    ]


def _distinct(values: list[Any]) -> list[Any]:
    """Return the values with repeated numbers and texts made different."""
    changed: list[Any] = []
    for number, value in enumerate(values):
        if value in changed and isinstance(value, str):
            value = f"{value}{number}"
        elif value in changed and isinstance(value, int):
            value += number
        changed.append(value)
    return changed
