"""What has changed. No Odoo here."""

from __future__ import annotations

from ..wire.operation import Operation

ROWS: tuple[Operation, ...] = ()
