"""What the API tells of itself, for people and for programs. No Odoo here."""

from __future__ import annotations

from ..query.query import LOCALE
from ..wire.operation import Operation

ROWS = (
    # the service asks anonymous callers for credentials, unless documents are public
    Operation(
        "sdk",
        "A client of the API: python, javascript, typescript, php or flutter",
        ("GET sdk/<name>",),
        readonly=True,
        parameters=LOCALE,
        produces=(),
        anonymous=True,
        service="rest.sdks",
    ),
)
