"""What performs jobs: a cron of Odoo, or the command ``odoo-bin rest_jobs``.

Both run the same engine, in any number of processes. They differ in how long a job may
take. Odoo kills a process whose cron runs for longer than ``limit_time_real_cron``, and
one with workers also after ``limit_time_cpu`` seconds of CPU; in a process of several
databases it closes all connections to one when its crons have run. So no job outlives
the run of the cron: it is interrupted before, and given back. An import goes on behind
its last checkpoint in the next run, which follows at once; what has no checkpoints
begins anew, and fails after ``MOST_TRIES``. The command has no such limits.
"""

import functools
import logging
import threading

import psycopg2

from odoo import SUPERUSER_ID, api, models, sql_db
from odoo.modules.registry import Registry
from odoo.tools import config

from ..leases.engine import Engine
from ..leases.wake import Debounce, Wake
from ..orm import quiet
from .job_runner import jobs_table

_logger = logging.getLogger(__name__)

RUN = 10.0  # seconds in which the cron begins jobs
LINGER = 0.3  # seconds that it waits for more, see ``leases.wake.Debounce``
SHARE = 0.7  # of Odoo's limits, which a job may use
ERRORS = (psycopg2.Error,)


class RestJobHost(models.AbstractModel):
    _name = "rest.job.host"
    _description = "REST host of jobs"

    @api.model
    def _run_cron(self):
        """Perform queued jobs, for some seconds; the rest in a run that follows."""
        database = self.env.cr.dbname
        engine = engine_of(database, size=1)
        timer = threading.Timer(RUN, engine.stop, (max(seconds() - RUN, 0),))
        timer.start()
        try:
            engine.run(linger=LINGER)
        finally:
            timer.cancel()
        cron = self.env["ir.cron"]
        if jobs_table(database).has_ready():
            # Odoo would wait for a minute; and it would call this method ten times,
            # for ten times as long, if it was told what remains
            cron.browse(self.env.context.get("cron_id", ()))._trigger()
        cron._commit_progress(engine.ended, remaining=0)

    @api.model
    def _engine(self, size):
        """The ``Engine`` of a process of its own, beside Odoo's crons.

        :param size: jobs that are performed at the same time
        """
        database = self.env.cr.dbname
        return engine_of(database, size, listening(database))

    @api.model
    def _wake(self):
        """Have a cron look for jobs, once this transaction is committed."""
        self.env.cr.postcommit.add(functools.partial(wake, self.env.cr.dbname))


_debounce = functools.cache(lambda _database: Debounce())


def wake(database):
    """Run the cron as soon as a process is free. It runs each minute anyway."""
    if not _debounce(database).allows():
        return
    try:
        with Registry(database).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env.ref("rest_api_core.cron_perform_jobs")._trigger()
    except Exception:  # the job is committed, whatever happens here
        _logger.warning("The cron of jobs could not be woken", exc_info=True)


def seconds():
    """How long a job may take in a cron of this process."""
    limits = [_real_limit()]
    if config["workers"]:
        limits.append(config["limit_time_cpu"])
    return SHARE * min([each for each in limits if each > 0] or [3600.0])


def _real_limit():
    """0 for no limit; -1 stands for that of requests."""
    own = config["limit_time_real_cron"]
    return config["limit_time_real"] if own is None or own < 0 else own


def engine_of(database, size, wake=None):
    """An ``Engine`` for the jobs of a database."""
    table = jobs_table(database)
    perform = functools.partial(perform_claimed, database, table)
    return Engine(table, perform, size=size, wake=wake, errors=ERRORS)


def perform_claimed(database, table, claimed, signals):
    """Perform a job on a cursor of its own, with what others have changed."""
    threading.current_thread().dbname = database  # for Odoo's log
    registry = Registry(database).check_signaling()
    # an interruption is not logged as an error; a bug is logged with its job
    cursor = registry.cursor()
    with cursor as cr, quiet.unlogged(cr), signals.interrupting(cr._cnx.cancel):
        env = api.Environment(cr, SUPERUSER_ID, {})
        outcome = env["rest.job.runner"]._perform(claimed, signals, table)
        registry.signal_changes()
        return outcome


class Notifications:
    """Those of Odoo to the crons of a database, see ``leases.wake.Notified``."""

    def __init__(self, database):
        self._database = database
        _name, options = sql_db.connection_info_for("postgres")
        self._connection = psycopg2.connect(connect_timeout=5, **options)
        self._connection.autocommit = True
        with self._connection.cursor() as cr:
            # by which Odoo wakes its crons, in the database postgres
            cr.execute("LISTEN cron_trigger")

    def fileno(self):
        return self._connection.fileno()

    def heard(self):
        self._connection.poll()
        payloads = [each.payload for each in self._connection.notifies]
        self._connection.notifies.clear()
        return self._database in payloads

    def close(self):
        self._connection.close()


def listening(database):
    """A ``Wake`` for a process beside Odoo's crons."""
    return Wake(functools.partial(Notifications, database), (*ERRORS, OSError))
