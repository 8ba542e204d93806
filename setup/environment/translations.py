"""``setup/export_pot``: the translatable terms of the addons, as Odoo finds them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from . import command, console, database, postgres, templates
from .cache import REPOSITORY, Cache

USAGE = """\
usage: setup/export_pot [addon ...]

Installs the addons (default: all of this repository) into a database of its own and
writes <addon>/i18n/<addon>.pot of each. The same terms give the same file each time."""
DATES = re.compile(r'^"(POT-Creation|PO-Revision)-Date: .*\n', re.MULTILINE)


def main(arguments: Sequence[str]) -> int:
    """Export the addons named, or all."""
    names = list(arguments) or templates.addons()
    with postgres.running(Cache()):
        recipe = templates.Recipe(tuple(templates.addons()))
        template = templates.Templates(Cache()).get(recipe)
        name = database.copy(template, database.new_name("pot"))
        try:
            export(name, names)
        finally:
            database.drop(name)
    for addon in names:
        forget_dates(addon)
    return 0


def export(name: str, addons: Sequence[str]) -> None:
    """Have Odoo write the files of addons that are installed in a database."""
    words = command.odoo("i18n", "export", "-d", name, *addons)
    log = Cache().log("export-pot")
    console.run(words, "Exporting terms", log, cwd=command.workplace())


def forget_dates(addon: str) -> None:
    """Take out of a file what differs between two runs over the same terms."""
    path = REPOSITORY / addon / "i18n" / f"{addon}.pot"
    path.write_text(DATES.sub("", path.read_text("utf-8")), "utf-8")
    console.say(f"{path.relative_to(REPOSITORY)} written")


if __name__ == "__main__":
    import sys

    command.guard(main, sys.argv[1:])
