"""Databases and their files: copy, rename, drop."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

import psycopg2
from psycopg2 import errors, sql

PREFIX = "rest_suite"
VACUUM_SECONDS = 30.0


def execute(
    query: sql.Composable | str, parameters: Sequence = (), database: str = "postgres"
) -> list[tuple]:
    """Run one statement outside of a transaction and return its rows."""
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall() if cursor.description else []


def exists(name: str) -> bool:
    return bool(execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]))


def filestore(name: str) -> Path:
    return Path(os.environ["ODOO_DATA_DIR"], "filestore", name)


def drop(name: str) -> None:
    """Drop a database and its files, whoever is connected; a missing one is fine."""
    query = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    deadline = time.monotonic() + VACUUM_SECONDS
    while True:
        try:
            execute(query.format(sql.Identifier(name)))
            break
        except errors.InsufficientPrivilege:
            # PostgreSQL is vacuuming it: only a superuser may interrupt that
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
    shutil.rmtree(filestore(name), ignore_errors=True)


def close(name: str) -> None:
    """Let nobody connect: a database that somebody is connected to cannot be copied."""
    query = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false")
    execute(query.format(sql.Identifier(name)))


def copy(source: str, name: str) -> str:
    """Copy a database that nobody is connected to, and return the copy's name."""
    query = "CREATE DATABASE {} TEMPLATE {}"
    execute(sql.SQL(query).format(sql.Identifier(name), sql.Identifier(source)))
    if filestore(source).is_dir():
        # the files are named after their content and never written again
        shutil.copytree(
            filestore(source), filestore(name), copy_function=_link, dirs_exist_ok=True
        )
    return name


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def rename(name: str, new_name: str) -> None:
    """Give a finished database and its files their final name."""
    if filestore(name).is_dir():
        shutil.rmtree(filestore(new_name), ignore_errors=True)
        filestore(name).rename(filestore(new_name))
    execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
            sql.Identifier(name), sql.Identifier(new_name)
        )
    )


def new_name(purpose: str) -> str:
    """Return a database name that nobody else has."""
    return (
        f"{PREFIX}_{re.sub('[^a-z0-9]+', '_', purpose.lower())}_{uuid.uuid4().hex[:8]}"
    )
