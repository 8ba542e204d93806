"""The pure modules of the addons, found by what they import.

A module is pure when it imports neither Odoo nor a driver of a database, and no module
of ours that is not pure. Pure modules are typed strictly and tested without Odoo, with
full branch coverage; this file is the only place that says which they are.
"""

from __future__ import annotations

import configparser
from collections.abc import Iterable
from pathlib import Path

from . import imports
from .cache import REPOSITORY

IMPURE = ("odoo", "psycopg2", "redis")
# packages where every module must be pure
ROOMS = ("wire", "access", "query", "body", "documents")
NO_MODULES = ("__init__.py", "__manifest__.py")


def pure_modules(root: Path = REPOSITORY) -> list[Path]:
    """Return the pure modules, relative to the root, sorted."""
    files = imports.addon_files(root)
    impure = _impure(files)
    return [
        path.relative_to(root)
        for path in files
        if path not in impure and path.name not in NO_MODULES
    ]


def impure_packages(root: Path = REPOSITORY) -> list[Path]:
    """Return the packages whose ``__init__`` needs Odoo, addons and rooms of them."""
    impure = _impure(imports.addon_files(root))
    return sorted(path.parent for path in impure if path.name == "__init__.py")


def impure_in_rooms(root: Path = REPOSITORY) -> list[Path]:
    """Return the files that do not belong into their room of pure code."""
    impure = _impure(imports.addon_files(root))
    names = sorted(path.relative_to(root) for path in impure)
    return [name for name in names if {*ROOMS} & {*name.parts[1:-1]}]


def _impure(files: Iterable[Path]) -> set[Path]:
    graph = {path: set(imports.files(path)) for path in files}
    impure = {path for path in graph if _needs_more_than_python(path)}
    while found := {path for path in graph if graph[path] & impure} - impure:
        impure |= found
    return impure


def _needs_more_than_python(path: Path) -> bool:
    return any(name.partition(".")[0] in IMPURE for name in imports.names(path))


def coverage_settings(modules: Iterable[Path], folder: Path) -> Path:
    """Write ``.coveragerc`` with the pure modules in it, and return where."""
    settings = configparser.ConfigParser()
    settings.read(REPOSITORY / ".coveragerc")
    settings["report"]["include"] = "\n" + "\n".join(map(str, modules))
    settings["run"]["data_file"] = str(folder / "coverage")
    path = folder / "coveragerc"
    with path.open("w") as handle:
        settings.write(handle)
    return path
