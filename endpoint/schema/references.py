"""Check a JSON Schema on save: each reference, pattern and subschema.

What this accepts, a worker compiles without checking it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema.exceptions import best_match
from referencing.exceptions import Unresolvable

from . import ecma
from .dialects import Dialect, described, dialect_of, published
from .errors import MAX_MESSAGE, SchemaError

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

    The meta-schema knows the subschemas of a schema, but not what is referenced
    elsewhere, for example below a keyword that it does not know.

    ``edges``: ids of schemas → those that apply to the same value.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.described = described(dialect)
        self.edges: dict[int, list[tuple[int, str]]] = {}
        self.pending: list[tuple[Any, Any, str]] = []
        self.references: list[tuple[dict[str, Any], str, Any, str]] = []

    def check(self, schema: Any) -> None:
        """Raise SchemaError for what could not be validated with."""
        self._check_meta_schema(schema, "$")
        self.pending.append((schema, resolver_of(schema, self.dialect), "$"))
        while self.pending or self.references:
            # subschemas first: a reference to one of them leads to nothing new
            self._visit_pending()
            if self.references:
                self._follow(*self.references.pop())
        self._check_loops()

    def _check_meta_schema(self, schema: Any, path: str) -> None:
        base = self.dialect.base
        error = best_match(base(base.META_SCHEMA).iter_errors(schema))
        if error is not None:
            here = path + error.json_path.removeprefix("$")
            raise _invalid(error.message[:MAX_MESSAGE], here)

    def _visit_pending(self) -> None:
        while self.pending:
            node, resolver, path = self.pending.pop()
            if isinstance(node, dict) and id(node) not in self.edges:
                self.edges[id(node)] = []
                self._visit(node, resolver, path)

    def _visit(self, node: dict[str, Any], resolver: Any, path: str) -> None:
        self._check_keywords(node, path)
        resolver = _inside(resolver, node, self.dialect, path)
        alone = self.dialect.ref_is_alone and "$ref" in node
        for keyword, subschema, subpath in _subschemas(node, path):
            if keyword not in self.described:
                continue
            self.pending.append((subschema, resolver, subpath))
            if keyword in IN_PLACE and not alone:
                self.edges[id(node)].append((id(subschema), subpath))
        for keyword in REFERENCES:
            if keyword in self.dialect.base.VALIDATORS and keyword in node:
                self.references.append((node, keyword, resolver, path))

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
        if not isinstance(reference, str):
            raise _invalid(f"{keyword} must be a text", path)
        try:
            resolved = resolver.lookup(reference)
        except (Unresolvable, ValueError, TypeError, LookupError) as error:
            raise _invalid(
                f"cannot resolve {reference} within this schema", path
            ) from error
        if not isinstance(resolved.contents, dict | bool):
            raise _invalid(f"{reference} is not a schema", path)
        if id(resolved.contents) not in self.edges:
            self._check_meta_schema(resolved.contents, path)
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


def resolver_of(schema: Any, dialect: Dialect) -> Any:
    """Return the resolver of a whole schema; raises SchemaError."""
    resource = dialect.specification.create_resource(schema)
    try:
        return published().resolver_with_root(resource)
    except (ValueError, AttributeError) as error:
        raise _invalid(f"the identifier is not a URI: {error}", "$") from error


def _inside(resolver: Any, node: dict[str, Any], dialect: Dialect, path: str) -> Any:
    """Return the resolver with the base that the identifier of a schema sets."""
    try:
        return resolver.in_subresource(dialect.specification.create_resource(node))
    except ValueError as error:
        raise _invalid(f"the identifier is not a URI: {error}", path) from error


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
