"""Imports: rows of a file, at once or in parts, written by a job. No Odoo here."""

from __future__ import annotations

from ..query import importing
from ..query.query import LOCALE
from ..wire.operation import CHANGE, Operation

ROWS = (
    Operation(
        "import",
        "Start a job that creates or changes records from a file",
        ("POST <model>/import",),
        one_of=CHANGE,
        parameters=importing.PARAMETERS,
        body="file",
        service="rest.imports",
    ),
    Operation(
        "import_part",
        "Send a part of the file of an import",
        ("PUT jobs/<id>/parts/<part>",),
        parameters=LOCALE,
        body="file",
        service="rest.imports",
    ),
    Operation(
        "import_start",
        "Start an import after all parts were sent",
        ("POST jobs/<id>/start",),
        parameters=LOCALE,
        service="rest.imports",
    ),
)
