"""The client for PHP. No Odoo here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..model import Api, Field
from . import names, shapes
from .quoting import comment
from .quoting import php as quote
from .shapes import Kind, Named, Style, kind, label

TEMPLATE = "OdooRest.php"
STYLE = Style(quote, "null", names.camel)
_READ: Mapping[Kind, str] = {
    "text": "?string",
    "choice": "?string",
    "integer": "int",
    "id": "?int",
    "number": "int|float",
    "boolean": "bool",
    "link": "?array<string, mixed>",
    "links": "list<mixed>",
    "reference": "?array<string, mixed>",
    "file": "array<string, mixed>|string|null",
    "any": "mixed",
}
_WRITTEN: Mapping[Kind, str] = {
    "text": "?string",
    "choice": "?string",
    "integer": "?int",
    "id": "?int",
    "number": "int|float|null",
    "boolean": "?bool",
    "link": "int|array<string, mixed>|null",
    "links": "array<mixed>",
    "reference": "?array<string, mixed>",
    "file": "string|array<string, mixed>|null",
    "any": "mixed",
}


def render(api: Api, database: str | None = None) -> str:
    text = shapes.template(TEMPLATE)
    known = shapes.named(api, STYLE, text)
    accessors = "\n".join(map(_accessor, known.values()))
    return shapes.filled(text, api, STYLE, database, ACCESSORS=accessors)


def _accessor(each: Named) -> str:
    """With the fields in its comment, where PHPStan, Psalm and editors read them."""
    read, written = each.resource.readable(), each.resource.writable()
    shapes_ = f"{_shape(read, _READ)}, {_shape(written, _WRITTEN)}"
    labels = "".join(
        f"     * - {comment(f.name)}: {label(f)}\n"
        for f in each.resource.fields.values()
    )
    return (
        f"    /**\n     * {each.text}\n     *\n{labels}     *\n"
        f"     * @return Resource<{shapes_}>\n     */\n"
        f"    public function {each.accessor}(): Resource\n    {{\n"
        f"        return new Resource($this, {quote(each.resource.model)});\n    }}\n"
    )


def _shape(fields: Iterable[Field], types: Mapping[Kind, str]) -> str:
    members = ", ".join(
        f"{field.name}?: {types[kind(field)]}"
        for field in fields
        if names.IDENTIFIER.fullmatch(field.name)
    )
    return f"array{{{members}}}" if members else "array<string, mixed>"
