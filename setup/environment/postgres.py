"""The PostgreSQL of a run: the caller's, or a private cluster started on demand.

Everybody who uses the private cluster holds a shared lock on one file; a server left
running inherits it. Who lets go last stops the cluster. A lock dies with its process,
so a crash leaves no wrong count.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg2

from . import binaries, console
from .cache import NAME, Cache, short_hash

ROLE = "odoo"  # Odoo refuses to work as "postgres"
PORT = 5432
SOCKET_LIMIT = 107  # bytes of a socket's path that Linux takes
EXTERNAL = ("PGHOST", "PGPORT", "PGUSER", "PGSERVICE")
# nothing in this cluster is worth surviving a power cut
SETTINGS = """
listen_addresses = ''
max_connections = 200
shared_buffers = 256MB
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
jit = off
# parallel workers need more shared memory than containers give
max_parallel_workers_per_gather = 0
"""


@contextlib.contextmanager
def running(cache: Cache) -> Iterator[int | None]:
    """Have ``PG*`` in ``os.environ`` lead to a usable server.

    Yields the descriptor that keeps a private cluster alive (hand it to a server that
    outlives this process), or None for an external server. Raises Failure when there is
    no usable server.
    """
    if any(os.environ.get(name) for name in EXTERNAL):
        _check_external()
        yield None
        return
    cluster = Cluster(cache)
    cluster.start()
    try:
        os.environ.update(PGHOST=str(cluster.socket), PGPORT=str(PORT), PGUSER=ROLE)
        os.environ.pop("PGPASSWORD", None)
        yield cluster.hold
    finally:
        cluster.leave()


def _check_external() -> None:
    where = "PostgreSQL at {} port {}".format(
        os.environ.get("PGHOST", "(default)"), os.environ.get("PGPORT", "5432")
    )
    hint = "Check PGHOST, PGPORT, PGUSER and PGPASSWORD, or unset them all."
    try:
        with (
            contextlib.closing(psycopg2.connect(dbname="postgres")) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "SELECT rolname, rolcreatedb OR rolsuper "
                "FROM pg_roles WHERE rolname = current_user"
            )
            role, may_create = cursor.fetchone()
    except psycopg2.Error as error:
        raise console.Failure(f"{where}: {str(error).strip()}", hint) from error
    if role == "postgres" or not may_create:
        hint = "There: CREATE ROLE odoo LOGIN CREATEDB PASSWORD '…'; here: PGUSER=odoo."
        raise console.Failure(
            f"{where}: role {role} will not do; Odoo wants another, with CREATEDB.",
            hint,
        )


class Cluster:
    """A private cluster, whose socket lies in a folder that only its user may enter."""

    def __init__(self, cache: Cache):
        self.cache = cache
        self.account = _account()
        self.home = self._home()
        self.bin = binaries.find(cache, self.home)
        self.data = self.home / f"data-{binaries.major(self.bin)}"
        self.socket = self._socket()
        self.hold: int = -1

    def start(self) -> None:
        """Create the cluster when missing, start it when stopped, and hold it."""
        with self.cache.lock():
            if not self.data.exists():
                self._create()
            if not self._is_running():
                self._start()
            self.hold = os.open(
                self.cache.path("postgres.users"), os.O_RDWR | os.O_CREAT, 0o644
            )
            fcntl.flock(self.hold, fcntl.LOCK_SH)

    def leave(self) -> None:
        """Let go, and stop the cluster if nobody else holds it."""
        os.close(self.hold)
        stop_unused(self)

    def stop_if_unused(self) -> bool:
        """Stop the cluster unless somebody holds it; tell whether it is stopped now."""
        with self.cache.lock(), self.cache.path("postgres.users").open("a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            if self.data.exists() and self._is_running():
                self._run(
                    "pg_ctl",
                    "-D",
                    self.data,
                    "-w",
                    "-m",
                    "fast",
                    "stop",
                    title="Stopping PostgreSQL",
                )
            return True

    def _home(self) -> Path:
        inside = self.cache.path("postgres")
        inside.mkdir(exist_ok=True)
        if self._reaches(inside):
            return inside
        # root's home is closed to the unprivileged user that PostgreSQL must run as
        home = Path("/var/cache", NAME, short_hash(self.cache.root))
        home.mkdir(parents=True, exist_ok=True)
        return home

    def _reaches(self, folder: Path) -> bool:
        test = subprocess.run(
            ["test", "-x", folder], check=False, cwd="/", **self.account
        )
        return test.returncode == 0

    def _socket(self) -> Path:
        socket = self.home / "socket"
        if len(os.fsencode(f"{socket}/.s.PGSQL.{PORT}")) >= SOCKET_LIMIT:
            base = os.environ.get("XDG_RUNTIME_DIR") if not self.account else None
            socket = Path(
                base or "/tmp", f"{NAME}-{os.getuid()}-{short_hash(self.home)}"
            )
        self._own(socket)
        return socket

    def _own(self, folder: Path) -> None:
        """Make a folder that only the server's user may enter.

        Raises Failure if there is one of somebody else.
        """
        uid, gid = (
            self.account.get("user", os.getuid()),
            self.account.get("group", os.getgid()),
        )
        if not folder.exists():
            folder.mkdir(mode=0o700)
            os.chown(folder, uid, gid)
        status = folder.lstat()
        if status.st_uid != uid or status.st_mode & 0o077:
            raise console.Failure(
                f"{folder} belongs to somebody else or is open to others.",
                f"Remove {folder}.",
            )

    def _create(self) -> None:
        draft = self.data.with_name(self.data.name + ".part")
        shutil.rmtree(draft, ignore_errors=True)
        self._own(draft)
        options = [
            "-U",
            "postgres",
            "-A",
            "trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]
        self._run(
            "initdb", "-D", draft, *options, title="Creating a PostgreSQL cluster"
        )
        with (draft / "postgresql.conf").open("a") as configuration:
            configuration.write(SETTINGS)
        draft.rename(self.data)

    def _start(self) -> None:
        options = f"-p {PORT} -k {shlex.quote(str(self.socket))}"
        command = [
            "-D",
            self.data,
            "-w",
            "-t",
            "60",
            "-l",
            self.data / "server.log",
            "-o",
            options,
            "start",
        ]
        hint = f"See {self.data}/server.log. Without {self.data}, a new one is made."
        self._run("pg_ctl", *command, title="Starting PostgreSQL", hint=hint)
        with contextlib.closing(
            psycopg2.connect(
                host=self.socket, port=PORT, user="postgres", dbname="postgres"
            )
        ) as c:
            c.autocommit = True
            with c.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
                if not cursor.fetchone():
                    cursor.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")

    def _is_running(self) -> bool:
        command = [self.bin / "pg_ctl", "-D", self.data, "status"]
        return not subprocess.run(
            command, capture_output=True, check=False, cwd=self.home, **self.account
        ).returncode

    def _run(
        self,
        program: str,
        *arguments: str | Path,
        title: str,
        hint: str = binaries.HINT,
    ) -> None:
        # the caller's PG* variables are about another server
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        log = self.cache.log(program)
        command = [self.bin / program, *arguments]
        console.run(
            command,
            title,
            log,
            hint=hint,
            env=environment,
            cwd=self.home,
            **self.account,
        )


def stop_unused(cluster: Cluster) -> None:
    """Stop a cluster that nobody holds; trouble with that fails no finished run."""
    try:
        cluster.stop_if_unused()
    except console.Failure as failure:
        console.say(str(failure))


def _account() -> dict:
    """Return the ``subprocess`` options that have PostgreSQL run unprivileged."""
    if os.getuid():
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise console.Failure(
        "PostgreSQL refuses to run as root, and there is no user 'nobody'.",
        binaries.HINT,
    )
