"""An API as one caller may use it: what all documents are made of. No Odoo here.

    api = env["rest.documents"]._described(context, context.api, url)
    api.resources[0].fields["partner_id"].relation     "res.partner"
    api.routes[0].path                                 "/api/v1/<model>/<ids>"

What the caller may not see is not in it: it needs no further checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..wire.operation import Operation, Right

Use = Literal["filter", "sort", "expand", "group_by"]


@dataclass(frozen=True)
class Choice:
    """A value of a selection, or a model of a reference, with its label."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """A field of a resource.

    :param type: Odoo's name of the type, see ``body.values``
    :param relation: the model behind a relation, which may be no resource
    :param choices: of a selection or reference; None for any value
    :param size: the most that a char (characters) or binary (bytes) takes
    :param readable: whether responses can have it; :param writable: bodies
    :param needed: whether a new record must be given a value
    :param required: whether it takes no null
    :param shown: whether a response has it where no fields are named
    :param uses: where a query can name it, besides ``fields``
    :param aggregates: the functions of ``aggregate``
    :param mask: the form of the value in responses, ``access.masking``
    :param virtual: whether the API alone has it: ``external_id``
    """

    name: str
    type: str
    label: str
    help: str = ""
    relation: str | None = None
    choices: tuple[Choice, ...] | None = None
    size: int | None = None
    readable: bool = True
    writable: bool = False
    needed: bool = False
    required: bool = False
    shown: bool = True
    uses: frozenset[Use] = frozenset()
    aggregates: tuple[str, ...] = ()
    mask: str | None = None
    virtual: bool = False


@dataclass(frozen=True)
class Method:
    """A method that the resource lists, and that the caller may call."""

    name: str
    readonly: bool = False
    on_records: bool = True


@dataclass(frozen=True)
class Resource:
    """A model, as far as the caller may use it.

    :param name: its name for people
    :param operations: the names of those that the caller may use with it
    :param archives: whether a deletion without ``force`` archives
    :param etag_required: whether changes need ``If-Match``
    """

    model: str
    name: str
    rights: frozenset[Right] = frozenset()
    operations: frozenset[str] = frozenset()
    methods: tuple[Method, ...] = ()
    fields: Mapping[str, Field] = field(default_factory=dict)
    archives: bool = False
    etag_required: bool = False

    def readable(self) -> list[Field]:
        return [each for each in self.fields.values() if each.readable]

    def writable(self) -> list[Field]:
        return [each for each in self.fields.values() if each.writable]

    def usable(self, use: Use) -> list[Field]:
        """The fields that a query may name there."""
        return [each for each in self.fields.values() if use in each.uses]


@dataclass(frozen=True)
class Endpoint:
    """A custom endpoint.

    :param path: the whole path, its variables as ``<int:name>`` or ``<name>``
    :param operation: its rights, parameters and media types
    :param content: the schemas of its body by media type, None for any
    """

    key: str
    name: str
    path: str
    methods: tuple[str, ...]
    operation: Operation
    model: str = ""
    help: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """A method and a path of an operation.

    :param path: the whole path, its variables as in ``wire.router``: ``<model>``
    :param below: the same below the base path of its dialect
    :param dialect: the abstract model that reads its requests
    """

    method: str
    path: str
    operation: str
    below: str
    dialect: str

    @property
    def has_model(self) -> bool:
        return "<model>" in self.below


@dataclass(frozen=True)
class Bounds:
    """The limits of requests."""

    default_limit: int = 80
    max_limit: int = 1000
    max_offset: int = 100_000
    max_records: int = 1000
    max_body: int = 1024 * 1024


@dataclass(frozen=True)
class Api:
    """An API, as far as one caller may use it.

    :param url: the absolute URL of its base path; :param root: the path of it
    :param issuer: of OAuth2 tokens; empty where there are none
    :param operations: those that the caller may use, by name, in the order of the table
    :param routes: of these operations, in all dialects of the API
    :param languages: the codes of the installed ones
    """

    title: str
    url: str
    root: str
    version: str = "1"
    issuer: str = ""
    operations: Mapping[str, Operation] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    resources: tuple[Resource, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    bounds: Bounds = Bounds()
    languages: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """``https://example.com``, in front of all paths."""
        return self.url.removesuffix(self.root)

    def resource(self, model: str | None) -> Resource | None:
        return next((each for each in self.resources if each.model == model), None)


def pairs(api: Api) -> Iterable[tuple[Route, Resource | None]]:
    """Each route with each resource that the caller may use it with; None for those
    that are of no model."""
    for route in api.routes:
        if not route.has_model:
            yield route, None
            continue
        for resource in api.resources:
            if route.operation in resource.operations:
                yield route, resource
