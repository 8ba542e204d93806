"""Several pytest processes at once, each with ports and a scratch folder of its own."""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from . import console, outcome, recorder, server
from .cache import Cache

POLL_SECONDS = 0.1
# below those that the kernel gives to clients
FIRST_PORT = 20_000
PORTS = 100  # of a shard
# a process that a test has left behind may keep the pipe open
READ_ON_SECONDS = 5.0
_TITLE = re.compile(r"(\x1b\[[\d;]*m)*=+ (?!test session starts)")
_printing = threading.Lock()


@dataclass
class Place:
    """What only one running shard of this machine has; ``hold`` keeps it claimed.

    With ``keep`` the scratch folder stays: the logs of the servers are in it.
    """

    scratch: Path
    ports: range
    hold: int
    keep: bool = False

    @property
    def variables(self) -> dict[str, str]:
        ports = f"{self.ports.start}-{self.ports.stop}"
        return {"TMPDIR": str(self.scratch), server.PORTS: ports}

    @property
    def outcome(self) -> Path:
        return self.scratch / "outcome.json"


@contextlib.contextmanager
def place(cache: Cache) -> Iterator[Place]:
    """Claim a range of ports that no other run with this cache has."""
    folder = cache.path("places")
    folder.mkdir(exist_ok=True)
    with contextlib.ExitStack() as stack:
        for number in itertools.count():
            handle = stack.enter_context((folder / str(number)).open("w"))
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
        # a short path: PostgreSQL and Chromium make sockets in it
        scratch = Path(tempfile.mkdtemp(prefix="setup-test-"))
        start = FIRST_PORT + number * PORTS
        claimed = Place(scratch, range(start, start + PORTS), handle.fileno())
        try:
            yield claimed
        finally:
            if claimed.keep:
                console.say(f"Logs of the servers: {scratch}")
            else:
                shutil.rmtree(scratch, ignore_errors=True)


class Shard:
    """A pytest process whose output appears line by line, each with a label.

    What pytest prints after the progress (failures, coverage, summary) appears in one
    piece at the end, so that two shards do not mix theirs.
    """

    def __init__(self, label: str, at: Place, stream: TextIO = sys.stdout):
        self.label, self.at, self.stream = label, at, stream
        self.result: outcome.Outcome | None = None
        self._process: subprocess.Popen | None = None
        self._reader: threading.Thread | None = None

    def start(self, arguments: Sequence[str], variables: Mapping[str, str]) -> Shard:
        marked = {recorder.VARIABLE: str(self.at.outcome), **self.at.variables}
        self._process = subprocess.Popen(
            [*pytest(), "--no-header", *arguments],
            env={**variables, **marked},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            pass_fds=[self.at.hold],
            # Ctrl-C reaches this process alone, which passes it on once
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def _read(self) -> None:
        rest: list[str] = []
        for line in self._process.stdout:
            if rest or _TITLE.match(line):
                rest.append(line)
            elif line.strip():
                self._print(f"[{self.label}] {line}")
        self._print(f"[{self.label}]\n" + "".join(rest))

    def _print(self, text: str) -> None:
        with _printing:
            self.stream.write(text)
            self.stream.flush()

    def poll(self) -> bool:
        """Tell whether the process has ended; ``result`` is there from then on."""
        if self.result is None and self._process.poll() is not None:
            self._reader.join(READ_ON_SECONDS)
            label, code = f"shard {self.label}", self._process.returncode
            self.result = outcome.read(self.at.outcome, label, code)
            self.at.keep = self.failed
        return self.result is not None

    def interrupt(self) -> None:
        """Ask pytest to tidy up and to end, as Ctrl-C does."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)

    def join(self) -> None:
        self._process.wait()

    @property
    def failed(self) -> bool:
        return bool(self.result and self.result.problems)


def pytest() -> list[str]:
    return [sys.executable, "-m", "pytest", "-p", "environment.recorder"]


def wait(shards: Sequence[Shard], stop_early: bool = False) -> outcome.Outcome:
    """Return what all shards together have found.

    With ``stop_early`` the failure of one interrupts the others.
    """
    try:
        while not all([shard.poll() for shard in shards]):
            if stop_early and any(shard.failed for shard in shards):
                interrupt(shards)
                stop_early = False
            time.sleep(POLL_SECONDS)
    except KeyboardInterrupt:
        interrupt(shards)
        while not all([shard.poll() for shard in shards]):
            time.sleep(POLL_SECONDS)
    return sum((shard.result for shard in shards), outcome.Outcome())


def interrupt(shards: Sequence[Shard]) -> None:
    for shard in shards:
        shard.interrupt()


def finish(shards: Sequence[Shard]) -> None:
    """End what still runs: their databases and folders are about to go."""
    interrupt(shards)
    for shard in shards:
        shard.join()


def cores() -> int:
    return len(os.sched_getaffinity(0))
