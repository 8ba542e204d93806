"""What the API can do, one ``Operation`` a row. No Odoo here.

The rows stand in ``rest.operations._operations()``, for each database its own. Routing,
``Allow``, rights, read-only routing and the log's route are derived from them.

    Operation(
        name="archive",
        summary="Archive records",
        routes=("POST <model>/<ids>/archive",),
        rights=frozenset(("archive",)),
        parameters=query.SHAPE,
        service="rest.writing",
    )

is performed by ``env["rest.writing"]._operation__archive(context, call)``, which takes a
``Context`` and a ``Call`` and gives a ``Result``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Right = Literal["read", "create", "update", "delete", "archive", "restore"]
# what Odoo's access rights must let the user do with the model
ModelAccess = Literal["read", "create", "write"]
# none: no JSON is looked at; parameters: those of the query, in JSON; record: an object
# of values; records: one, or a list of them
Body = Literal["none", "parameters", "record", "records", "arguments"]

JSON = "application/json"
NO_RIGHTS: frozenset[Right] = frozenset()


@dataclass(frozen=True)
class Operation:
    """One row of the table.

    :param name: its word in ``_operation__<name>``, the log and the documentation
    :param summary: one line for the documentation
    :param routes: ``"<METHOD> <template>"`` below the base path of v1; templates have
        literal segments and ``<model>``, ``<ids>``, ``<id>``, ``<name>``, ``<path>``.
        A dialect may have other paths for it, or none
    :param rights: those that the caller needs on the model; empty for none
    :param access: what the user must be allowed in Odoo to learn of the model's fields
    :param readonly: whether it never writes; None where the service decides for each
        call, by ``_is_readonly__<name>(api_id, target)``
    :param parameters: the query parameters that it has
    :param body: what its body is; GET has none in v1
    :param produces: the media types that it can answer with, the preferred one first
    :param anonymous: whether callers without credentials may use it
    :param service: the abstract model that performs it
    """

    name: str
    summary: str = ""
    routes: tuple[str, ...] = ()
    rights: frozenset[Right] = NO_RIGHTS
    access: ModelAccess = "read"
    readonly: bool | None = False
    parameters: frozenset[str] = frozenset()
    body: Body = "none"
    produces: tuple[str, ...] = (JSON,)
    anonymous: bool = False
    service: str = "rest.operations"


Operations = Mapping[str, Operation]
