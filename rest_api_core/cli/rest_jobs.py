"""``odoo-bin rest_jobs -d DB``: performs the jobs of REST APIs, until it is stopped.

Any number of these processes, on any node, share the queue with each other and with the
cron. SIGTERM and SIGINT end one: what runs may end by itself for a while, the rest is
given back.
"""

import argparse
import logging
import os
import signal

from odoo import SUPERUSER_ID
from odoo.api import Environment
from odoo.cli.command import Command
from odoo.modules.registry import Registry
from odoo.tools import config

_logger = logging.getLogger(__name__)


class RestJobs(Command):
    """Perform the jobs of REST APIs: large exports, imports and batches.

    Without it, a scheduled action performs them within the time limits of Odoo.
    """

    name = "rest_jobs"

    def run(self, cmdargs):
        own, others = self._arguments().parse_known_args(cmdargs)
        config.parse_config(others, setup_logging=True)
        if len(config["db_name"]) != 1:
            self.parser.error("name one database: -d DATABASE")
        (database,) = config["db_name"]
        self._perform(database, own)

    def _arguments(self):
        add = self.parser.add_argument
        add(
            "--threads",
            type=_positive,
            default=2,
            help="jobs that are performed at the same time (%(default)s)",
        )
        add(
            "--grace",
            type=float,
            default=20.0,
            help="seconds that running jobs have to end when the process is stopped,"
            " before they are given back (%(default)s)",
        )
        return self.parser

    def _perform(self, database, own):
        with Registry(database).cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            engine = env["rest.job.host"]._engine(own.threads)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: engine.stop(own.grace))
        _logger.info("Process %s performs jobs of %s", os.getpid(), database)
        engine.run()
        _logger.info("Process %s has ended %s jobs", os.getpid(), engine.ended)


def _positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
