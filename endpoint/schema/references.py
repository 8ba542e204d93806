"""Check a JSON Schema on save: each reference, pattern and subschema.

What this accepts, a worker compiles without checking it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from referencing.exceptions import Unresolvable

from . import ecma
from .dialects import Dialect, dialect_of
from .errors import SchemaError

SCHEMA = frozenset(
    (
        *("additionalItems", "additionalProperties", "contains", "contentSchema"),
        *("else", "if", "items", "not", "propertyNames", "then"),
        *("unevaluatedItems", "unevaluatedProperties"),
    )
)
LIST = frozenset(("allOf", "anyOf", "items", "oneOf", "prefixItems"))
MAPPING = frozenset(
    (
        *("$defs", "definitions", "dependencies", "dependentSchemas"),
        *("patternProperties", "properties"),
    )
)
REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
# keywords whose schemas apply to the same value: through them, a loop has no end
IN_PLACE = frozenset(
    (
        *("allOf", "anyOf", "oneOf", "not", "if", "then", "else"),
        *("dependencies", "dependentSchemas"),
    )
)


class Checker:
    """Visits each schema once, with the base URI that its references have.

    ``edges``: ids of schemas → those that apply to the same value.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.edges: dict[int, list[tuple[int, str]]] = {}
        self.pending: list[tuple[Any, Any, str]] = []

    def check(self, schema: Any, resolver: Any) -> None:
        """Raise SchemaError for what could not be validated with."""
        self.pending.append((schema, resolver, "$"))
        while self.pending:
            node, node_resolver, path = self.pending.pop()
            if isinstance(node, dict) and id(node) not in self.edges:
                self.edges[id(node)] = []
                self._visit(node, node_resolver, path)
        self._check_loops()

    def _visit(self, node: dict[str, Any], resolver: Any, path: str) -> None:
        self._check_keywords(node, path)
        inside = self.dialect.specification.create_resource(node)
        resolver = resolver.in_subresource(inside)
        alone = self.dialect.ref_is_alone and "$ref" in node
        for keyword, subschema, subpath in _subschemas(node, path):
            self.pending.append((subschema, resolver, subpath))
            if keyword in IN_PLACE and not alone:
                self.edges[id(node)].append((id(subschema), subpath))
        for keyword in REFERENCES:
            if keyword in self.dialect.base.VALIDATORS and keyword in node:
                self._follow(node, keyword, resolver, path)

    def _check_keywords(self, node: dict[str, Any], path: str) -> None:
        if dialect_of(node, self.dialect) is not self.dialect:
            raise _invalid("another dialect than that of the whole schema", path)
        if "nullable" in node:
            hint = '"nullable" is of OpenAPI 3.0; write "type": ["string", "null"]'
            raise _invalid(hint, path)
        patterns = [*node.get("patternProperties", ()), node.get("pattern")]
        for pattern in patterns:
            _check_pattern(pattern, path)

    def _follow(
        self, node: dict[str, Any], keyword: str, resolver: Any, path: str
    ) -> None:
        reference = node[keyword]
        try:
            resolved = resolver.lookup(reference)
        except (Unresolvable, ValueError, TypeError, LookupError) as error:
            raise _invalid(
                f"cannot resolve {reference} within this schema", path
            ) from error
        if not isinstance(resolved.contents, dict | bool):
            raise _invalid(f"{reference} is not a schema", path)
        self.pending.append((resolved.contents, resolved.resolver, path))
        self.edges[id(node)].append((id(resolved.contents), path))

    def _check_loops(self) -> None:
        """Raise SchemaError when a schema applies to a value again and again."""
        finished: set[int] = set()
        for start in self.edges:
            open_nodes: dict[int, Iterator[tuple[int, str]]] = {}
            self._enter(start, open_nodes, finished)
            while open_nodes:
                node = next(reversed(open_nodes))
                following = next(open_nodes[node], None)
                if following is None:
                    del open_nodes[node]
                    finished.add(node)
                elif following[0] in open_nodes:
                    raise _invalid("the references form an endless loop", following[1])
                else:
                    self._enter(following[0], open_nodes, finished)

    def _enter(
        self,
        node: int,
        open_nodes: dict[int, Iterator[tuple[int, str]]],
        finished: set[int],
    ) -> None:
        if node not in finished:
            open_nodes[node] = iter(self.edges.get(node, ()))


def _subschemas(node: dict[str, Any], path: str) -> Iterator[tuple[str, Any, str]]:
    """Yield keyword, subschema and path. Other values are data."""
    for keyword, value in node.items():
        here = f"{path}.{keyword}"
        if keyword in SCHEMA and isinstance(value, dict):
            yield keyword, value, here
        elif keyword in LIST and isinstance(value, list):
            for number, each in enumerate(value):
                yield keyword, each, f"{here}[{number}]"
        elif keyword in MAPPING and isinstance(value, dict):
            for name, each in value.items():
                yield keyword, each, f"{here}.{name}"


def _check_pattern(pattern: Any, path: str) -> None:
    try:
        if isinstance(pattern, str):
            ecma.compiled(pattern)
    except ecma.PatternError as error:
        raise _invalid(f"pattern {pattern}: {error}", path) from error


def _invalid(reason: str, path: str) -> SchemaError:
    return SchemaError("schema", f"{reason} (at {path})")


def undeclared(schema: Any) -> Any:
    """Return a schema without any ``$schema``: jsonschema would leave our keywords."""
    if not isinstance(schema, dict):
        return schema
    copy = {key: value for key, value in schema.items() if key != "$schema"}
    for key, value in copy.items():
        if key in LIST and isinstance(value, list):
            copy[key] = [undeclared(each) for each in value]
        elif key in MAPPING and isinstance(value, dict):
            copy[key] = {name: undeclared(each) for name, each in value.items()}
        elif key in SCHEMA:
            copy[key] = undeclared(value)
    return copy
