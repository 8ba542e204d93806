"""Databases: cached templates with modules installed, and cheap copies of them."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path

import psycopg2
from psycopg2 import sql

from . import command
from .cache import REPOSITORY, Cache, short_hash

BASE = ("base", "web", "rpc", "http_routing")
PREFIX = "rest_suite"
KEEP = 8  # templates with addons; older ones belong to code that has changed since
# changes in these do not change a database
IGNORED = {"__pycache__", "tests", "readme", "README.rst", "i18n"}


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
    execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    )
    shutil.rmtree(filestore(name), ignore_errors=True)


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


def addons(folder: Path = REPOSITORY) -> list[str]:
    """Return the installable addons of a folder, sorted by name."""
    return sorted(path.parent.name for path in folder.glob("*/__manifest__.py"))


def content_hash(folders: Iterable[Path]) -> str:
    """Return a hash of all files that can change what an installed addon leaves in a database."""
    parts: list[object] = []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not IGNORED.intersection(
                path.relative_to(folder).parts
            ):
                parts += [
                    path.relative_to(folder.parent),
                    short_hash(path.read_bytes().hex()),
                ]
    return short_hash(*parts)


def fingerprint(modules: Sequence[str], demo: bool, content: str = "") -> str:
    """Return the key of a template: what went into it, and the Odoo and Python that made it."""
    python = ".".join(platform.python_version_tuple()[:2])
    odoo = os.environ.get("ODOO_PATH", ""), os.environ.get("ODOO_VERSION", "")
    return short_hash(*odoo, python, demo, content, *sorted(modules))


class Templates:
    """The cached templates: one with Odoo's own modules, others with addons on top of it."""

    def __init__(self, cache: Cache):
        self.cache = cache

    def base(self, demo: bool) -> str:
        """Return a template with only Odoo's own modules, made when missing."""
        name = f"{PREFIX}_base_{fingerprint(BASE, demo)}"
        with self.cache.lock("templates.lock"):
            if not exists(name):
                self._make(name, BASE, demo)
        return name

    def with_addons(
        self,
        modules: Sequence[str],
        demo: bool,
        folders: Sequence[Path] = (REPOSITORY,),
    ) -> str:
        """Return a template with modules installed, made when missing or when an addon in ``folders`` changed."""
        base = self.base(demo)
        if not modules:
            return base
        sources = [folder / name for folder in folders for name in addons(folder)]
        name = f"{PREFIX}_addons_{fingerprint((*modules, base), demo, content_hash(sources))}"
        with self.cache.lock("templates.lock"):
            if not exists(name):
                self._make(name, modules, demo, base)
                self._prune()
        return name

    def _make(
        self, name: str, modules: Sequence[str], demo: bool, base: str = ""
    ) -> None:
        draft = f"{name}_part"
        drop(draft)
        if base:
            copy(base, draft)
        title = f"Installing {', '.join(modules)}" + (" with demo data" if demo else "")
        command.install(draft, modules, demo, self.cache.log(f"install-{name}"), title)
        # a template that somebody is connected to cannot be copied
        execute(
            sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(
                sql.Identifier(draft)
            )
        )
        rename(draft, name)

    def _prune(self) -> None:
        query = "SELECT datname FROM pg_database WHERE datname LIKE %s AND NOT datallowconn ORDER BY oid DESC"
        for (name,) in execute(query, [f"{PREFIX}_addons_%"])[KEEP:]:
            drop(name)
