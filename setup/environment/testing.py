"""``setup/test``: pure tests without Odoo, then all others in one pytest with it."""

from __future__ import annotations

import configparser
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from . import command, database, postgres, templates
from .cache import REPOSITORY, Cache

USAGE = """\
usage: setup/test [pytest arguments]

Installs what is missing (Odoo 19, Python packages, PostgreSQL) into the cache and runs
  1. the pure tests (tests/pure) without Odoo, which must cover the pure modules wholly,
  2. the tests of the addons and of the whole system (tests/) on real Odoo.
With paths or -k/-m among the arguments there is one run, of just these tests.

  setup/test endpoint/tests/test_endpoint.py -k csv
  setup/test tests/pure

Environment: ODOO_PATH (an Odoo 19), PGHOST PGPORT PGUSER PGPASSWORD (a PostgreSQL of
yours), XDG_CACHE_HOME (the cache is odoo-rest-suite in there), CI (plain output)."""
PURE = "tests/pure"
NOT_RUN = (PURE, "tests/bench")
SELECTORS = ("-k", "-m")
COVERAGE = [
    "--cov",
    "--cov-branch",
    "--cov-config=.coveragerc",
    "--cov-report=term-missing:skip-covered",
    "--cov-fail-under=100",
]


def selected_paths(
    arguments: Sequence[str], exists: Callable[[str], bool]
) -> list[str]:
    """Return the arguments that name tests (``tests/test_x.py::test_y`` as well)."""
    words = zip(("", *arguments), arguments, strict=False)
    return [
        word
        for previous, word in words
        if not word.startswith("-")
        and previous not in SELECTORS
        and exists(word.split("::")[0])
    ]


def selects(arguments: Sequence[str]) -> bool:
    """Tell whether ``-k`` or ``-m`` is among the arguments, in either spelling."""
    return any(word in SELECTORS or word.startswith(("-k", "-m")) for word in arguments)


def is_pure(path: str) -> bool:
    """Tell whether a path, absolute or in the repository, leads to pure tests."""
    relative = (
        os.path.relpath(path.split("::")[0], REPOSITORY)
        if path.startswith("/")
        else path
    )
    return Path(relative).is_relative_to(PURE)


def main(arguments: Sequence[str]) -> int:
    """Run the tests that the arguments ask for and return an exit code."""
    os.chdir(REPOSITORY)
    paths = selected_paths(arguments, os.path.exists)
    if paths and all(map(is_pure, paths)):
        return pure(arguments)
    code = 0
    if not paths and not selects(arguments):
        code = pure([PURE, *arguments], coverage=True) if Path(PURE).is_dir() else 0
    defaults = [] if paths else default_paths()
    # a run that collects nothing has found out nothing
    return with_odoo([*arguments, *defaults]) or code


def default_paths() -> list[str]:
    """Return the addons' test folders, and ``tests`` without what runs on its own."""
    folders = [f"{name}/tests" for name in templates.addons()] + ["tests"]
    paths = [folder for folder in folders if os.path.isdir(folder)]
    return paths + [f"--ignore={folder}" for folder in NOT_RUN]


def pure(arguments: Sequence[str], coverage: bool = False) -> int:
    """Run tests in a process that cannot even import Odoo."""
    dropped = ("PYTHONPATH", "ODOO_RC", "ODOO_PATH")
    variables = {
        name: value for name, value in os.environ.items() if name not in dropped
    }
    options = coverage_options() if coverage else []
    return _pytest(["-p", "no:odoo", *options, *arguments], variables)


def coverage_options() -> list[str]:
    """Return the options that demand full coverage of ``.coveragerc``'s modules."""
    settings = configparser.ConfigParser()
    settings.read(".coveragerc")
    patterns = settings.get("report", "include", fallback="").split()
    if not any(True for pattern in patterns for _path in Path().glob(pattern)):
        return []
    return [
        "--cov",
        "--cov-branch",
        "--cov-config=.coveragerc",
        "--cov-report=term-missing:skip-covered",
        "--cov-fail-under=100",
    ]


def with_odoo(arguments: Sequence[str]) -> int:
    """Run tests on a fresh copy of a database that has all addons installed."""
    cache = Cache()
    with postgres.running(cache):
        recipe = templates.Recipe(tuple(templates.addons()), demo=True)
        template = templates.Templates(cache).get(recipe)
        name = database.copy(template, database.new_name("test"))
        try:
            options = [
                f"--odoo-database={name}",
                "--odoo-http",
                "--odoo-log-level=warn",
            ]
            return _pytest([*options, *arguments], dict(os.environ))
        finally:
            database.drop(name)


def _pytest(arguments: Sequence[str], variables: dict[str, str]) -> int:
    call = [sys.executable, "-m", "pytest", *arguments]
    process = subprocess.Popen(call, env=variables)
    try:
        return process.wait()
    except KeyboardInterrupt as interruption:
        # Ctrl-C has reached pytest, too; either way it tidies up
        if isinstance(interruption, command.Terminated):
            process.send_signal(signal.SIGINT)
        return process.wait()


if __name__ == "__main__":
    command.guard(main, sys.argv[1:])
