"""Files of records, and documents about them. No Odoo here."""

from __future__ import annotations

from ..query.query import LOCALE
from ..wire.operation import HTML, PDF, READ, TEXT, UPDATE, Operation

ROWS = (
    Operation(
        "content",
        "The bytes of a binary field",
        ("GET <model>/<id>/content/<name>",),
        rights=READ,
        readonly=True,
        parameters=LOCALE,
        produces=(),
        service="rest.file.contents",
    ),
    Operation(
        "store",
        "Store the bytes of a binary field",
        ("PUT <model>/<id>/content/<name>",),
        rights=UPDATE,
        access="write",
        parameters=LOCALE,
        body="file",
        service="rest.file.contents",
    ),
    Operation(
        "attachments",
        "The files that are attached to a record",
        ("GET <model>/<id>/attachments",),
        rights=READ,
        readonly=True,
        parameters=LOCALE | {"limit", "offset", "page"},
        service="rest.attachments",
    ),
    Operation(
        "attach",
        "Attach files to a record",
        ("POST <model>/<id>/attachments",),
        rights=UPDATE,
        access="write",
        parameters=LOCALE | {"name"},
        body="files",
        service="rest.attachments",
    ),
    # the service finds the record of an attachment, and checks the rights on it
    Operation(
        "attachment",
        "What is known of an attached file",
        ("GET attachments/<id>",),
        rights=READ,
        readonly=True,
        parameters=LOCALE,
        service="rest.attachments",
    ),
    Operation(
        "attachment_content",
        "The bytes of an attached file",
        ("GET attachments/<id>/content",),
        rights=READ,
        readonly=True,
        parameters=LOCALE,
        produces=(),
        service="rest.attachments",
    ),
    Operation(
        "attachment_store",
        "Replace the bytes of an attached file",
        ("PUT attachments/<id>/content",),
        rights=UPDATE,
        access="write",
        parameters=LOCALE,
        body="file",
        service="rest.attachments",
    ),
    Operation(
        "detach",
        "Delete an attached file",
        ("DELETE attachments/<id>",),
        rights=UPDATE,
        access="write",
        parameters=LOCALE,
        service="rest.attachments",
    ),
    Operation(
        "reports",
        "The reports that the caller may use",
        ("GET reports",),
        readonly=True,
        parameters=LOCALE | {"model"},
        service="rest.reports",
    ),
    Operation(
        "report",
        "A report of Odoo about records",
        ("GET reports/<report>/<ids>", "POST reports/<report>/<ids>"),
        parameters=LOCALE | {"format"},
        body="parameters",
        produces=(PDF, HTML, TEXT),
        service="rest.reports",
    ),
)
