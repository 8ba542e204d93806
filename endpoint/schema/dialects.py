"""The dialects of JSON Schema, and the validators of their keywords."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import jsonschema
from jsonschema.validators import create
from jsonschema_specifications import REGISTRY as PUBLISHED
from referencing import Registry, Resource, Specification
from referencing import jsonschema as specifications

from . import formats, keywords, run
from .errors import SchemaError


class Dialect(NamedTuple):
    """A draft; ``uri`` lacks the scheme, as authors write both http and https."""

    name: str
    uri: str
    base: Any
    specification: Specification[Any]

    @property
    def ref_is_alone(self) -> bool:
        """Whether a ``$ref`` makes the keywords beside it meaningless."""
        return self.name.startswith("draft")


_DIALECTS = (
    Dialect(
        "2020-12",
        "json-schema.org/draft/2020-12/schema",
        jsonschema.Draft202012Validator,
        specifications.DRAFT202012,
    ),
    Dialect(
        "2019-09",
        "json-schema.org/draft/2019-09/schema",
        jsonschema.Draft201909Validator,
        specifications.DRAFT201909,
    ),
    Dialect(
        "draft 7",
        "json-schema.org/draft-07/schema",
        jsonschema.Draft7Validator,
        specifications.DRAFT7,
    ),
    Dialect(
        "draft 6",
        "json-schema.org/draft-06/schema",
        jsonschema.Draft6Validator,
        specifications.DRAFT6,
    ),
    Dialect(
        "draft 4",
        "json-schema.org/draft-04/schema",
        jsonschema.Draft4Validator,
        specifications.DRAFT4,
    ),
)
DIALECTS = {dialect.uri: dialect for dialect in _DIALECTS}
DEFAULT = _DIALECTS[0]


def dialect_of(schema: Any, default: Dialect = DEFAULT) -> Dialect:
    """Return the dialect that ``$schema`` declares; raises SchemaError."""
    declared = schema.get("$schema") if isinstance(schema, dict) else None
    if declared is None:
        return default
    uri = str(declared).removesuffix("#").partition("://")[2]
    if uri not in DIALECTS:
        known = ", ".join(dialect.name for dialect in DIALECTS.values())
        raise SchemaError(
            "schema", f"the dialect {declared} is not supported. Supported: {known}"
        )
    return DIALECTS[uri]


@functools.cache
def validator_class(dialect: Dialect) -> Any:
    """Return jsonschema's validator with the keywords of this package."""
    base = dialect.base
    ours: dict[str, Any] = {**keywords.KEYWORDS, "format": _format}
    return create(
        meta_schema=base.META_SCHEMA,
        validators={
            # the newest drafts split it in two, but authors still write it
            "dependencies": jsonschema.Draft7Validator.VALIDATORS["dependencies"],
            **base.VALIDATORS,
            **{name: ours[name] for name in ours if name in base.VALIDATORS},
        },
        type_checker=base.TYPE_CHECKER,
        id_of=base.ID_OF,
        applicable_validators=_applicable(dialect.ref_is_alone),
    )


def _applicable(ref_is_alone: bool) -> Callable[[Any], Iterable[tuple[str, Any]]]:
    """Return the function that jsonschema calls for each schema it enters."""

    state, now = run.STATE, time.monotonic

    def applicable(schema: Any) -> Any:
        # not Run.check: this is called twice for each schema and value
        if now() > state.run.deadline:
            raise run.TooSlow
        if ref_is_alone and "$ref" in schema:
            return [("$ref", schema["$ref"])]
        return schema.items()

    return applicable


def _format(
    validator: Any, value: Any, instance: Any, schema: Any
) -> Iterable[jsonschema.ValidationError]:
    """``format_checker`` is only set where formats are to be checked."""
    is_checked = validator.format_checker and isinstance(instance, str)
    check = formats.FORMATS.get(value) if is_checked else None
    if check and not check(instance):
        yield jsonschema.ValidationError(f"{instance!r} is not a {value!r}")


@functools.cache
def described(dialect: Dialect) -> frozenset[str]:
    """Return the keywords that the meta-schema of a dialect describes."""
    folder = dialect.uri.rpartition("/")[0]
    parts = (uri for uri in PUBLISHED if uri.partition("://")[2].startswith(folder))
    return frozenset(
        name for uri in parts for name in PUBLISHED[uri].contents.get("properties", ())
    )


@functools.cache
def published() -> Registry[Any]:
    """Return the published meta-schemas, which a schema can reference.

    jsonschema would leave our keywords at a ``$schema``, so it is removed.
    """
    return Registry().with_resources((uri, _undeclared(uri)) for uri in PUBLISHED)


def _undeclared(uri: str) -> Resource[Any]:
    contents = dict(PUBLISHED[uri].contents)
    specification = specifications.specification_with(contents.pop("$schema"))
    return specification.create_resource(contents)
