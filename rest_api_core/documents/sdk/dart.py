"""The client for Dart and Flutter. No Odoo here."""

from __future__ import annotations

from collections.abc import Mapping

from ..model import Api, Field
from . import names, shapes
from .quoting import dart as quote
from .shapes import Kind, Named, Style, kind, label

TEMPLATE = "odoo_rest.dart"
STYLE = Style(quote, "null", names.camel)
# type and expression, which gets the value of the field
_READ: Mapping[Kind, tuple[str, str]] = {
    "text": ("String?", "{} as String?"),
    "choice": ("String?", "{} as String?"),
    "integer": ("int?", "{} as int?"),
    "id": ("int?", "{} as int?"),
    "number": ("double?", "({} as num?)?.toDouble()"),
    "boolean": ("bool?", "{} as bool?"),
    "link": ("Reference?", "Reference.of({})"),
    "links": ("List<dynamic>?", "{} as List<dynamic>?"),
    "reference": ("Reference?", "Reference.of({})"),
    "file": ("dynamic", "{}"),
    "any": ("dynamic", "{}"),
}
_WRITTEN: Mapping[Kind, str] = {
    "text": "String?",
    "choice": "String?",
    "integer": "int?",
    "id": "int?",
    "number": "num?",
    "boolean": "bool?",
    "link": "Object?",
    "links": "Object?",
    "reference": "Object?",
    "file": "Object?",
    "any": "Object?",
}


def render(api: Api, database: str | None = None) -> str:
    text = shapes.template(TEMPLATE)
    known = shapes.named(api, STYLE, text)
    types = "\n".join(_types(each, known) for each in known.values())
    accessors = "".join(map(_accessor, known.values()))
    return shapes.filled(text, api, STYLE, database, TYPES=types, ACCESSORS=accessors)


def _types(each: Named, known: Mapping[str, Named]) -> str:
    properties = names.Names()
    members = {
        field.name: properties.take(names.camel(field.name))
        for field in each.resource.fields.values()
    }
    getters = "".join(
        f"\n  /// {label(field)}\n  {_getter(field, members[field.name], known)}\n"
        for field in each.resource.readable()
    )
    setters = "".join(
        f"\n  /// {label(field)}\n  {_setter(field, members[field.name])}\n"
        for field in each.resource.writable()
    )
    return (
        f"/// {each.text}\nclass {each.type} {{\n  {each.type}(this.json);\n\n"
        f"  final Json json;\n{getters}}}\n\n"
        f"/// What is written of it; what is not set stays as it is.\n"
        f"class {each.values} {{\n  final Json json = {{}};\n{setters}}}\n"
    )


def _getter(field: Field, name: str, known: Mapping[str, Named]) -> str:
    value = f"json[{quote(field.name)}]"
    target = known.get(field.relation or "")
    if kind(field) == "link" and target:
        return (
            f"{target.type}? get {name} =>\n"
            f"      {value} == null ? null : {target.type}({value} as Json);"
        )
    type_, expression = _READ[kind(field)]
    return f"{type_} get {name} => {expression.format(value)};"


def _setter(field: Field, name: str) -> str:
    type_ = _WRITTEN[kind(field)]
    return f"set {name}({type_} value) => json[{quote(field.name)}] = value;"


def _accessor(each: Named) -> str:
    return (
        f"\n  /// {each.text}\n"
        f"  Resource<{each.type}, {each.values}> get {each.accessor} => Resource(\n"
        f"        this,\n        {quote(each.resource.model)},\n"
        f"        {each.type}.new,\n        (values) => values.json,\n      );\n"
    )
