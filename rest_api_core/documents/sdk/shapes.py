"""What the templates of all languages are filled with. No Odoo here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from ..model import Api, Field, Resource
from . import names
from .quoting import comment

Kind = Literal[
    "text",
    "choice",
    "integer",
    "id",
    "number",
    "boolean",
    "link",
    "links",
    "reference",
    "file",
    "any",
]
MOST_CHOICES = 40  # of a selection that is typed by its values
_FOLDER = Path(__file__).parent / "templates"
_MARK = re.compile(r"@@([A-Z_]+)@@")
_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("char", "text", "html", "date", "datetime"), "text"),
    "selection": "choice",
    "integer": "integer",
    "many2one_reference": "id",
    **dict.fromkeys(("float", "monetary"), "number"),
    "boolean": "boolean",
    "many2one": "link",
    **dict.fromkeys(("one2many", "many2many"), "links"),
    "reference": "reference",
    **dict.fromkeys(("binary", "image"), "file"),
}


@dataclass(frozen=True)
class Named:
    """A resource with the names of its types, read and written, and its accessor."""

    resource: Resource
    type: str
    values: str
    accessor: str

    @property
    def text(self) -> str:
        """For comments: its name, its model and its methods."""
        told = f"{self.resource.name} ({self.resource.model})"
        if self.resource.methods:
            methods = ", ".join(each.name for each in self.resource.methods)
            told += f"; methods for call: {methods}"
        return comment(told)


@dataclass(frozen=True)
class Style:
    """How a language writes.

    :param quote: a text as a literal; :param nothing: null
    :param accessor: the name of an accessor, from that of a model
    """

    quote: Callable[[str], str]
    nothing: str
    accessor: Callable[[str], str]


def kind(field: Field) -> Kind:
    """Of its values; masked ones are text, whatever they are."""
    if field.mask:
        return "text"
    found = _KINDS.get(field.type, "any")
    if found == "choice" and not 0 < len(field.choices or ()) <= MOST_CHOICES:
        return "text"
    return found


def named(api: Api, style: Style, template: str) -> dict[str, Named]:
    """The resources by model; no name is a word of the template."""
    types, accessors = names.Names(template), names.Names(template)
    found = {}
    for resource in api.resources:
        name = types.take(names.pascal(resource.model))
        values = types.take(f"{name}Values")
        accessor = accessors.take(style.accessor(resource.model))
        found[resource.model] = Named(resource, name, values, accessor)
    return found


def label(field: Field) -> str:
    """For comments: what the field is called, and whether a new record needs it."""
    return comment(f"{field.label}, required" if field.needed else field.label)


@cache
def template(name: str) -> str:
    return (_FOLDER / f"{name}.tmpl").read_text("utf-8")


def filled(
    text: str, api: Api, style: Style, database: str | None, **parts: str
) -> str:
    """The template, with what is the same in all languages and these parts."""
    values = {
        "TITLE": comment(api.title),
        "URL": comment(api.url),
        "CLIENT_DOC": comment(f"{api.title} at {api.url}"),
        "BASE_URL": style.quote(api.url),
        "DATABASE": style.nothing if database is None else style.quote(database),
        "PAGE_SIZE": str(min(500, api.bounds.max_limit)),
        "MAX_BODY": str(api.bounds.max_body),
        **parts,
    }
    return _MARK.sub(lambda match: values[match[1]], text)
