"""Jobs: what takes longer than a request, started, shown, cancelled.

The seam for operations that are jobs, such as an import:

    env["rest.jobs"]._start(context, call, kind, request, total=None, state="queued")
        → Result (202). All that can be wrong with the call is raised before, by the
        operation. ``request`` is what ``_run__<kind>`` needs, as JSON; the body of a
        request belongs into files or attachments. With the state "parts", the job
        waits until ``rest.jobs._queue(job)`` is called.
    env["rest.jobs"]._found(context, call) → record of ``rest.job`` (superuser) that the
        path of the call names, or NotFound
    env["rest.job.runner"]._run__<kind>(job)
        performs a job, ``job`` is ``running.Running``: see there for ``request``,
        ``context()``, ``progress()``, ``checkpoint()`` and ``output()``. Returns what
        the manifest has besides the files: {"errors": […], "next_since": …}, or None.
        It may be called again for the same job, after a crash: then ``job.state`` is
        what its last checkpoint stored.

An operation that names a type of ``job`` in its row becomes a job by ``Prefer:
respond-async``: its service has ``_check__<operation>(context, call)``, which raises
all that can be told before the work; the rest is the same for all (``job_runner``).
"""

from datetime import datetime, timedelta, timezone

from psycopg2.extras import Json

from odoo import models
from odoo.tools import SQL

from ..models.rest_job import ACTIVE
from ..query import paging
from ..wire import etag, jobs
from ..wire.job_problems import TooManyJobs, failed
from ..wire.problem import NotFound, retry_after
from ..wire.result import Content, Result

MAX_KEPT = 4 * 2**30  # bytes of the results of a caller, before another job starts
KEPT = timedelta(hours=24)  # results, and jobs that wait for parts


