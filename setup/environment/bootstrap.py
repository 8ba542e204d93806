"""First stage of both commands: get Odoo and its Python, then carry on inside it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from . import interpreter, odoo
from .cache import REPOSITORY, Cache
from .command import guard

# of the caller's, these would bring foreign libraries or options into our Odoo
DROPPED = (
    "PYTHONPATH",
    "PYTHONHOME",
    "VIRTUAL_ENV",
    "OPENERP_SERVER",
    "PGDATABASE",
    # images of containers set it: then each start of Odoo compiles all of its modules
    "PYTHONDONTWRITEBYTECODE",
)
HELP = {"-h", "--help"}


def enter(command: str, arguments: Sequence[str]) -> None:
    """Carry on as ``environment.<command>``, or print its help."""
    if HELP.intersection(arguments):
        print(_usage(command))
    else:
        guard(lambda words: _carry_on(command, words), arguments)


def _usage(command: str) -> str:
    # its module wants libraries that are not there yet
    source = Path(__file__).with_name(f"{command}.py").read_text()
    return source.partition('USAGE = """\\\n')[2].partition('"""')[0]


def _carry_on(command: str, arguments: Sequence[str]) -> NoReturn:
    """Replace this process by the command in the prepared environment."""
    cache = Cache()
    with cache.lock():
        cache.sweep()
        installation = odoo.find(cache)
        python = interpreter.python(cache)
    variables = environment(cache, installation, python)
    call = [str(python), "-m", f"environment.{command}", *arguments]
    os.execve(python, call, variables)


def environment(
    cache: Cache, installation: odoo.Installation, python: Path
) -> dict[str, str]:
    """Return the variables of the second stage; Odoo reads its options from them."""
    kept = {name: value for name, value in os.environ.items() if name not in DROPPED}
    # the caller's ~/.odoorc is about another Odoo
    empty = cache.path("empty.conf")
    empty.touch()
    return {
        **kept,
        "PATH": os.pathsep.join([str(python.parent), kept.get("PATH", os.defpath)]),
        "PYTHONPATH": os.pathsep.join([_setup(), str(installation.path)]),
        "PYTHONNOUSERSITE": "1",
        # compiled files are kept in the cache, not beside the sources
        "PYTHONPYCACHEPREFIX": str(cache.path("bytecode")),
        "ODOO_PATH": str(installation.path),
        "ODOO_VERSION": installation.version,
        "ODOO_RC": str(empty),
        "ODOO_DATA_DIR": str(cache.path("data")),
        "ODOO_ADDONS_PATH": ",".join(map(str, addons_folders(installation.path))),
        "ODOO_HTTP_INTERFACE": "127.0.0.1",
    }


def _setup() -> str:
    return str(Path(__file__).resolve().parents[1])


def addons_folders(path: Path) -> list[Path]:
    """Return where the addons are: Odoo's own (a checkout has two folders) and ours."""
    own = [path / "odoo" / "addons", path / "addons"]
    return [*(folder for folder in own if folder.is_dir()), REPOSITORY]
