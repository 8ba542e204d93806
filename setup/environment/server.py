"""One Odoo server: start it, wait until it answers, stop it with all its workers."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import command, console

READY_SECONDS = 120.0
STOP_SECONDS = 15.0
POLL_SECONDS = 0.05
PORTS = "TEST_PORTS"  # the variable with the ports of a shard: "20000-20100"
_used = itertools.count()


def free_port(preferred: int = 0) -> int:
    """Return the preferred port if it is free on 127.0.0.1, else any free one.

    In a shard it is one of the shard's ports: another process might take a port of
    everybody's before it is used.
    """
    for port in itertools.chain(filter(None, [preferred]), _own_ports(), [0]):
        with socket.socket() as probe:
            # a port in TIME_WAIT is free for Odoo, which reuses addresses as well
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise console.Failure("No free port on 127.0.0.1.", "Close some servers.")


def _own_ports() -> Iterator[int]:
    """Yield the shard's ports, beginning after those that it has used."""
    start, _dash, stop = os.environ.get(PORTS, "").partition("-")
    ports = range(int(start or 0), int(stop or 0))
    for _port in ports:
        yield ports[next(_used) % len(ports)]


def answers(url: str, timeout: float = 5.0) -> bool:
    """Tell whether an HTTP GET gives 200."""
    # a proxy of the machine has no business with 127.0.0.1
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=timeout) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


class Server:
    """A real Odoo server on 127.0.0.1; in a ``with`` block it is ready.

    ``workers=0`` is the threaded server, more is prefork; ``extra``: options of Odoo.
    ``keep`` are file descriptors the server inherits.
    """

    def __init__(
        self,
        db: str,
        workers: int = 0,
        port: int | None = None,
        extra: Sequence[str] = (),
        log: Path | None = None,
        keep: Sequence[int] = (),
    ):
        self.db, self.workers, self.extra, self.keep = (
            db,
            workers,
            list(extra),
            tuple(keep),
        )
        self.port = port or free_port()
        self.log = log or Path(tempfile.mkdtemp(prefix="odoo-server-"), "odoo.log")
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *_exception) -> None:
        self.stop()

    def start(self) -> Server:
        """Return when the server answers; raises Failure with the end of its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("w") as output:
            # its own session: Ctrl-C is ours to handle, and its workers are one group
            self.process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=command.workplace(),
                start_new_session=True,
                pass_fds=self.keep,
            )
        try:
            self._wait_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop the server and its workers, by force if they take too long."""
        if self.process:
            stop_group(self.process.pid, self.process)
            self.process = None

    def log_size(self) -> int:
        """Return the bytes that the log has so far."""
        return self.log.stat().st_size

    def log_text(self, begin: int = 0) -> str:
        """Return the log, or what was written after so many bytes of it."""
        with self.log.open("rb") as log:
            log.seek(begin)
            return log.read().decode(errors="replace")

    def _command(self) -> list[str]:
        return command.odoo(
            f"--database={self.db}",
            "--no-database-list",
            f"--workers={self.workers}",
            "--http-interface=127.0.0.1",
            f"--http-port={self.port}",
            f"--gevent-port={free_port()}",
            *self.extra,
        )

    def _wait_ready(self) -> None:
        progress = console.Progress("Starting Odoo")
        deadline = time.monotonic() + READY_SECONDS
        while not answers(f"{self.url}/web/health"):
            progress.tick()
            if self.process.poll() is not None or time.monotonic() > deadline:
                hint = "The log says why; perhaps another program has taken the port."
                raise console.Failure(
                    "Starting Odoo: the server does not answer.", hint, self.log
                )
            time.sleep(POLL_SECONDS)
        progress.done()


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; a zombie does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def stop_group(pid: int, process: subprocess.Popen | None = None) -> None:
    """Stop the process group that ``pid`` leads: ask first, then force."""
    for ask, seconds in (
        (signal.SIGTERM, STOP_SECONDS),
        (signal.SIGKILL, STOP_SECONDS),
    ):
        try:
            # only the leader when asking: it stops its workers in good order
            (os.kill if ask == signal.SIGTERM else os.killpg)(pid, ask)
        except ProcessLookupError:
            break
        if _gone(pid, process, seconds):
            break
    # workers whose master was killed
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _gone(pid: int, process: subprocess.Popen | None, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (process.poll() is not None) if process else not is_alive(pid):
            return True
        time.sleep(POLL_SECONDS)
    return False
