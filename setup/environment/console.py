"""Progress of long steps, and failures that say what to do."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

QUIET_SECONDS = 1.0  # shorter steps are not worth a line
PLAIN_INTERVAL = 20.0  # seconds between lines where the output is no terminal


class Failure(Exception):
    """A step that failed: what failed, what to do about it, and where its log is."""

    def __init__(self, what: str, hint: str = "", log: Path | None = None):
        super().__init__(what)
        self.what, self.hint, self.log = what, hint, log

    def __str__(self) -> str:
        lines = [f"FAILED: {self.what}"]
        if self.log:
            lines += [f"  | {line}" for line in tail(self.log)] + [f"  Log: {self.log}"]
        if self.hint:
            lines.append(f"  What to do: {self.hint}")
        return "\n".join(lines)


def tail(log: Path, count: int = 12) -> list[str]:
    """Return the last lines of a log, or nothing when there is none."""
    try:
        return log.read_text(errors="replace").rstrip().splitlines()[-count:]
    except OSError:
        return []


def say(text: str) -> None:
    """Print one line of progress; standard output stays free for results."""
    print(text, file=sys.stderr, flush=True)


def is_terminal() -> bool:
    """Tell whether a line may be rewritten in place."""
    return sys.stderr.isatty() and not os.environ.get("CI")


class Progress:
    """One step's line: its title, its seconds and the megabytes it has written."""

    def __init__(self, title: str, watch: Path | None = None):
        self.title, self.watch = title, watch
        self.started = self.printed = time.monotonic()

    def text(self) -> str:
        seconds = time.monotonic() - self.started
        size = f", {folder_size(self.watch) // 2**20} MB" if self.watch else ""
        return f"{self.title} … {seconds:.0f} s{size}"

    def tick(self) -> None:
        now = time.monotonic()
        if is_terminal() and now - self.started > QUIET_SECONDS / 4:
            print(f"\r\033[K  {self.text()}", end="", file=sys.stderr, flush=True)
        elif not is_terminal() and now - self.printed > PLAIN_INTERVAL:
            self.printed = now
            say(f"  {self.text()}")

    def done(self) -> None:
        if is_terminal():
            print("\r\033[K", end="", file=sys.stderr, flush=True)
        if time.monotonic() - self.started > QUIET_SECONDS:
            say(f"  {self.text()}, done")


def folder_size(folder: Path) -> int:
    """Return the bytes of the files below a folder, which may be changing meanwhile."""
    total = 0
    for parent, _folders, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(parent, name)).st_size
            except OSError:
                continue
    return total


def run(
    command: Sequence[str | Path],
    title: str,
    log: Path,
    *,
    hint: str = "",
    env: Mapping[str, str] | None = None,
    watch: Path | None = None,
    **options,
) -> None:
    """Run a command of the set-up with progress; its output goes to ``log``.

    Raises :class:`Failure` with ``hint`` when the command is missing or fails.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    progress = Progress(title, watch)
    with log.open("w") as output:
        try:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                start_new_session=True,
                **options,
            )
        except OSError as error:
            raise Failure(f"{title}: {error}", hint, log) from error
        code = _wait(process, progress)
    progress.done()
    if code:
        raise Failure(f"{title} (exit code {code})", hint, log)


def _wait(process: subprocess.Popen, progress: Progress) -> int:
    try:
        while True:
            try:
                return process.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                progress.tick()
    except BaseException:
        # interrupted: leave no child or grandchild behind that goes on writing
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        raise
