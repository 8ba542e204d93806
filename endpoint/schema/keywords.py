"""Keywords of JSON Schema whose work jsonschema does not bound, or gets wrong.

Each is a function of jsonschema's form: (validator, value of the keyword, instance,
schema) → errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, localcontext
from itertools import islice
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

from . import ecma, run, unevaluated

Errors = Iterator[ValidationError]

MAX_EXPLAINED = 20  # failed alternatives of a body that are looked into
MAX_PER_BRANCH = 20  # errors
PYTHON_TYPES = {
    "array": list,
    "boolean": bool,
    "integer": int,
    "object": dict,
    "string": str,
}
_any_type: Any = Draft7Validator.VALIDATORS["type"]
MISMATCH = ("type", "const", "enum", "not", None)  # None: the schema ``false``


def type_(validator: Any, value: Any, instance: Any, schema: Any) -> Any:
    """The common case quickly: most values are of the one type that a schema names."""
    if isinstance(value, str) and type(instance) is PYTHON_TYPES.get(value):
        return ()
    return _any_type(validator, value, instance, schema)


def pattern(validator: Any, value: str, instance: Any, schema: Any) -> Errors:
    if isinstance(instance, str) and not ecma.found(value, instance):
        yield ValidationError(f"{instance!r} does not match {value!r}")


def pattern_properties(
    validator: Any, value: Any, instance: Any, schema: Any
) -> Errors:
    if not isinstance(instance, dict):
        return
    for pattern, subschema in value.items():
        for name, item in instance.items():
            if ecma.found(pattern, name):
                yield from validator.descend(
                    item, subschema, path=name, schema_path=pattern
                )


def additional_properties(
    validator: Any, value: Any, instance: Any, schema: Any
) -> Errors:
    if not isinstance(instance, dict) or value is True:
        return
    known = schema.get("properties", ())
    patterns = schema.get("patternProperties", ())
    extra = [
        name
        for name in instance
        if name not in known and not any(ecma.found(p, name) for p in patterns)
    ]
    if value is not False:
        for name in extra:
            yield from validator.descend(instance[name], value, path=name)
    elif extra:
        yield ValidationError(_unexpected("Additional properties", extra))


def unevaluated_properties(
    validator: Any, value: Any, instance: Any, schema: Any
) -> Errors:
    if not isinstance(instance, dict):
        return
    known = unevaluated.properties(validator, instance, schema)
    names = [name for name in instance if name not in known]
    if value is False and names:
        yield ValidationError(_unexpected("Unevaluated properties", names))
    elif value is not True:
        for name in names:
            yield from validator.descend(instance[name], value, path=name)


def unevaluated_items(validator: Any, value: Any, instance: Any, schema: Any) -> Errors:
    if not isinstance(instance, list):
        return
    known = unevaluated.items(validator, instance, schema)
    indexes = [index for index in range(len(instance)) if index not in known]
    if value is False and indexes:
        unexpected = [instance[index] for index in indexes]
        yield ValidationError(_unexpected("Unevaluated items", unexpected))
    elif value is not True:
        for index in indexes:
            yield from validator.descend(instance[index], value, path=index)


def _unexpected(what: str, values: list[Any]) -> str:
    """Return jsonschema's message; the first values are enough."""
    verb = "was" if len(values) == 1 else "were"
    named = ", ".join(map(repr, values[:20]))
    return f"{what} are not allowed ({named} {verb} unexpected)"


def unique_items(validator: Any, value: Any, instance: Any, schema: Any) -> Errors:
    if not value or not isinstance(instance, list):
        return
    seen = set()
    for item in instance:
        run.current().check()
        key = _identity(item)
        if key in seen:
            yield ValidationError(f"{instance!r} has non-unique elements")
            return
        seen.add(key)


