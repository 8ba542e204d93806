"""Jobs: what takes longer than a request. No Odoo here.

A job is started by another operation: by those that name a type of ``job``, where the
request has ``Prefer: respond-async``.
"""

from __future__ import annotations

from functools import partial

from ..query.query import LOCALE
from ..wire.operation import Operation

_job = partial(Operation, parameters=LOCALE, service="rest.jobs")

ROWS = (
    _job(
        "jobs",
        "The jobs of the caller",
        ("GET jobs",),
        readonly=True,
        parameters=LOCALE | {"limit", "offset", "page"},
    ),
    _job(
        "job",
        "Progress or result of a job",
        ("GET jobs/<id>",),
        readonly=True,
    ),
    _job(
        "cancel",
        "Cancel a job, or delete its files",
        ("DELETE jobs/<id>",),
    ),
    _job(
        "job_file",
        "A file of the result of a job",
        ("GET jobs/<id>/files/<file>",),
        readonly=True,
        produces=(),
    ),
)
