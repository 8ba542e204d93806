"""What the API can do: the table of operations, one row each. No Odoo here.

Routing, ``Allow``, rights, read-only routing and the log's route are derived from it. A
row is performed by the method of its name: ``archive`` by

    env["rest.writing"]._operation__archive(context, call)

which takes a ``Context`` and a ``Call`` and gives a ``Result``. Each database has the
rows of its own addons: ``rest.operations._operations()`` begins with ``ROWS``.
"""

from __future__ import annotations

from functools import partial

from .query import aggregate
from .query.query import BULK, COUNT, DELETE, EXPORT, LIST, READ, SHAPE
from .wire.formats import CSV_WORDS
from .wire.operation import CSV, HTML, JSON, NDJSON, PDF, TEXT, Operation, Right

__all__ = ["CSV", "HTML", "JSON", "NDJSON", "PDF", "ROWS", "TEXT", "Operation", "Right"]

_LOCALE = frozenset(("lang", "company"))
_READ: frozenset[Right] = frozenset(("read",))
_CREATE: frozenset[Right] = frozenset(("create",))
_UPDATE: frozenset[Right] = frozenset(("update",))
_RECORDS = "<model>/<ids>"

# what reads records, and what writes them; the other operations name all they have
_reading = partial(Operation, rights=_READ, readonly=True, service="rest.reading")
_writing = partial(Operation, parameters=SHAPE, service="rest.writing")

ROWS = (
    # --- the API -------------------------------------------------------------
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
    # --- reading -------------------------------------------------------------
    _reading(
        "list",
        "A page of records",
        ("GET <model>", "QUERY <model>", "POST <model>/search"),
        parameters=LIST,
        body="parameters",
    ),
    _reading(
        "count",
        "How many records match",
        ("GET <model>/count",),
        parameters=COUNT,
    ),
    _reading(
        "aggregate",
        "Groups of records, with counts, sums and other values",
        ("GET <model>/aggregate", "QUERY <model>/aggregate", "POST <model>/aggregate"),
        parameters=aggregate.PARAMETERS,
        body="parameters",
        service="rest.aggregates",
    ),
    _reading(
        "bulk",
        "Records by their ids, in this order",
        ("GET <model>/bulk", "POST <model>/bulk"),
        parameters=BULK,
        body="parameters",
    ),
    _reading(
        "read",
        "One record",
        (f"GET {_RECORDS}",),
        parameters=READ,
    ),
    _reading(
        "export",
        "All records that match, as NDJSON or CSV",
        ("GET <model>/export", "QUERY <model>/export", "POST <model>/export"),
        parameters=EXPORT | CSV_WORDS | {"format"},
        body="parameters",
        produces=(NDJSON, CSV),
        service="rest.export",
        streamed=True,
    ),
    # --- writing -------------------------------------------------------------
    _writing(
        "create",
        "Create a record or several",
        ("POST <model>",),
        rights=_CREATE,
        access="create",
        body="records",
    ),
    _writing(
        "upsert",
        "Create records, or change those that a key finds",
        ("POST <model>/upsert",),  # each record needs the right to create or to update
        body="records",
        service="rest.upserting",
    ),
    _writing(
        "update",
        "Change records",
        ("PATCH <model>", f"PATCH {_RECORDS}"),
        rights=_UPDATE,
        access="write",
        body="records",
    ),
    _writing(
        "replace",
        "Change records and reset what is left out",
        (f"PUT {_RECORDS}",),
        rights=_UPDATE,
        access="write",
        body="record",
    ),
    _writing(
        "delete",
        "Delete records, or archive them where the resource says so",
        (f"DELETE {_RECORDS}",),
        rights=frozenset(("delete",)),  # also where it archives instead
        parameters=SHAPE | DELETE,
    ),
    _writing(
        "archive",
        "Archive records",
        (f"POST {_RECORDS}/archive",),
        rights=frozenset(("archive",)),
    ),
    _writing(
        "restore",
        "Restore archived records",
        (f"POST {_RECORDS}/restore",),
        rights=frozenset(("restore",)),
    ),
    _writing(
        "copy",
        "Copy records",
        (f"POST {_RECORDS}/copy",),
        rights=_READ | _CREATE,
        access="create",
        body="record",
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
    Operation(
        "batch",
        "Several operations in one request",
        ("POST batch", "POST <model>/batch"),
        access="any",
        parameters=_LOCALE,
        body="operations",
        service="rest.batches",
    ),
    # --- files ---------------------------------------------------------------
    _reading(
        "content",
        "The bytes of a binary field",
        ("GET <model>/<id>/content/<name>",),
        parameters=_LOCALE,
        produces=(),
        service="rest.file.contents",
    ),
    Operation(
        "store",
        "Store the bytes of a binary field",
        ("PUT <model>/<id>/content/<name>",),
        rights=_UPDATE,
        access="write",
        parameters=_LOCALE,
        body="file",
        service="rest.file.contents",
    ),
    Operation(
        "attachments",
        "The files that are attached to a record",
        ("GET <model>/<id>/attachments",),
        rights=_READ,
        readonly=True,
        parameters=_LOCALE | {"limit", "offset", "page"},
        service="rest.attachments",
    ),
    Operation(
        "attach",
        "Attach files to a record",
        ("POST <model>/<id>/attachments",),
        rights=_UPDATE,
        access="write",
        parameters=_LOCALE | {"name"},
        body="files",
        service="rest.attachments",
    ),
    # the service finds the record of an attachment, and checks the rights on it
    Operation(
        "attachment",
        "What is known of an attached file",
        ("GET attachments/<id>",),
        rights=_READ,
        readonly=True,
        parameters=_LOCALE,
        service="rest.attachments",
    ),
    Operation(
        "attachment_content",
        "The bytes of an attached file",
        ("GET attachments/<id>/content",),
        rights=_READ,
        readonly=True,
        parameters=_LOCALE,
        produces=(),
        service="rest.attachments",
    ),
    Operation(
        "attachment_store",
        "Replace the bytes of an attached file",
        ("PUT attachments/<id>/content",),
        rights=_UPDATE,
        access="write",
        parameters=_LOCALE,
        body="file",
        service="rest.attachments",
    ),
    Operation(
        "detach",
        "Delete an attached file",
        ("DELETE attachments/<id>",),
        rights=_UPDATE,
        access="write",
        parameters=_LOCALE,
        service="rest.attachments",
    ),
    Operation(
        "reports",
        "The reports that the caller may use",
        ("GET reports",),
        readonly=True,
        parameters=_LOCALE | {"model"},
        service="rest.reports",
    ),
    Operation(
        "report",
        "A report of Odoo about records",
        ("GET reports/<report>/<ids>", "POST reports/<report>/<ids>"),
        parameters=_LOCALE | {"format"},
        body="parameters",
        produces=(PDF, HTML, TEXT),
        service="rest.reports",
    ),
    # --- the token dialect; v1 has no paths for these ------------------------
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
