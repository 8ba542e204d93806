"""The client for JavaScript, and its types for TypeScript. No Odoo here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..model import Api, Field
from . import names, shapes
from .quoting import comment
from .quoting import javascript as quote
from .shapes import Kind, Named, Style, kind, label

TEMPLATE, TYPES = "odoo-rest.mjs", "odoo-rest.d.mts"
STYLE = Style(quote, "null", names.camel)
_READ: Mapping[Kind, str] = {
    "text": "string | null",
    "integer": "number",
    "id": "number | null",
    "number": "number",
    "boolean": "boolean",
    "reference": "Reference | null",
    "file": "File | string | null",
    "any": "any",
}
_WRITTEN: Mapping[Kind, str] = {
    "text": "string",
    "integer": "number",
    "id": "number",
    "number": "number",
    "boolean": "boolean",
    "link": "Link",
    "links": "Links",
    "reference": "Reference",
    "file": "File | string",
    "any": "any",
}


def render(api: Api, database: str | None = None) -> str:
    """The module."""
    accessors = "\n".join(map(_accessor, _named(api).values()))
    return shapes.filled(
        shapes.template(TEMPLATE),
        api,
        STYLE,
        database,
        TYPES_URL=comment(f"{api.url}/sdk/typescript"),
        ACCESSORS=accessors,
    )


def render_types(api: Api, database: str | None = None) -> str:
    """The declarations of the module."""
    known = _named(api)
    types = "\n".join(_types(each, known) for each in known.values())
    return shapes.filled(
        shapes.template(TYPES),
        api,
        STYLE,
        database,
        TYPES=types,
        ACCESSORS="".join(map(_declared, known.values())),
    )


def _named(api: Api) -> dict[str, Named]:
    """The same names for both files."""
    both = shapes.template(TEMPLATE) + shapes.template(TYPES)
    return shapes.named(api, STYLE, both)


def _accessor(each: Named) -> str:
    return (
        f"  /** {each.text} */\n"
        f"  get {each.accessor}() {{\n"
        f"    return new Resource(this, {quote(each.resource.model)});\n"
        f"  }}\n"
    )


def _declared(each: Named) -> str:
    return (
        f"  /** {each.text} */\n"
        f"  readonly {each.accessor}: Resource<{each.type}, {each.values}>;\n"
    )


def _types(each: Named, known: Mapping[str, Named]) -> str:
    read = ((f, _read(f, known)) for f in each.resource.readable())
    written = ((f, _written(f)) for f in each.resource.writable())
    return (
        f"/** {each.text} */\n"
        f"{_interface(each.type, read)}{_interface(each.values, written)}"
    )


def _interface(name: str, fields: Iterable[tuple[Field, str]]) -> str:
    members = "".join(
        f"  /** {label(field)} */\n  {_member(field.name)}?: {type_};\n"
        for field, type_ in fields
    )
    return f"export interface {name} {{\n{members}}}\n"


def _member(name: str) -> str:
    return name if names.IDENTIFIER.fullmatch(name) else quote(name)


def _read(field: Field, known: Mapping[str, Named]) -> str:
    target = known.get(field.relation or "")
    match kind(field):
        case "choice":
            return f"{_choices(field)} | null"
        case "link":
            return f"{target.type if target else 'Reference'} | null"
        case "links":
            return f"number[] | {target.type}[]" if target else "number[]"
        case other:
            return _READ[other]


def _written(field: Field) -> str:
    found = kind(field)
    text = _choices(field) if found == "choice" else _WRITTEN[found]
    return text if field.required or found == "any" else f"{text} | null"


def _choices(field: Field) -> str:
    return " | ".join(quote(each.value) for each in field.choices or ())
