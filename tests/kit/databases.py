"""Databases for tests: made from cached templates, dropped afterwards."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from environment import command, database
from environment.cache import REPOSITORY, Cache
from environment.request import FULL
from environment.templates import Recipe, Templates

# setup/test --full
IS_FULL = bool(os.environ.get(FULL))
# One choice for all tests that want large apps: one template serves them all. ``hr``
# has fields of its own for groups, ``calendar`` masks what it shows
APPS = (
    *("sale", "website", "hr", "calendar"),
    *(("account", "project", "stock") if IS_FULL else ()),
)

UNINSTALL = """
modules = env["ir.module.module"].search([("name", "in", {modules!r})])
modules.button_immediate_uninstall()
env.cr.commit()
"""


def create_database(
    name: str | None = None,
    modules: Sequence[str] = (),
    demo: bool = False,
    folders: Sequence[Path] = (),
) -> str:
    """Create a database and return its name.

    ``modules`` are installed on top of ``base`` and ``web``. ``folders`` have addons
    besides this repository's and Odoo's; everything that works on the database needs
    the option :func:`addons_path` of them then, servers as well.
    """
    recipe = Recipe(tuple(modules), demo, (REPOSITORY, *map(Path, folders)))
    template = Templates(Cache()).get(recipe)
    return database.copy(template, name or database.new_name("kit"))


def install_log(modules: Sequence[str]) -> str:
    """Return what Odoo said when it installed the addons of this repository among
    ``modules``, for ``create_database(modules=modules)``."""
    templates = Templates(Cache())
    return templates.log(templates.get(Recipe(tuple(modules)))).read_text()


def drop_database(name: str) -> None:
    """Drop a database and its files, whoever is connected; a missing one is fine."""
    database.drop(name)


def uninstall(db: str, modules: Sequence[str], *options: str) -> None:
    """Uninstall modules as the Apps menu does."""
    command.shell(db, UNINSTALL.format(modules=list(modules)), *options)
