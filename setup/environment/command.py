"""Run Odoo's own commands in the prepared environment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from . import console

ONCE = ("--stop-after-init", "--no-http")
# prefork starts its evented process by this path, which "-m odoo" has no use for
PROGRAM = Path(__file__).resolve().parents[1] / "odoo_bin.py"


def odoo(*arguments: str | Path) -> list[str]:
    """Return the command line of an Odoo command."""
    return [sys.executable, str(PROGRAM), *map(str, arguments)]


def workplace() -> Path:
    """Return the folder to run Odoo in: Python would import from any other, too."""
    folder = Path(os.environ["ODOO_DATA_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def addons_path(*folders: str | Path) -> str:
    """Return the option that has Odoo look for addons in further folders, too."""
    return "--addons-path=" + ",".join(
        [os.environ["ODOO_ADDONS_PATH"], *map(str, folders)]
    )


def install(
    database: str, modules: Iterable[str], options: Sequence[str], log: Path, title: str
) -> None:
    """Install modules with progress; raises Failure with the end of the log."""
    call = odoo("-d", database, "-i", ",".join(modules), *options, *ONCE)
    hint = "The log names the addon at fault."
    console.run(call, title, log, cwd=workplace(), hint=hint)


def run(database: str, *options: str) -> str:
    """Run ``odoo -d DATABASE OPTIONS --stop-after-init`` and return its log.

    Raises Failure with the end of the log when Odoo fails.
    """
    command = odoo("-d", database, *options, *ONCE)
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
            f"odoo {' '.join(options)} (exit code {answer.returncode})\n"
            f"{answer.stdout[-4000:]}"
        )
    return answer.stdout


def shell(database: str, source: str, *options: str) -> str:
    """Run Python source in ``odoo shell`` and return what it printed.

    ``env`` is there; the source must commit.

    Raises Failure with the traceback when the source fails.
    """
    command = odoo("shell", "-d", database, "--no-http", "--log-level=warn", *options)
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


class Terminated(KeyboardInterrupt):
    """Somebody asked this process alone to end; Ctrl-C is told to its children, too."""


def guard(main: Callable[[Sequence[str]], int], arguments: Sequence[str]) -> None:
    """Run a command and exit; a termination tidies up like Ctrl-C."""

    def interrupt(*_event):
        raise Terminated

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    try:
        sys.exit(main(arguments))
    except console.Failure as failure:
        sys.exit(str(failure))
    except OSError as error:
        hint = "Check that the disk has space and that the cache folder is yours."
        sys.exit(str(console.Failure(str(error), hint)))
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; the next start carries on from here.")