class RestJobs(models.AbstractModel):
    _name = "rest.jobs"
    _description = "REST jobs"

    # --- start ---------------------------------------------------------------

    def _begin(self, context, call):
        """Start a job instead of the operation that the call names."""
        self.env["rest.job.calls"]._check_operation(context, call)
        return self._start(context, call, call.operation.job, {})

    def _start(self, context, call, kind, request, total=None, state="queued"):
        """``Result`` of a new job; raises TooManyJobs."""
        job = self._insert(call, kind, request, total, state)
        if state == "queued":
            self._wake()
        headers = () if call.preferences.rollback else self._headers_of_start(call, job)
        return Result(
            data=self._document(context, job),
            outcome="accepted",
            honoured=("respond-async", "tx"),
            headers=(*headers, retry_after(jobs.POLL)),
        )

    def _headers_of_start(self, call, job):
        return (("Content-Location", f"{call.url}/jobs/{job.id}"),)

    def _insert(self, call, kind, request, total, state):
        """The new record. Two starts at once cannot have one slot: the second fails
        with a serialization error, and Odoo runs its request again."""
        caller, stored = call.caller, self.env["rest.job.calls"]._stored(call)
        now = self.env.cr.now()  # by the clock that the queue goes by
        values = {
            "api_id": call.api_id,
            "client_id": caller.client_id,
            "user_id": caller.user_id,
            "credential_id": caller.credential_id,
            "kind": kind,
            "model": call.model or None,
            "url": self._url(call),
            "state": state,
            "progress": 0,
            "total": total or 0,
            "scheme": caller.scheme,
            "request": Json({**request, "call": stored}),
            "sent": call.sent or None,
            "slot": self._free_slot(call),
            "next_at": now,
            "attempts": 0,
            "lease_losses": 0,
            "expires_at": now + KEPT if state == "parts" else None,
            **dict.fromkeys(("create_uid", "write_uid"), caller.user_id),
            **dict.fromkeys(("create_date", "write_date"), now),
        }
        return self._inserted(values)

    def _inserted(self, values):
        names = SQL(", ").join(map(SQL.identifier, values))
        statement = SQL(
            "INSERT INTO rest_job (%s) VALUES %s ON CONFLICT DO NOTHING RETURNING id",
            names,
            tuple(values.values()),
        )
        self.env.cr.execute(statement, log_exceptions=False)
        row = self.env.cr.fetchone()
        if row is None:
            raise TooManyJobs()
        self.env.cr.execute(
            SQL("INSERT INTO rest_job_checkpoint (job_id) VALUES (%s)", row[0])
        )
        return self._records().browse(row[0])

    def _free_slot(self, call):
        """The first of the slots of the caller that has no job; or TooManyJobs."""
        caller = call.caller
        owner = (call.api_id, caller.client_id, caller.user_id)
        slot = self._records()._free_slot(*owner)
        if slot is None:
            raise TooManyJobs(
                f"Your {'client' if caller.client_id else 'user'} already has"
                f" {jobs.MAX_ACTIVE} jobs that have not ended. Wait, or cancel one."
            )
        files = self._records().search(self._visible(call)).result_ids
        if sum(files.mapped("size")) > MAX_KEPT:
            raise TooManyJobs(
                f"The files of your jobs have more than {MAX_KEPT // 2**30} GiB"
                " together. Delete jobs that have ended."
            )
        return slot

    def _active(self, call):
        """The jobs of the caller that have not ended."""
        domain = [*self._owner(call), ("state", "in", ACTIVE)]
        return self._records().search(domain)

    def _url(self, call):
        if not call.sent:
            return f"{call.url}/{call.model}/{call.operation.name}"
        return jobs.restored(call.sent).url

    def _queue(self, job):
        """Have a job performed that has waited for its parts."""
        job.write(
            {"state": "queued", "next_at": self.env.cr.now(), "expires_at": False}
        )
        self._wake()

    def _wake(self):
        """Have a host look for jobs as soon as this transaction is committed."""
        self.env["rest.job.host"]._wake()

    # --- the jobs of a caller ------------------------------------------------

    def _records(self):
        return self.env["rest.job"].sudo().with_context(active_test=False)

    def _owner(self, call):
        """Others do not see a job: not even other clients of the same user."""
        caller = call.caller
        return [
            ("api_id", "=", call.api_id),
            ("client_id", "=", caller.client_id or False),
            ("user_id", "=", caller.user_id),
        ]

    def _visible(self, call):
        present = ["|", ("expires_at", "=", False), ("expires_at", ">", _now())]
        return [*self._owner(call), ("state", "!=", "cancelled"), *present]

    def _found(self, _context, call):
        """The record that the path of a call names; raises NotFound."""
        domain = [*self._visible(call), ("id", "in", call.ids)]
        job = self._records().search(domain)
        if not job:
            raise NotFound()
        return job

    def _operation__jobs(self, context, call):
        """A page of them, the newest first."""
        query, records = call.query, self._records()
        page = paging.Page(query.limit, query.offset, query.page is not None)
        domain = self._visible(call)
        found = records.search(domain, page.offset, page.limit, order="id desc")
        total = records.search_count(domain)
        more = page.offset + len(found) < total
        return Result(
            data=[self._document(context, job) for job in found],
            many=True,
            meta=paging.offset_meta(page, len(found), total),
            pages=paging.OffsetPages(page, more, total),
            version=etag.version("jobs"),
            seal=context.seal,
        )

    def _document(self, context, job):
        return {
            "id": job.id,
            "type": job.kind,
            "model": job.model or None,
            "state": job.state,
            "progress": job.progress,
            "total": job.total or None,
            "url": f"{context.url}/jobs/{job.id}",
        }

    # --- one of them ---------------------------------------------------------

    def _operation__job(self, context, call):
        """Its progress or its manifest; raises the problem that it failed with."""
        job = self._found(context, call)
        if job.state == "failed":
            raise failed(job.error)
        if job.state == "done":
            return self._ended(context, job)
        text = jobs.progress_text(job.state, job.progress, job.total)
        return Result(
            data=self._document(context, job),
            outcome="accepted",
            headers=(("X-Progress", text), retry_after(jobs.POLL)),
        )

    def _ended(self, context, job):
        result = job.result
        output = [self._output(context, job, each) for each in self._files(job)]
        moment = datetime.fromisoformat(result["transaction_time"])
        document = jobs.manifest(
            moment, job.url, output, result["errors"], result.get("next_since")
        )
        return Result(
            document=document,
            headers=(("Expires", jobs.http_date(job.expires_at)),),
            version=etag.version("job", job.id),
            seal=context.seal,
        )

    def _output(self, context, job, file):
        url = f"{context.url}/jobs/{job.id}/files/{file.name}"
        return {"type": file.type, "url": url, "count": file.count}

    def _files(self, job):
        """Those of the attempt that ended the job."""
        return self.env["rest.job.file"].sudo().browse(job.result["files"]).exists()

    def _operation__job_file(self, context, call):
        """The bytes; raises NotFound, and what the caller may no longer do."""
        job = self._found(context, call)
        files = self._files(job) if job.state == "done" else ()
        file = next((f for f in files if f.name == call.target.name), None)
        if file is None:
            raise NotFound()
        calls = self.env["rest.job.calls"]
        calls._check_rights(calls._checked(job, call.caller)[0], job)
        return Result(
            content=Content(file._content(), file.media_type, file.name),
            headers=(("Expires", jobs.http_date(job.expires_at)),),
            version=etag.version("job", job.id, file.id),
            tag=file._tag(context.seal),
            seal=context.seal,
        )

    def _operation__cancel(self, context, call):
        """Cancel a job that has not ended, and delete the files of one that has."""
        etag.reject(call.conditions, "the end of a job")
        job = self._found(context, call)
        self.env["rest.writer"]._spend(context, 1, call.preferences.max_affected)
        job._end()
        return Result(outcome="accepted", honoured=("tx", "max-affected"))


def _now():
    return datetime.now(timezone.utc).replace(tzinfo=None)