def _identity(value: Any) -> Any:
    """Return what is equal for equal JSON values, with a hash of our own choice.

    1 equals 1.0 but not true. Python hashes numbers predictably: many of them with
    one hash would make the set slow. Texts are hashed with a secret.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return frozenset((name, _identity(item)) for name, item in value.items())
    if isinstance(value, list):
        return tuple(map(_identity, value))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    # a tuple, as it must differ from the text "1"
    return (repr(value), None)


def multiple_of(validator: Any, value: Any, instance: Any, schema: Any) -> Errors:
    """As written: 19.99 is a multiple of 0.01, which binary fractions deny."""
    if isinstance(instance, bool) or not isinstance(instance, int | float):
        return
    if not _is_multiple(instance, value):
        yield ValidationError(f"{instance!r} is not a multiple of {value}")


def _is_multiple(number: int | float, of: int | float) -> bool:
    if isinstance(number, int) and isinstance(of, int):
        return number % of == 0
    amount, unit = Decimal(repr(number)), Decimal(repr(of))
    if not amount.is_finite():
        return False
    with localcontext() as context:
        # the quotient's digits: doubles span 617 orders of magnitude
        context.prec = max(700, amount.adjusted() - unit.adjusted() + 40)
        return amount % unit == 0


def any_of(validator: Any, value: Any, instance: Any, schema: Any) -> Errors:
    if not any(run.holds(validator, instance, branch) for branch in value):
        yield from _none_matches(validator, value, instance)


def one_of(validator: Any, value: Any, instance: Any, schema: Any) -> Errors:
    matching = (b for b in value if run.holds(validator, instance, b))
    first = list(islice(matching, 2))
    if not first:
        yield from _none_matches(validator, value, instance)
    elif len(first) == 2:
        both = " and ".join(repr(branch)[:100] for branch in first)
        yield ValidationError(f"{instance!r} is valid under each of {both}")


def not_(validator: Any, value: Any, instance: Any, schema: Any) -> Errors:
    if run.holds(validator, instance, value):
        yield ValidationError(f"{instance!r} should not be valid under {value!r}")


def if_(validator: Any, value: Any, instance: Any, schema: Any) -> Errors:
    chosen = "then" if run.holds(validator, instance, value) else "else"
    if chosen in schema:
        yield from validator.descend(instance, schema[chosen], schema_path=chosen)


def _none_matches(validator: Any, branches: list[Any], instance: Any) -> Errors:
    """Yield the errors of the branch that came closest, or one for all of them."""
    state = run.current()
    if state.quick:
        yield ValidationError("no branch matches")
    elif closest := _closest(validator, branches, instance, state):
        yield from closest
    else:
        message = f"{instance!r} is not valid under any of the given schemas"
        yield ValidationError(message)


def _closest(
    validator: Any, branches: list[Any], instance: Any, state: run.Run
) -> list[ValidationError]:
    """Return the errors of the closest branch, none when several are as close."""
    if state.explained == MAX_EXPLAINED:
        return []
    state.explained += 1
    ranked = []
    for number, branch in enumerate(branches):
        errors = validator.descend(instance, branch, schema_path=number)
        found = list(islice(errors, MAX_PER_BRANCH))
        ranked.append((_distance(found), number, found))
    ranked.sort(key=lambda each: each[:2])
    distance, number, found = ranked[0]
    is_tie = len(ranked) > 1 and ranked[1][0] == distance
    if is_tie or distance[0]:
        return []
    for error in found:
        if " (closest: " not in error.message:
            error.message += f" (closest: {_name(branches[number], number)})"
    return found


def _distance(errors: list[ValidationError]) -> tuple[bool, bool, int]:
    """Say how far a value is from a schema.

    A value of another type is far, and so is an object whose constant property, as
    ``resourceType`` in FHIR, has another value.
    """
    is_other = any(not e.path and e.validator in MISMATCH for e in errors)
    constants = [e for e in errors if e.validator in ("const", "enum")]
    return (is_other, any(len(e.path) == 1 for e in constants), len(errors))


def _name(branch: Any, number: int) -> str:
    names = (branch.get("title"), branch.get("$ref")) if branch else ()
    known = [name for name in names if isinstance(name, str)]
    return known[0][:100] if known else f"schema {number + 1}"


KEYWORDS = {
    "pattern": pattern,
    "patternProperties": pattern_properties,
    "additionalProperties": additional_properties,
    "type": type_,
    "uniqueItems": unique_items,
    "multipleOf": multiple_of,
    "anyOf": any_of,
    "oneOf": one_of,
    "not": not_,
    "if": if_,
    "unevaluatedItems": unevaluated_items,
    "unevaluatedProperties": unevaluated_properties,
}
