"""The client for Python. No Odoo here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..model import Api, Field
from . import names, shapes
from .quoting import python as quote
from .shapes import Kind, Named, Style, kind, label

TEMPLATE = "odoo_rest.py"
STYLE = Style(quote, "None", names.snake)
_READ: Mapping[Kind, str] = {
    "text": "str | None",
    "integer": "int",
    "id": "int | None",
    "number": "float",
    "boolean": "bool",
    "reference": "Reference | None",
    "file": "dict[str, Any] | str | None",
    "any": "Any",
}
_WRITTEN: Mapping[Kind, str] = {
    "text": "str",
    "integer": "int",
    "id": "int",
    "number": "float",
    "boolean": "bool",
    "link": "int | Mapping[str, Any]",
    "links": "Sequence[int | Mapping[str, Any]] | Mapping[str, Any]",
    "reference": "Mapping[str, Any]",
    "file": "str | Mapping[str, Any]",
    "any": "Any",
}


def render(api: Api, database: str | None = None) -> str:
    text = shapes.template(TEMPLATE)
    known = shapes.named(api, STYLE, text)
    return shapes.filled(
        text,
        api,
        STYLE,
        database,
        CLIENT_DOC=quote(f"{api.title} at {api.url}"),
        TYPES="\n".join(_types(each, known) for each in known.values()),
        ACCESSORS="".join(_accessor(each) for each in known.values()),
        ASYNC_ACCESSORS="".join(_async_accessor(each) for each in known.values()),
    )


def _types(each: Named, known: Mapping[str, Named]) -> str:
    read = ((f, _read(f, known)) for f in each.resource.readable())
    written = ((f, _written(f)) for f in each.resource.writable())
    return (
        f"# {each.text}\n"
        f"{_typed_dict(each.type, read)}{_typed_dict(each.values, written)}"
    )


def _typed_dict(name: str, fields: Iterable[tuple[Field, str]]) -> str:
    members = "".join(
        f"        {quote(field.name)}: {quote(type_)},  # {label(field)}\n"
        for field, type_ in fields
    )
    return (
        f"{name} = TypedDict(\n    {quote(name)},\n"
        f"    {{\n{members}    }},\n    total=False,\n)\n"
    )


def _read(field: Field, known: Mapping[str, Named]) -> str:
    target = known.get(field.relation or "")
    match kind(field):
        case "choice":
            return f"{_choices(field)} | None"
        case "link":
            return f"{target.type if target else 'Reference'} | None"
        case "links":
            return f"list[int] | list[{target.type}]" if target else "list[int]"
        case other:
            return _READ[other]


def _written(field: Field) -> str:
    found = kind(field)
    text = _choices(field) if found == "choice" else _WRITTEN[found]
    return text if field.required or found == "any" else f"{text} | None"


def _choices(field: Field) -> str:
    values = ", ".join(quote(each.value) for each in field.choices or ())
    return f"Literal[{values}]"


def _accessor(each: Named) -> str:
    return (
        f"\n    @property\n"
        f"    def {each.accessor}(self) -> Resource[{each.type}, {each.values}]:\n"
        f"        {quote(each.text)}\n"
        f"        return Resource(self, {quote(each.resource.model)})\n"
    )


def _async_accessor(each: Named) -> str:
    model = quote(each.resource.model)
    return (
        f"\n    @property\n"
        f"    def {each.accessor}(self) -> AsyncResource[{each.type}, {each.values}]:\n"
        f"        {quote(each.text)}\n"
        f"        resource: Resource[{each.type}, {each.values}]\n"
        f"        resource = Resource(self._client, {model})\n"
        f"        return AsyncResource(self._threads, resource)\n"
    )
