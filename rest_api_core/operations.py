"""What the API can do: the table of operations, one row each. No Odoo here.

Routing, ``Allow``, rights, read-only routing and the log's route are derived from it. A
row is performed by the method of its name: ``archive`` by

    env["rest.writing"]._operation__archive(context, call)

which takes a ``Context`` and a ``Call`` and gives a ``Result``. Each database has the
rows of its own addons: ``rest.operations._operations()`` begins with ``ROWS``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .query.query import BULK, COUNT, DELETE, LIST, READ, SHAPE

Right = Literal["read", "create", "update", "delete", "archive", "restore"]
# what Odoo's access rights must let the user do with the model
ModelAccess = Literal["read", "create", "write"]
# none: no JSON is looked at; parameters: those of the query, in JSON; record: an object
# of values; records: one, or a list of them; file: bytes of any type, or a form with
# one file
Body = Literal["none", "parameters", "record", "records", "arguments", "file"]

JSON = "application/json"
PDF, HTML, TEXT = "application/pdf", "text/html", "text/plain"
NO_RIGHTS: frozenset[Right] = frozenset()


@dataclass(frozen=True)
class Operation:
    """One row of the table.

    :param name: its word in ``_operation__<name>``, the log and the documentation
    :param summary: one line for the documentation
    :param routes: ``"<METHOD> <template>"`` below the base path of v1, in the words of
        ``wire.router``. Another dialect may have other paths for it, or none
    :param rights: those that the caller needs on the model; empty for none
    :param access: what the user must be allowed in Odoo to learn of the model's fields
    :param readonly: whether it never writes; None where the service decides for each
        call, by ``_is_readonly__<name>(api_id, target)``
    :param parameters: the query parameters that it has, others are refused; None where
        all are ignored
    :param body: what its body is; GET has none in v1
    :param produces: the media types that it can answer with, the preferred one first;
        empty where it depends on the record, and ``Accept`` is not looked at
    :param anonymous: whether callers without credentials may use it
    :param service: the abstract model that performs it
    """

    name: str
    summary: str = ""
    routes: tuple[str, ...] = ()
    rights: frozenset[Right] = NO_RIGHTS
    access: ModelAccess = "read"
    readonly: bool | None = False
    parameters: frozenset[str] | None = frozenset()
    body: Body = "none"
    produces: tuple[str, ...] = (JSON,)
    anonymous: bool = False
    service: str = "rest.operations"


_LOCALE = frozenset(("lang", "company"))
_READ: frozenset[Right] = frozenset(("read",))
_RECORDS = "<model>/<ids>"
ROWS = (
    Operation(
        "about",
        "Name, links and resources of the API",
        ("GET ",),
        readonly=True,
        parameters=_LOCALE,
        anonymous=True,
    ),
    Operation(
        "health",
        "Whether the API responds",
        ("GET health",),
        readonly=True,
        parameters=None,
        anonymous=True,
    ),
    Operation(
        "fields",
        "The fields of a model that the caller may use",
        ("GET <model>/fields",),
        rights=_READ,
        readonly=True,
        parameters=_LOCALE | {"fields"},
    ),
    Operation(
        "list",
        "A page of records",
        ("GET <model>", "QUERY <model>", "POST <model>/search"),
        rights=_READ,
        readonly=True,
        parameters=LIST,
        body="parameters",
        service="rest.reading",
    ),
    Operation(
        "count",
        "How many records match",
        ("GET <model>/count",),
        rights=_READ,
        readonly=True,
        parameters=COUNT,
        service="rest.reading",
    ),
    Operation(
        "bulk",
        "Records by their ids, in this order",
        ("GET <model>/bulk", "POST <model>/bulk"),
        rights=_READ,
        readonly=True,
        parameters=BULK,
        body="parameters",
        service="rest.reading",
    ),
    Operation(
        "read",
        "One record",
        (f"GET {_RECORDS}",),
        rights=_READ,
        readonly=True,
        parameters=READ,
        service="rest.reading",
    ),
    Operation(
        "content",
        "The bytes of a binary field",
        ("GET <model>/<id>/content/<name>",),
        rights=_READ,
        readonly=True,
        parameters=_LOCALE,
        produces=(),
        service="rest.file.contents",
    ),
    Operation(
        "store",
        "Store the bytes of a binary field",
        ("PUT <model>/<id>/content/<name>",),
        rights=frozenset(("update",)),
        access="write",
        parameters=_LOCALE,
        body="file",
        service="rest.file.contents",
    ),
    Operation(
        "create",
        "Create a record or several",
        ("POST <model>",),
        rights=frozenset(("create",)),
        access="create",
        parameters=SHAPE,
        body="records",
        service="rest.writing",
    ),
    Operation(
        "update",
        "Change records",
        ("PATCH <model>", f"PATCH {_RECORDS}"),
        rights=frozenset(("update",)),
        access="write",
        parameters=SHAPE,
        body="records",
        service="rest.writing",
    ),
    Operation(
        "replace",
        "Change records and reset what is left out",
        (f"PUT {_RECORDS}",),
        rights=frozenset(("update",)),
        access="write",
        parameters=SHAPE,
        body="record",
        service="rest.writing",
    ),
    Operation(
        "delete",
        "Delete records, or archive them where the resource says so",
        (f"DELETE {_RECORDS}",),
        rights=frozenset(("delete",)),  # also where it archives instead
        parameters=SHAPE | DELETE,
        service="rest.writing",
    ),
    Operation(
        "archive",
        "Archive records",
        (f"POST {_RECORDS}/archive",),
        rights=frozenset(("archive",)),
        parameters=SHAPE,
        service="rest.writing",
    ),
    Operation(
        "restore",
        "Restore archived records",
        (f"POST {_RECORDS}/restore",),
        rights=frozenset(("restore",)),
        parameters=SHAPE,
        service="rest.writing",
    ),
    Operation(
        "copy",
        "Copy records",
        (f"POST {_RECORDS}/copy",),
        rights=frozenset(("read", "create")),
        access="create",
        parameters=SHAPE,
        body="record",
        service="rest.writing",
    ),
    Operation(
        "report",
        "A report of Odoo about records",
        ("GET reports/<report>/<ids>", "POST reports/<report>/<ids>"),
        parameters=_LOCALE | {"format"},
        produces=(PDF, HTML, TEXT),
        service="rest.reports",
    ),
    Operation(
        "call",
        "Call a method that the resource lists",
        ("POST <model>/call/<name>", f"POST {_RECORDS}/call/<name>"),
        readonly=None,
        parameters=_LOCALE,
        body="arguments",
        service="rest.calling",
    ),
    # of the token dialect; v1 has no paths for them
    Operation(
        "get_tokens",
        "An access token and a refresh token for login and password",
        anonymous=True,
        service="rest.tokens",
    ),
    Operation(
        "refresh_token",
        "A new access token for a refresh token",
        anonymous=True,
        service="rest.tokens",
    ),
    Operation(
        "delete_tokens",
        "Revoke a refresh token and its access tokens",
        anonymous=True,
        service="rest.tokens",
    ),
)
