"""First stage of both commands: get Odoo and its Python, then carry on inside it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from . import console, interpreter, odoo
from .cache import Cache

# of the caller's, these would bring foreign libraries or options into our Odoo
DROPPED = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "OPENERP_SERVER", "PGDATABASE")


def enter(command: str, arguments: list[str]) -> None:
    """Replace this process by ``environment.<command>`` in the prepared environment."""
    if {"-h", "--help"} & set(arguments):
        return _help(command)
    try:
        cache = Cache()
        with cache.lock():
            installation = odoo.find(cache)
            python = interpreter.python(cache)
    except console.Failure as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; the next start carries on from here.")
    _carry_on(command, arguments, cache, installation, python)


def _help(command: str) -> None:
    import importlib

    print(importlib.import_module(f"environment.{command}").USAGE)


def environment(cache: Cache, installation: odoo.Installation) -> dict[str, str]:
    """Return the variables of the second stage; Odoo reads its options from them."""
    kept = {name: value for name, value in os.environ.items() if name not in DROPPED}
    setup = Path(__file__).resolve().parents[1]
    # the caller's ~/.odoorc is about another Odoo
    empty = cache.path("empty.conf")
    empty.touch()
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join([str(setup), str(installation.path)]),
        "PYTHONNOUSERSITE": "1",
        "ODOO_PATH": str(installation.path),
        "ODOO_VERSION": installation.version,
        "ODOO_RC": str(empty),
        "ODOO_DATA_DIR": str(cache.path("data")),
        "ODOO_ADDONS_PATH": os.pathsep.join(_addons_paths(installation.path)).replace(
            os.pathsep, ","
        ),
        "ODOO_HTTP_INTERFACE": "127.0.0.1",
    }


def _addons_paths(path: Path) -> list[str]:
    from .cache import REPOSITORY

    candidates = [path / "odoo" / "addons", path / "addons"]
    return [str(folder) for folder in candidates if folder.is_dir()] + [str(REPOSITORY)]


def _carry_on(
    command: str,
    arguments: list[str],
    cache: Cache,
    installation: odoo.Installation,
    python: Path,
) -> None:
    variables = environment(cache, installation)
    variables["PATH"] = (
        f"{python.parent}{os.pathsep}{variables.get('PATH', os.defpath)}"
    )
    os.execve(
        python, [str(python), "-m", f"environment.{command}", *arguments], variables
    )
