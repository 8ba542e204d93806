"""What has changed. No Odoo here."""

from __future__ import annotations

from ..query.changes import ALL_CHANGES, CHANGES
from ..wire.operation import READ, Operation

ROWS = (
    Operation(
        "changes",
        "What has changed in a model, in order",
        ("GET <model>/changes",),
        rights=READ,
        readonly=True,
        parameters=CHANGES,
        service="rest.changes",
    ),
    # the service checks the rights on each model
    Operation(
        "all_changes",
        "What has changed in several models, in order",
        ("GET changes",),
        readonly=True,
        parameters=ALL_CHANGES,
        service="rest.changes",
    ),
)
