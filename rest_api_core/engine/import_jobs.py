"""The operations of imports: start a job with its file, or send the file in parts.

    import          rights, parameters, the head of the file     400 403 413 415 422
                    rest.jobs._start(…)                           202, 429
    import_part     while the job waits for parts                 204, 404 409 413
    import_start    all parts are there, the head of the file     202, 404 409 422

Errors of the header, the columns or the key are raised before the job begins.
"""

from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from ..access import paths
from ..body import import_rows, row_text
from ..body.columns import Columns
from ..body.row_text import BEGIN, Header, Position
from ..body.upserts import KEY_TYPES, NOT_A_KEY
from ..capture import origin
from ..capture.origin import Origin
from ..orm.context import Context
from ..query import importing
from ..query.field_types import EXTERNAL_ID
from ..query.importing import Form, Import
from ..wire import etag
from ..wire.call import Call
from ..wire.import_problems import PartsRefused
from ..wire.problem import (
    BodyMalformed,
    HeaderInvalid,
    NotFound,
    ParameterConflict,
    ParameterInvalid,
)
from ..wire.result import Result
from .import_parts import SLICE
from .importing import Work


class Source(NamedTuple):
    """How the file of an import is read.

    :param header: of CSV; :param columns: the same, with the fields of the caller
    """

    form: Form
    header: Header | None = None
    columns: Columns | None = None

    @property
    def begin(self) -> Position:
        """Where its rows begin."""
        return self.header.end if self.header else BEGIN


class RestImports(models.AbstractModel):
    _name = "rest.imports"
    _description = "REST operations of imports"

    # --- operations ----------------------------------------------------------------

    def _operation__import(self, context: Context, call: Call) -> Result:
        """A job, that waits for parts where the request has no body."""
        _check_headers(call)
        work, upload = Work(call.model, call.importing), call.body
        self.env["rest.importing"]._check_rights(context, work)
        form = importing.form_of(upload.media_type)
        if form == "ndjson" and work.form.delimiter:
            raise ParameterConflict.at_parameter("delimiter", "is only for CSV")
        self._check_key(context, work)
        if upload.content:
            self._source(context, work, form, upload.content)
        request = {"import": work.form.document(), "form": form, **self._trace()}
        state = "queued" if upload.content else "parts"
        result = self.env["rest.jobs"]._start(
            context, call, "import", request, state=state
        )
        if upload.content:
            self._store(call, result.data["id"], 1, upload.content)
        return replace(result, always=("respond-async",))

    def _operation__import_part(self, context: Context, call: Call) -> Result:
        """Store a part. Sent again, it replaces the one before."""
        etag.reject(call.conditions, "a part of an import")
        job = self._waiting(context, call)
        if not call.body.content:
            raise BodyMalformed("The part is empty.")
        self._store(call, job.id, int(call.target.name), call.body.content)
        return Result(outcome="empty", honoured=("tx",))

    def _operation__import_start(self, context: Context, call: Call) -> Result:
        etag.reject(call.conditions, "the start of an import")
        job, jobs = self._waiting(context, call), self.env["rest.jobs"]
        parts = self.env["rest.import.parts"]
        missing = parts._missing(job.id)
        if missing is None or missing:
            raise PartsRefused.missing(missing or ())
        own = self.env["rest.job.calls"]._checked(job, call.caller)[0]
        self._prepared(own, job)
        jobs._queue(job)
        return replace(jobs._operation__job(context, call), honoured=("tx",))

    def _trace(self):
        """What the changes of the job have of the request that starts it."""
        made_by = origin.current(self.env.cr) or Origin()
        return {"request_id": made_by.request_id, "traceparent": made_by.traceparent}

    def _waiting(self, context, call):
        """The job of the path, if it waits for parts; it waits until the transaction
        ends. Raises NotFound and PartsRefused."""
        job = self.env["rest.jobs"]._found(context, call)
        if job.kind != "import":
            raise NotFound()
        # a job that another request starts meanwhile: this one is run again
        self.env.cr.execute(
            SQL("SELECT state FROM rest_job WHERE id = %s FOR SHARE", job.id),
            log_exceptions=False,
        )
        if self.env.cr.fetchone() != ("parts",):
            raise PartsRefused()
        return job

    def _store(self, call, job_id, number, content):
        parts = self.env["rest.import.parts"]
        parts._check_space(call, job_id, number, len(content))
        parts._store(job_id, number, content)

    # --- the head of the file ------------------------------------------------------

    def _prepared(self, context: Context, job) -> tuple[Work, Source]:
        """What a job does, and how it reads its file; raises the errors of either.

        :param job: record of ``rest.job``; :param context: of its caller
        """
        request = job.request
        work = Work(job.model, importing.of_document(request["import"]))
        self.env["rest.importing"]._check_rights(context, work)
        self._check_key(context, work)
        content = self.env["rest.import.parts"]._head(job.id)
        return work, self._source(context, work, request["form"], content)

    def _source(
        self, context: Context, work: Work, form: Form, content: bytes
    ) -> Source:
        """:param content: the beginning of the file"""
        if form == "ndjson":
            self._check_first(content, context.api.max_body)
            return Source(form)
        header = row_text.header(content, work.form.delimiter)
        fields_at = context.fields_of
        columns = Columns(work.model, header.names, fields_at, work.form.key)
        self._check_key_columns(work.form, header)
        return Source(form, header, columns)

    def _check_first(self, content, most):
        """Raise BodyMalformed for a file that cannot be NDJSON."""
        row_text.check_encoding(content)
        if b"\n" not in content and len(content) >= SLICE:
            return  # a row that is longer
        try:
            (row,) = islice(row_text.json_rows([content], most), 1)
            import_rows.check(row.value)
        except (ValueError, row_text.Unreadable, import_rows.Problem):
            raise BodyMalformed(
                "The first line of NDJSON must be a JSON object."
            ) from None

    def _check_key_columns(self, form: Import, header: Header) -> None:
        columns = {name.replace("/", ".").partition(".")[0] for name in header.names}
        missing = [name for name in form.key if name not in columns]
        if missing:
            detail = f"'{missing[0]}' is not a column of the file"
            raise ParameterInvalid.at_parameter("key", detail)

    def _check_key(self, context: Context, work: Work) -> None:
        """Raise a problem of the parameter ``key``."""
        names, catalog = work.form.key, context.catalog
        if EXTERNAL_ID in names and len(names) > 1:
            detail = f"takes no other fields beside '{EXTERNAL_ID}'"
            raise ParameterInvalid.at_parameter("key", detail)
        for name in names:
            field = paths.resolve(catalog, work.model, name, "filter", "key").field
            known = context.fields_of(work.model, "filter").get(name)
            is_key = known is not None and (
                known.virtual or (known.stored and field.type in KEY_TYPES)
            )
            if not is_key:
                raise ParameterInvalid.at_parameter("key", f"'{name}' {NOT_A_KEY}")


def _check_headers(call):
    """Raise HeaderInvalid for what a client relies on and an import does not have."""
    etag.reject(call.conditions, "an import")
    if call.preferences.max_affected is not None:
        detail = "max-affected has no effect on an import; leave it out"
        raise HeaderInvalid.at_header("Prefer", detail)
