"""A PostgreSQL of its own with a hot standby, both on free ports, gone afterwards.

::

    with Replication() as pair:
        pair.adopt(kit.create_database(…))
        with kit.Server(database, extra=pair.options):
            pair.pause()
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg2
from environment import postgres
from environment.cache import Cache
from environment.server import free_port

SETTINGS = """
listen_addresses = ''
wal_level = replica
max_wal_senders = 4
hot_standby = on
fsync = off
full_page_writes = off
shared_buffers = 64MB
"""
PATIENCE = 30.0  # seconds for the standby to have what the primary has


class Replication:
    """``primary`` and ``standby`` are arguments of ``psycopg2.connect``."""

    def __init__(self) -> None:
        cluster = postgres.Cluster(Cache())
        self._bin, self._account = cluster.bin, cluster.account
        self._home = Path(tempfile.mkdtemp(prefix="replication-", dir="/tmp"))
        self.primary = self._address()
        self.standby = self._address()

    def _address(self) -> dict:
        return {"host": str(self._home), "port": free_port(), "user": postgres.ROLE}

    def __enter__(self) -> Replication:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def _start(self) -> None:
        os.chown(self._home, self._account.get("user", -1), -1)
        primary, standby = self._home / "primary", self._home / "standby"
        options = ["-U", "postgres", "-A", "trust", "--encoding=UTF8", "--locale=C"]
        self._run("initdb", "-D", primary, *options, "--no-sync")
        with (primary / "postgresql.conf").open("a") as configuration:
            configuration.write(SETTINGS)
        self._launch(primary, self.primary)
        role = f"CREATE ROLE {postgres.ROLE} LOGIN CREATEDB"
        self.execute(role, self._super(self.primary), "postgres")
        source = ["-h", self._home, "-p", self.primary["port"], "-U", "postgres"]
        backup = ["-R", "-X", "stream", "-c", "fast", "--no-sync"]
        self._run("pg_basebackup", *source, "-D", standby, *backup)
        self._launch(standby, self.standby)

    def stop(self) -> None:
        """Stop both, whatever state they are in, and remove their files."""
        for name in ("standby", "primary"):
            if (self._home / name / "postmaster.pid").exists():
                options = ["-D", self._home / name, "-m", "immediate", "-w"]
                with contextlib.suppress(subprocess.CalledProcessError):
                    self._run("pg_ctl", *options, "stop")
        shutil.rmtree(self._home, ignore_errors=True)

    def _launch(self, folder: Path, address: dict) -> None:
        options = f"-p {address['port']} -k {self._home}"
        log = folder / "server.log"
        self._run("pg_ctl", "-D", folder, "-w", "-l", log, "-o", options, "start")

    def _run(self, program: str, *arguments: object) -> None:
        subprocess.run(
            [self._bin / program, *map(str, arguments)],
            check=True,
            # a server that stays would keep a pipe open
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            cwd=self._home,
            **self._account,
        )

    # --- databases -----------------------------------------------------------

    def adopt(self, database: str) -> None:
        """Copy a database of the run's own PostgreSQL, under the same name."""
        create = f'CREATE DATABASE "{database}" TEMPLATE template0'
        self.execute(create, self.primary, "postgres")
        dump = [str(self._bin / "pg_dump"), "--no-owner", database]
        load = [str(self._bin / "psql"), "-q", "-v", "ON_ERROR_STOP=1"]
        load += ["-h", str(self._home), "-p", str(self.primary["port"])]
        load += ["-U", self.primary["user"], database]
        with subprocess.Popen(dump, stdout=subprocess.PIPE) as source:
            nowhere = subprocess.DEVNULL
            subprocess.run(load, stdin=source.stdout, check=True, stdout=nowhere)
        assert source.returncode == 0
        self.catch_up()

    @property
    def options(self) -> Sequence[str]:
        """Odoo's options: writes go to the primary, reads to the standby."""
        return [
            f"--db_host={self.primary['host']}",
            f"--db_port={self.primary['port']}",
            f"--db_user={self.primary['user']}",
            f"--db_replica_host={self.standby['host']}",
            f"--db_replica_port={self.standby['port']}",
        ]

    def execute(self, query: str, address: dict, database: str) -> list[tuple]:
        """Run one statement outside of a transaction and return its rows."""
        with contextlib.closing(psycopg2.connect(dbname=database, **address)) as c:
            c.autocommit = True
            with c.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchall() if cursor.description else []

    def _super(self, address: dict) -> dict:
        return {**address, "user": "postgres"}

    # --- the standby ---------------------------------------------------------

    def pause(self) -> None:
        """From now on the standby has what the primary had until now."""
        self.catch_up()
        self._ask_standby("SELECT pg_wal_replay_pause()")

    def resume(self) -> None:
        """Let the standby follow again, and wait for it."""
        self._ask_standby("SELECT pg_wal_replay_resume()")
        self.catch_up()

    def catch_up(self) -> None:
        """Return when the standby has all that the primary has committed."""
        ((position,),) = self.execute(
            "SELECT pg_current_wal_lsn()", self._super(self.primary), "postgres"
        )
        query = f"SELECT pg_last_wal_replay_lsn() >= '{position}'"
        deadline = time.monotonic() + PATIENCE
        while self._ask_standby(query) != [(True,)]:
            assert time.monotonic() < deadline, "the standby does not follow"
            time.sleep(0.02)

    def _ask_standby(self, query: str) -> list[tuple]:
        return self.execute(query, self._super(self.standby), "postgres")
