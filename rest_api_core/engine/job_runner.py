"""Performs jobs: each type has a method ``_run__<kind>(job)`` here, see ``rest.jobs``.

Whatever happens becomes an ``Outcome``: the state of the job, with its result or the
problem that it failed with.
"""

import contextlib
import functools
import logging
import random
from datetime import datetime, timezone

from psycopg2 import errors

from odoo import models
from odoo.exceptions import ConcurrencyError

from ..capture import origin
from ..leases.policy import Outcome, Policy
from ..leases.signals import LeaseLost, Stopped
from ..leases.table import Names, Table
from ..orm.connections import Connections
from ..orm.failures import problem_of, waiting_bounded
from ..wire.envelope import envelope, of_batch
from ..wire.job_problems import Interrupted, Poisoned, RightsChanged
from ..wire.jobs import file_name
from ..wire.json_bytes import encode
from ..wire.operation import JSON
from ..wire.problem import Locked, ServerProblem, brief
from .jobs import KEPT
from .running import Running

_logger = logging.getLogger(__name__)

POLICY = Policy()
# times that a job without checkpoints is begun, if its hosts end before it does
MOST_TRIES = 3
# seconds before the next try, where others have written at the same time
PAUSES = (0.2, 0.5, 1, 2)
PASSING = (
    *(errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable),
    *(ConcurrencyError, Locked),
)
_NAMES = Names(
    "rest_job",
    ready="queued",
    leased="running",
    dead="failed",
    columns=("attempts",),
    results={
        "result": "jsonb",
        "error": "jsonb",
        "finished_at": "timestamp",
        "expires_at": "timestamp",
    },
)
_connections = Connections(4)


class Jobs(Table):
    """The queue of jobs."""

    def tell(self, claimed, done, total):
        """Whether the row still is the caller's; then it tells its progress."""
        statement = self._sql(
            "UPDATE {table} SET progress = %s, total = %s"
            " WHERE id = %s AND lease_id = %s AND state = {leased} RETURNING id"
        )
        values = (done, total or 0, claimed.id, claimed.lease_id)
        return bool(self._fetch(statement, values))

    def complete(self, outcomes):
        """Also forget the body of a batch that is done: it can have passwords. A job
        that failed needs its own for a retry; others have only parameters."""
        stored = super().complete(outcomes)
        done = [each.claimed.id for each in outcomes if each.state == "done"]
        if done:
            statement = self._sql(
                "UPDATE {table} SET sent = NULL"
                " WHERE id = ANY(%s) AND kind = 'batch' AND state = 'done' RETURNING id"
            )
            self._fetch(statement, (done,))
        return stored

    def begin(self, claimed):
        """Note when the job was begun."""
        statement = self._sql(
            "UPDATE {table} SET started_at = {now}, progress = 0"
            " WHERE id = %s AND lease_id = %s RETURNING id"
        )
        self._fetch(statement, (claimed.id, claimed.lease_id))

    def has_ready(self):
        """Whether a job is due."""
        statement = self._sql(
            "SELECT 1 FROM {table} WHERE state = {ready} AND next_at <= {now} LIMIT 1"
        )
        return bool(self._fetch(statement, ()))


def jobs_table(database):
    """The queue of a database."""
    return table_on(functools.partial(_connections.run, database))


def table_on(run):
    """The queue on cursors that ``run`` gives, see ``leases.table``."""
    return Jobs(run, _NAMES, POLICY, poison={"error": brief(Poisoned())})


