"""Databases for tests: made from cached templates, dropped afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from environment import command
from environment import database as databases
from environment.cache import REPOSITORY, Cache

UNINSTALL = """
env["ir.module.module"].search([("name", "in", {modules!r})]).button_immediate_uninstall()
env.cr.commit()
"""


def create_database(
    name: str | None = None,
    modules: Sequence[str] = (),
    demo: bool = False,
    addons_folders: Sequence[Path] = (),
) -> str:
    """Create a database with modules installed (besides ``base`` and ``web``) and return its name.

    ``addons_folders``: further folders with addons in them; give them to :func:`run_odoo` and
    :class:`Server` as well (``--addons-path`` replaces the whole path, so see :func:`addons_path`).
    """
    template = databases.Templates(Cache()).with_addons(
        list(modules), demo, [REPOSITORY, *map(Path, addons_folders)]
    )
    return databases.copy(template, name or databases.new_name("kit"))


def drop_database(name: str) -> None:
    """Drop a database and its files, whoever is connected; a missing one is fine."""
    databases.drop(name)


def uninstall(db: str, modules: Sequence[str]) -> None:
    """Uninstall modules as the Apps menu does."""
    command.shell(db, UNINSTALL.format(modules=list(modules)))
