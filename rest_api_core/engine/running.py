"""A job while it is performed: what ``rest.job.runner._run__<kind>`` works with.

A job has a cursor of its own. Its transactions are as short as its kind makes them:

    job.progress(done)      tells how far it is, whatever becomes of the transaction
    job.checkpoint(state)   commits, with all that was written to the outputs. If the
                            worker dies, the next one begins with ``job.state``
    return                  commits the same way, and ends the job

Each of them raises LeaseLost if the job is another worker's by now, or was cancelled,
and Stopped if this host ends: let them rise, nothing since the last checkpoint stays.
"""

import time
from dataclasses import replace

from psycopg2 import errors
from psycopg2.extras import Json

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

from ..capture import origin
from ..leases.signals import LeaseLost
from .job_output import Output

PAUSE = 0.5  # seconds between two writes of the progress


class Running:
    """
    :ivar env: of the superuser, on the cursor of the job
    :ivar kind: its type; :ivar request: as ``rest.jobs._start`` got it
    :ivar state: what the last checkpoint stored, None without one
    :ivar has_advanced: whether there is a new checkpoint
    :ivar total: number of records, 0 if it is not known
    """

    def __init__(self, env, claimed, signals, table):
        self.env, self._claimed, self._signals = env, claimed, signals
        self._table = table
        self.id = claimed.id
        self.record = env["rest.job"].browse(claimed.id)
        self.kind, self.request = self.record.kind, self.record.request
        self.total = self.record.total
        self.state, self._files, self._outputs = None, {}, {}
        self._told, self.has_advanced = 0.0, False

    # --- begin -----------------------------------------------------------------

    def begin(self):
        """Take the checkpoint, so that no worker before this one can commit; what it
        left is gone. The result, if it only could not tell of its end."""
        self._outputs = {}
        self.env["rest.limiter"]._apply_job()
        self.env.cr.execute(
            SQL(
                "UPDATE rest_job_checkpoint SET lease_id = %s WHERE job_id = %s"
                " RETURNING state",
                self._claimed.lease_id,
                self.id,
            ),
            log_exceptions=False,
        )
        row = self.env.cr.fetchone()
        if row is None:
            raise LeaseLost()
        stored = row[0] or {}
        self.state, self._files = stored.get("state"), stored.get("files", {})
        self._drop_files(stored)
        self._commit()
        return stored.get("result")

    def _drop_files(self, stored):
        """Files that no checkpoint knows were written by a worker that died."""
        known = [*self._files.values(), *(stored.get("result") or {}).get("files", ())]
        left = [("job_id", "=", self.id), ("id", "not in", known)]
        self.env["rest.job.file"].search(left).unlink()

    # --- the call ----------------------------------------------------------------

    def context(self):
        """The ``Context`` of the caller, with its rights of now: raises Problem."""
        return self.prepared()[0]

    def prepared(self):
        """``(Context, Call)``, checked as a request is before its work begins."""
        calls = self.env["rest.job.calls"]
        context, call = calls._checked(self.record, calls._caller(self.record))
        return context, replace(call, in_job=True)

    def rights(self):
        """A digest of the rights of the caller, as of now: raises what ``prepared``
        raises."""
        registry = self.env.registry.check_signaling()
        # the transaction of the job does not see what others have changed since
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            calls, record = env["rest.job.calls"], env["rest.job"].browse(self.id)
            context, _call = calls._checked(record, calls._caller(record))
            return calls._rights(context)

    def origin(self):
        """Who makes the changes, for the change feed."""
        call, record = self.request["call"], self.record
        return origin.of_caller(
            record.user_id.id,
            record.client_id.id or None,
            call["request_id"],
            call["traceparent"],
        )

    # --- while it runs -------------------------------------------------------------

    def check(self):
        self._signals.check()

    def progress(self, done, total=None):
        """Tell how many records are done, at most twice a second."""
        self.check()
        if total is not None:
            self.total = total
        now = time.monotonic()
        if now < self._told + PAUSE:
            return
        self._told = now
        if not self._table.tell(self._claimed, done, self.total):
            raise LeaseLost()

    def output(self, output_type, name, media_type="application/x-ndjson"):
        """The ``Output`` of a file; after a restart, it goes on behind the checkpoint.

        :param output_type: what the manifest says it is, such as a model
        """
        if name not in self._outputs:
            files = self.env["rest.job.file"]
            file = files.browse(self._files.get(name, ()))
            values = {"name": name, "type": output_type, "media_type": media_type}
            file = file or files.create({"job_id": self.id, **values})
            self._files[name] = file.id
            self._outputs[name] = Output(file)
        return self._outputs[name]

    def save_files(self):
        """Commit what was written to the outputs so far: for a kind that keeps nothing
        else, and begins anew after a crash."""
        self.check()
        for output in self._outputs.values():
            output.flush()
        self._commit()

    def checkpoint(self, state):
        """Commit, with ``state`` for a next worker."""
        self._store({"state": state, "files": self._files})
        self.state, self.has_advanced = state, True

    def finish(self, result):
        """Commit the end. Then ``result`` is all that is left to be told."""
        whole = {**result, "files": list(self._files.values())}
        self._store({"result": whole})
        return whole

    def _store(self, stored):
        self.check()
        for output in self._outputs.values():
            output.flush()
        self.env.flush_all()
        self._write_checkpoint(stored)
        self._commit()

    def _write_checkpoint(self, stored):
        """Only another worker, or who cancels the job, writes the same row."""
        fence = SQL(
            "UPDATE rest_job_checkpoint SET state = %s"
            " WHERE job_id = %s AND lease_id = %s",
            Json(stored),
            self.id,
            self._claimed.lease_id,
        )
        try:
            self.env.cr.execute(fence, log_exceptions=False)
        except errors.SerializationFailure as error:
            raise LeaseLost() from error
        if not self.env.cr.rowcount:
            raise LeaseLost()

    def _commit(self):
        """The next transaction has the timeouts of jobs, too."""
        self.env.cr.commit()  # pylint: disable=invalid-commit
        self.env.invalidate_all()
        self.env["rest.limiter"]._apply_job()
