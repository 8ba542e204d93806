"""``setup/test``: the pure tests without Odoo, and all others in shards with Odoo."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import command, database, outcome, plan, postgres, purity, shards, templates
from .cache import REPOSITORY, Cache
from .request import FULL, PURE, Request, is_pure, parse

USAGE = """\
usage: setup/test [--full] [--shards N] [--record] [pytest arguments]

Installs what is missing (Odoo 19, Python packages, PostgreSQL) into the cache and runs
  1. the pure tests (tests/pure) without Odoo, which must cover the pure modules wholly,
  2. the tests of the addons and of the whole system (tests/) on real Odoo, in two
     shards at once: pytest processes with a database, ports and a folder of their own.
It ends with the 15 slowest tests and one summary line. With paths or -k/-m among the
arguments it runs just these tests.

  setup/test endpoint/tests/test_endpoint.py -k csv
  setup/test tests/pure

  --full      run soaks and enumerations (marker "slow") in full, not in a short form
  --shards N  run so many shards (default: 3, on one core 1)
  --record    write the seconds of each file to setup/durations.json, which a fresh
              clone divides the files by

Environment: ODOO_PATH (an Odoo 19), PGHOST PGPORT PGUSER PGPASSWORD (a PostgreSQL of
yours), XDG_CACHE_HOME (the cache is odoo-rest-suite in there), CI (plain output)."""
SLOWEST = ("--durations=15", "--durations-min=1")
WORTH_SHARDS = 60  # seconds; starting Odoo and copying the database cost some


def main(arguments: Sequence[str]) -> int:
    """Run the tests that the arguments ask for and return an exit code."""
    os.chdir(REPOSITORY)
    request = parse(arguments)
    if request.full:
        os.environ[FULL] = "1"
    if request.paths and all(map(is_pure, request.paths)):
        return _pytest(["-p", "no:odoo", *request.arguments], without_odoo())
    files = plan.test_files(request.paths or default_folders())
    if request.may_be_split and is_worth_shards(request, files):
        return in_shards(request, files)
    return in_one_process(request)


def is_worth_shards(request: Request, files: Sequence[str]) -> bool:
    """Tell whether files take so long that a second process saves time."""
    seconds = plan.estimate(files, plan.durations(Cache()))
    return request.is_complete or seconds > WORTH_SHARDS


def default_folders() -> list[str]:
    """Return the folders with tests: of the addons, and of the whole system."""
    folders = [f"{name}/tests" for name in templates.addons()] + ["tests"]
    return [folder for folder in folders if os.path.isdir(folder)]


def default_paths() -> list[str]:
    """Return the arguments with which one pytest collects what the shards do."""
    return default_folders() + [f"--ignore={folder}" for folder in plan.NOT_RUN]


# --- one process ---------------------------------------------------------------------


def in_one_process(request: Request) -> int:
    """Run tests as pytest itself does, in the terminal; the pure ones before."""
    cache, code = Cache(), 0
    defaults = [] if request.paths else default_paths()
    with shards.place(cache) as at:
        if request.is_complete:
            options = ["-p", "no:odoo", *coverage_options(at.scratch)]
            code = _pytest([*options, *request.arguments, PURE], without_odoo())
        with postgres.running(cache), test_database(cache) as options:
            arguments = [*options, *SLOWEST, *request.arguments, *defaults]
            # a run that collects nothing has found out nothing
            found = _pytest(arguments, {**os.environ, **at.variables})
        at.keep = bool(found)
    return found or code


def _pytest(arguments: Sequence[str], variables: dict[str, str]) -> int:
    process = subprocess.Popen([*shards.pytest(), *arguments], env=variables)
    try:
        return process.wait()
    except KeyboardInterrupt as interruption:
        # Ctrl-C has reached pytest, too; either way it tidies up
        if isinstance(interruption, command.Terminated):
            process.send_signal(signal.SIGINT)
        return process.wait()


# --- shards --------------------------------------------------------------------------


def in_shards(request: Request, files: Sequence[str]) -> int:
    """Run tests in several processes at once, and report them as one run."""
    cache, started = Cache(), time.monotonic()
    known = plan.durations(cache)
    number = request.shards or default_shards()
    with contextlib.ExitStack() as stack:
        running: list[shards.Shard] = []
        try:
            if request.is_complete:
                running.append(start_pure(cache, request, stack))
            stack.enter_context(postgres.running(cache))
            for label, part in enumerate(plan.split(files, known, number), 1):
                running.append(start_shard(cache, request, stack, str(label), part))
            found = shards.wait(running, request.stops_early)
        finally:
            shards.finish(running)
    return report(request, cache, found, time.monotonic() - started)


def default_shards() -> int:
    """Return how many shards keep the machine busy.

    Tests of servers and browsers wait a third of their time: three use two cores.
    """
    return 1 if shards.cores() == 1 else 3


def start_pure(
    cache: Cache, request: Request, stack: contextlib.ExitStack
) -> shards.Shard:
    """Start the pure tests, which need no database."""
    shard = shards.Shard("pure", stack.enter_context(shards.place(cache)))
    coverage = coverage_options(shard.at.scratch)
    arguments = ["-p", "no:odoo", *coverage, *request.options, PURE]
    return shard.start(arguments, without_odoo())


def start_shard(
    cache: Cache,
    request: Request,
    stack: contextlib.ExitStack,
    label: str,
    files: Sequence[str],
) -> shards.Shard:
    """Start tests with Odoo on a database of their own."""
    options = stack.enter_context(test_database(cache))
    shard = shards.Shard(label, stack.enter_context(shards.place(cache)))
    return shard.start([*options, *request.options, *files], dict(os.environ))


def report(
    request: Request, cache: Cache, found: outcome.Outcome, seconds: float
) -> int:
    """Print what all shards have found, remember it, and return the exit code."""
    measured = outcome.file_seconds(found)
    plan.remember(cache, measured)
    if request.record:
        plan.record({k: v for k, v in measured.items() if not is_pure(k)})
    lines = [*outcome.slowest(found), *outcome.summary(found)]
    print("\n".join(lines))
    print(outcome.closing_line(found, seconds), flush=True)
    return 1 if found.problems or not found.counts["passed"] else 0


# --- what the processes run with ------------------------------------------------------


def without_odoo() -> dict[str, str]:
    """Return the variables of a process that cannot even import Odoo."""
    dropped = ("ODOO_RC", "ODOO_PATH")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    # our plugin for pytest is there
    return {**kept, "PYTHONPATH": str(REPOSITORY / "setup")}


def coverage_options(scratch: Path) -> list[str]:
    """Return the options that demand full coverage of the pure modules."""
    settings = purity.coverage_settings(purity.pure_modules(), scratch)
    return [
        "--cov",
        "--cov-branch",
        f"--cov-config={settings}",
        "--cov-report=term-missing:skip-covered",
        "--cov-fail-under=100",
    ]


@contextlib.contextmanager
def test_database(cache: Cache) -> Iterator[list[str]]:
    """Yield options for a fresh database that has all addons and their demo data."""
    recipe = templates.Recipe(tuple(templates.addons()), demo=True)
    template = templates.Templates(cache).get(recipe)
    name = database.copy(template, database.new_name("test"))
    try:
        yield [f"--odoo-database={name}", "--odoo-http", "--odoo-log-level=warn"]
    finally:
        database.drop(name)


if __name__ == "__main__":
    command.guard(main, sys.argv[1:])
