"""What reads and writes records, and what tells of the API. No Odoo here."""

from __future__ import annotations

from functools import partial

from ..query import aggregate
from ..query.query import BULK, COUNT, DELETE, EXPORT, LIST, LOCALE, SHAPE
from ..query.query import READ as ONE
from ..wire.formats import CSV_WORDS
from ..wire.operation import (
    CHANGE,
    CREATE,
    CSV,
    NDJSON,
    READ,
    UPDATE,
    WRITE,
    Operation,
)

_RECORDS = "<model>/<ids>"

# what reads records, and what writes them; the other operations name all they have
_reading = partial(Operation, rights=READ, readonly=True, service="rest.reading")
_writing = partial(Operation, parameters=SHAPE, service="rest.writing")

ROWS = (
    # --- the API -------------------------------------------------------------
    Operation(
        "about",
        "Name, links and resources of the API",
        ("GET ",),
        readonly=True,
        parameters=LOCALE,
        anonymous=True,
    ),
    Operation(
        "health",
        "Whether the API responds",
        ("GET health",),
        readonly=True,
        parameters=None,
        anonymous=True,
        metered=False,
    ),
    Operation(
        "limits",
        "The limits of the caller, and what remains of them",
        ("GET limits",),
        readonly=True,
        parameters=LOCALE,
        service="rest.limits",
        metered=False,
    ),
    Operation(
        "fields",
        "The fields of a model that the caller may use",
        ("GET <model>/fields",),
        rights=READ,
        readonly=True,
        parameters=LOCALE | {"fields"},
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
        job="aggregate",
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
        parameters=ONE,
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
        job="export",
    ),
    # --- writing -------------------------------------------------------------
    _writing(
        "create",
        "Create a record or several",
        ("POST <model>",),
        rights=CREATE,
        access="create",
        body="records",
    ),
    _writing(
        "upsert",
        "Create records, or change those that a key finds",
        ("POST <model>/upsert",),
        one_of=CHANGE,
        body="records",
        service="rest.upserting",
    ),
    _writing(
        "update",
        "Change records",
        ("PATCH <model>", f"PATCH {_RECORDS}"),
        rights=UPDATE,
        access="write",
        body="records",
    ),
    _writing(
        "replace",
        "Change records and reset what is left out",
        (f"PUT {_RECORDS}",),
        rights=UPDATE,
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
        rights=READ | CREATE,
        access="create",
        body="record",
    ),
    Operation(
        "call",
        "Call a method that the resource lists",
        ("POST <model>/call/<name>", f"POST {_RECORDS}/call/<name>"),
        calls=True,
        readonly=None,
        parameters=LOCALE,
        body="arguments",
        service="rest.calling",
    ),
    Operation(
        "batch",
        "Several operations in one request",
        ("POST batch", "POST <model>/batch"),
        one_of=WRITE,
        calls=True,
        access="any",
        parameters=LOCALE,
        body="operations",
        service="rest.batches",
        job="batch",
    ),
)
