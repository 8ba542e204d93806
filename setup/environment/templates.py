"""Cached databases with modules installed, to copy from."""

from __future__ import annotations

import ast
import contextlib
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from . import command, database
from .cache import REPOSITORY, Cache, short_hash
from .content import content_hash
from .database import PREFIX

BASE = ("base", "web", "rpc", "http_routing")
KEEP = 12  # templates with addons; older ones belong to code that has changed since
LOCKS = 16


def addons(folder: Path = REPOSITORY) -> list[str]:
    """Return the addons of a folder, sorted by name."""
    return sorted(path.parent.name for path in folder.glob("*/__manifest__.py"))


def dependencies(modules: Iterable[str], folders: Iterable[Path]) -> list[Path]:
    """Return the addons in these folders that modules are, or depend on, sorted."""
    known = {name: folder / name for folder in folders for name in addons(folder)}
    found: set[Path] = set()
    waiting = [known[name] for name in modules if name in known]
    while waiting:
        addon = waiting.pop()
        found.add(addon)
        manifest = ast.literal_eval((addon / "__manifest__.py").read_text("utf-8"))
        wanted = [known[name] for name in manifest["depends"] if name in known]
        waiting += [addon for addon in wanted if addon not in found]
    return sorted(found)


def fingerprint(modules: Sequence[str], demo: bool, content: str = "") -> str:
    """Return the key of a template: what is in it, and what Odoo and Python made it."""
    python = ".".join(platform.python_version_tuple()[:2])
    odoo = os.environ.get("ODOO_PATH", ""), os.environ.get("ODOO_VERSION", "")
    return short_hash(*odoo, python, demo, content, *sorted(modules))


def lock_name(template: str) -> str:
    """Return the lock for a template: shards make different ones at the same time."""
    return f"templates-{int(short_hash(template), 16) % LOCKS}.lock"


@dataclass(frozen=True)
class Recipe:
    """What a template has: modules on top of Odoo's own, demo data, and whence."""

    modules: tuple[str, ...] = ()
    demo: bool = False
    folders: tuple[Path, ...] = (REPOSITORY,)

    @property
    def name(self) -> str:
        sources = dependencies(self.modules, self.folders)
        if not sources:
            # all of it is Odoo's: it stays good as long as Odoo does
            return f"{PREFIX}_base_{fingerprint(self.modules + BASE, self.demo)}"
        key = fingerprint(self.modules + BASE, self.demo, content_hash(sources))
        return f"{PREFIX}_addons_{key}"

    @property
    def base(self) -> Recipe | None:
        """What it is made from: Odoo's modules are installed before ours."""
        ours = {path.name for path in dependencies(self.modules, self.folders)}
        odoos = tuple(name for name in self.modules if name not in ours)
        return Recipe(odoos if ours else (), self.demo, ()) if self.modules else None

    @property
    def options(self) -> list[str]:
        """Odoo's options to install it."""
        demo = ["--with-demo"] if self.demo else []
        return [command.addons_path(*self.folders), *demo]


class Templates:
    """The templates of one cache; each is made when somebody first wants it."""

    def __init__(self, cache: Cache):
        self.cache = cache

    def get(self, recipe: Recipe) -> str:
        """Return the name of a template, made when missing or when an addon changed."""
        name = recipe.name
        if not database.exists(name):
            base = self.get(recipe.base) if recipe.base else ""
            with self.cache.lock(lock_name(name)):
                if not database.exists(name):
                    self._make(name, recipe, base)
        return name

    def log(self, name: str) -> Path:
        """Return the log of the installation that made a template."""
        return self.cache.log(f"install-{name}")

    def _make(self, name: str, recipe: Recipe, base: str) -> None:
        draft = f"{name}_part"
        database.drop(draft)
        if base:
            database.copy(base, draft)
        modules = recipe.modules or BASE
        title = f"Installing {', '.join(modules)}"
        title += " with demo data" if recipe.demo else ""
        command.install(draft, modules, recipe.options, self.log(name), title)
        database.close(draft)
        database.rename(draft, name)
        self._prune()

    def _prune(self) -> None:
        query = (
            "SELECT datname FROM pg_database "
            "WHERE datname LIKE %s AND NOT datallowconn ORDER BY oid DESC"
        )
        for (name,) in database.execute(query, [f"{PREFIX}_addons_%"])[KEEP:]:
            # somebody may be copying it
            with contextlib.suppress(psycopg2.Error):
                database.drop(name)