class RestJobRunner(models.AbstractModel):
    _name = "rest.job.runner"
    _description = "REST runner of jobs"

    # --- what a type does ------------------------------------------------------

    def _run__export(self, job):
        return self._respond(job)

    def _run__aggregate(self, job):
        return self._respond(job)

    def _run__batch(self, job):
        return self._respond(job)

    def _run__report(self, job):
        return self._respond(job)

    def _respond(self, job):
        """The response that the request would have got, as a file."""
        context, call = job.prepared()
        operation = call.operation
        handler = getattr(self.env[operation.service], f"_operation__{operation.name}")
        with self.env["rest.texts"]._checked(context, call):
            result = handler(context, call)
            content, media_type, name = _rendered(call, result)
        output = job.output(call.model or operation.name, name, media_type)
        if isinstance(content, bytes):
            output.write(content, _count(result))
            return {}
        with contextlib.closing(content):
            return self._streamed(job, output, content, result)

    def _streamed(self, job, output, content, result):
        meta, done = result.meta or {}, 0
        for piece in content:
            count = getattr(piece, "records", 0)
            output.write(piece, count)
            done += count
            job.progress(done, meta.get("total"))
            if output.is_full:
                job.save_files()
        return meta.get("snapshot") or {}

    # --- one job ---------------------------------------------------------------

    def _perform(self, claimed, signals, table):
        """The ``Outcome`` of a job; None if it is another worker's by now. Raises
        Stopped. ``self.env`` is on the cursor of the job.

        :param signals: ``leases.signals.Signals``; :param table: ``jobs_table``
        """
        table.begin(claimed)
        job = Running(self.env, claimed, signals, table)
        try:
            result = self._with_retries(job, signals)
        except Exception as error:
            self._roll_back()
            # an interrupted job can fail with any other error
            return self._ended_by(job, claimed, signals.told or error)
        return _outcome(claimed, "done", result=result)

    def _ended_by(self, job, claimed, error):
        """The ``Outcome`` of a job that an exception has ended; None, or Stopped."""
        if isinstance(error, LeaseLost):
            return None
        if isinstance(error, Stopped):
            if job.has_advanced or claimed.values["attempts"] < MOST_TRIES:
                raise error
            error = Interrupted()
        return self._failed(claimed, error)

    def _with_retries(self, job, signals):
        """The result. What fails because of others who wrote at the same time is tried
        again, as Odoo does it with requests; from each checkpoint on as often."""
        pauses, begun = iter(PAUSES), None
        while True:
            try:
                return self._run(job)
            except PASSING:
                signals.check()  # it may have been interrupted
                if job.state != begun:
                    pauses, begun = iter(PAUSES), job.state
                pause = next(pauses, None)
                if pause is None:
                    raise
                self._roll_back()
                signals.wait(pause * random.uniform(0.5, 1.5))

    def _run(self, job):
        result = job.begin()
        if result is not None:
            return result
        run, moment, rights = getattr(self, f"_run__{job.kind}"), _now(), job.rights()
        origin.act(self.env.cr, job.origin())
        with waiting_bounded(self.env.cr):
            told = run(job) or {}
        if job.rights() != rights:
            raise RightsChanged()
        found = {"transaction_time": moment.isoformat(), "errors": [], **told}
        return job.finish({**found, "rights": rights})

    def _failed(self, claimed, error):
        found = problem_of(error)
        if type(found) is ServerProblem:
            _logger.error("Job %s failed", claimed.id, exc_info=error)
        return _outcome(claimed, "failed", error=brief(found))

    def _roll_back(self):
        self.env.cr.rollback()
        self.env.transaction.clear()
        self.env.registry.reset_changes()


def _outcome(claimed, state, **values):
    now = _now()
    values.update(finished_at=now, expires_at=now + KEPT)
    return Outcome(claimed, state, values)


def _rendered(call, result):
    """``(bytes or generator, media type, name of the file)`` of a response."""
    content = result.content
    if content is None:
        document = envelope(result) if result.parts is None else of_batch(result.parts)
        return encode(document), JSON, f"{call.operation.name}.json"
    return content.parts, content.media_type, file_name(content.filename)


def _count(result):
    """The number of records in a response."""
    if result.parts is not None:
        return len(result.parts)
    return len(result.data) if isinstance(result.data, list) else len(result.ids)


def _now():
    return datetime.now(timezone.utc).replace(tzinfo=None)
