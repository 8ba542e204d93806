"""Run Odoo's own commands in the prepared environment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from . import console


def odoo(*arguments: str | Path) -> list[str]:
    """Return the command line of an Odoo command."""
    return [sys.executable, "-m", "odoo", *map(str, arguments)]


def workplace() -> Path:
    """Return the folder to run Odoo in: Python would import from any other, too."""
    folder = Path(os.environ["ODOO_DATA_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def install(
    database: str, modules: Iterable[str], demo: bool, log: Path, title: str
) -> None:
    """Install modules with progress; raises Failure with the end of the log."""
    options = ["-i", ",".join(modules), "--stop-after-init", "--no-http"]
    options += ["--with-demo"] if demo else []
    console.run(
        odoo("-d", database, *options),
        title,
        log,
        cwd=workplace(),
        hint="The log names the addon at fault.",
    )


def run(database: str, *options: str) -> str:
    """Run ``odoo -d DATABASE OPTIONS --stop-after-init`` and return its log; raises Failure on an exit code."""
    command = odoo("-d", database, *options, "--stop-after-init", "--no-http")
    answer = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        cwd=workplace(),
    )
    if answer.returncode:
        raise console.Failure(
            f"odoo {' '.join(options)} (exit code {answer.returncode})\n{answer.stdout[-4000:]}"
        )
    return answer.stdout


def shell(database: str, source: str) -> str:
    """Run Python source in ``odoo shell`` (``env`` is there; commit yourself) and return what it printed.

    Raises Failure with the traceback when the source fails.
    """
    command = odoo("shell", "-d", database, "--no-http", "--log-level=warn")
    answer = subprocess.run(
        command,
        input=source,
        capture_output=True,
        text=True,
        check=False,
        cwd=workplace(),
    )
    if answer.returncode or "Traceback (most recent call last)" in answer.stderr:
        raise console.Failure(
            f"odoo shell (exit code {answer.returncode})\n{answer.stderr[-4000:]}"
        )
    return answer.stdout


def guard(main: Callable[[Sequence[str]], int], arguments: Sequence[str]) -> None:
    """Run a command and exit; failures are told in words, a termination tidies up like Ctrl-C."""

    def interrupt(*_event):
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    try:
        sys.exit(main(arguments))
    except console.Failure as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit("\nInterrupted.")
