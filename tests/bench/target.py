"""Databases and servers of a run; all of them are gone afterwards."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import kit
from environment import console
from environment.server import Server, free_port

from . import processes
from .access_log import AccessLog

ADDONS = Path(__file__).parent / "addons"
# nothing but requests shall happen, and no worker shall retire
EXTRA = ("--max-cron-threads=0", "--limit-request=100000000")
MODES = {"threaded": 0, "prefork": 2}


@contextlib.contextmanager
def databases(
    modules: Sequence[str], prepare: Callable[[str], str], names: Sequence[str]
) -> Iterator[dict[str, str]]:
    """``{name: database}``, each filled by the source ``prepare(name)`` in a shell."""
    made: dict[str, str] = {}
    try:
        for name in names:
            made[name] = kit.create_database(
                f"bench_{name}_{free_port()}", modules, False, [ADDONS]
            )
            with _told(f"Preparing the database {name}"):
                kit.shell(made[name], prepare(name))
        yield made
    finally:
        for database in made.values():
            kit.drop_database(database)


@contextlib.contextmanager
def _told(title: str) -> Iterator[None]:
    progress = console.Progress(title)
    yield
    progress.done()


@dataclass(frozen=True)
class Target:
    """A running server, its database and its log."""

    server: Server
    database: str
    log: AccessLog

    @property
    def url(self) -> str:
        return self.server.url

    def cpu(self) -> float:
        """Return the seconds of processor time that server and workers have used."""
        return processes.seconds(self.server.process.pid)


@contextlib.contextmanager
def servers(
    mode: str, names: Mapping[str, str], port: int, extra: Sequence[str] = ()
) -> Iterator[dict[str, Target]]:
    """``{name: running server}``, one for each database."""
    with contextlib.ExitStack() as stack:
        found = {}
        for number, (name, database) in enumerate(names.items()):
            wanted = free_port(port + number)
            options = [*EXTRA, *extra]
            server = Server(database, workers=MODES[mode], port=wanted, extra=options)
            stack.enter_context(server)
            found[name] = Target(server, database, AccessLog(server.log))
        yield found
