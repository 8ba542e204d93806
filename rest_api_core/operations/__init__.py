"""What the API can do: the table of operations, one row each. No Odoo here.

Routing, ``Allow``, rights, read-only routing and the log's route are derived from it. A
row is performed by the method of its name: ``archive`` by

    env["rest.writing"]._operation__archive(context, call)

which takes a ``Context`` and a ``Call`` and gives a ``Result``. Each database has the
rows of its own addons: ``rest.operations._operations()`` begins with ``ROWS``.
"""

from __future__ import annotations

from ..wire.operation import CSV, HTML, JSON, NDJSON, PDF, TEXT, Operation, Right
from . import (
    accounts,
    admin,
    changes,
    documents,
    files,
    imports,
    jobs,
    oauth,
    records,
    tokens,
)

__all__ = ["CSV", "HTML", "JSON", "NDJSON", "PDF", "ROWS", "TEXT", "Operation", "Right"]

ROWS = (
    *records.ROWS,
    *changes.ROWS,
    *files.ROWS,
    *jobs.ROWS,
    *imports.ROWS,
    *tokens.ROWS,
    *accounts.ROWS,
    *oauth.ROWS,
    *documents.ROWS,
    *admin.ROWS,
)
