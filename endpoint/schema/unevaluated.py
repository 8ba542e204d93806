"""Which properties and items the other keywords of a schema evaluate.

Needed by ``unevaluatedProperties`` and ``unevaluatedItems``. The result is a set:
jsonschema's own lists make it quadratic in the size of the body.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from referencing.jsonschema import DRAFT202012, lookup_recursive_ref

from . import ecma, run

Find = Callable[[Any, Any, dict[str, Any]], set[Any]]


def properties(validator: Any, instance: Any, schema: dict[str, Any]) -> set[str]:
    """Return the names that are evaluated beside ``unevaluatedProperties``."""
    if "additionalProperties" in schema:
        return set(instance)
    known = set(schema.get("properties", ())) & set(instance)
    for pattern in schema.get("patternProperties", ()):
        known.update(name for name in instance if ecma.found(pattern, name))
    return known | _in_place(validator, instance, schema, _properties)


def _properties(validator: Any, instance: Any, schema: dict[str, Any]) -> set[Any]:
    if "unevaluatedProperties" in schema:
        return set(instance)
    return properties(validator, instance, schema)


def items(validator: Any, instance: Any, schema: dict[str, Any]) -> set[int]:
    """Return the indexes that are evaluated beside ``unevaluatedItems``."""
    everything = set(range(len(instance)))
    is_new = "prefixItems" in validator.VALIDATORS
    prefix = schema.get("prefixItems" if is_new else "items", ())
    if not isinstance(prefix, list | tuple) or (is_new and "items" in schema):
        return everything
    if not is_new and "items" in schema and "additionalItems" in schema:
        return everything
    known = set(range(len(prefix)))
    if is_new and "contains" in schema:
        contains = schema["contains"]
        known |= {n for n in everything if run.holds(validator, instance[n], contains)}
    return known | _in_place(validator, instance, schema, _items)


def _items(validator: Any, instance: Any, schema: dict[str, Any]) -> set[Any]:
    if "unevaluatedItems" in schema:
        return set(range(len(instance)))
    return items(validator, instance, schema)


def _in_place(
    validator: Any, instance: Any, schema: dict[str, Any], find: Find
) -> set[Any]:
    """Return what the valid schemas that apply to the same value evaluate."""
    found: set[Any] = set()
    for inner, subschema in (
        *_referenced(validator, schema),
        *((validator, each) for each in _subschemas(validator, instance, schema)),
    ):
        if isinstance(subschema, dict) and run.holds(inner, instance, subschema):
            found |= find(_inside(inner, subschema), instance, subschema)
    return found


def _inside(validator: Any, schema: dict[str, Any]) -> Any:
    """Return the validator with the base of an ``$id``, if there is one."""
    if "$id" not in schema:
        return validator
    # both dialects that have these keywords read `$id` alike
    resource = DRAFT202012.create_resource(schema)
    resolver = validator._resolver.in_subresource(resource)
    return validator.evolve(schema=schema, _resolver=resolver)


def _referenced(validator: Any, schema: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
        if keyword in schema and keyword in validator.VALIDATORS:
            # jsonschema has no public access to its resolver
            resolver = validator._resolver
            resolved = (
                lookup_recursive_ref(resolver)
                if keyword == "$recursiveRef"
                else resolver.lookup(schema[keyword])
            )
            yield (
                validator.evolve(schema=resolved.contents, _resolver=resolved.resolver),
                resolved.contents,
            )


def _subschemas(validator: Any, instance: Any, schema: dict[str, Any]) -> Iterator[Any]:
    for keyword in ("allOf", "anyOf", "oneOf"):
        yield from schema.get(keyword, ())
    if isinstance(instance, dict):
        for name, subschema in schema.get("dependentSchemas", {}).items():
            if name in instance:
                yield subschema
    if "if" in schema:
        holds = run.holds(validator, instance, schema["if"])
        if holds:
            yield schema["if"]
        yield schema.get("then" if holds else "else")
