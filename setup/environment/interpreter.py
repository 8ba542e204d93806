"""Choose a Python, and build the virtual environment that Odoo and the tests run in."""

from __future__ import annotations

import ast
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from . import console
from .cache import REPOSITORY, Cache, short_hash
from .uv import Uv

SUPPORTED = ((3, 10), (3, 11), (3, 12), (3, 13))
REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements"
HINT = (
    "Install one of Python 3.10 to 3.13 (apt install python3) "
    "and start again with it: python3.12 setup/demo"
)


def requirement_file(version: tuple[int, int]) -> Path:
    """Return the file that pins Odoo's libraries; raises Failure for other Pythons."""
    if version not in SUPPORTED:
        raise console.Failure(
            "Odoo 19 does not run on Python {}.{}.".format(*version), HINT
        )
    return REQUIREMENTS / "odoo-python{}.{}.txt".format(*version)


def addon_requirements(manifests: Iterable[str]) -> list[str]:
    """Return the Python packages that manifests ask for, sorted."""
    found = set()
    for text in manifests:
        found.update(
            ast.literal_eval(text).get("external_dependencies", {}).get("python", ())
        )
    return sorted(found)


def choose() -> tuple[str, tuple[int, int]]:
    """Return path and version of this Python, or of a supported one on the PATH."""
    names = [
        sys.executable,
        *(f"python{major}.{minor}" for major, minor in reversed(SUPPORTED)),
    ]
    for name in names:
        path = shutil.which(name)
        version = _version(path) if path else None
        if path and version in SUPPORTED:
            return path, version
    raise console.Failure(
        f"No usable Python: this one is {platform.python_version()}.", HINT
    )


def _version(path: str) -> tuple[int, int] | None:
    # pyenv puts commands on the PATH that only say which versions they would need
    command = [path, "-c", "import sys; print(*sys.version_info[:2])"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    parts = answer.stdout.split()
    return (
        (int(parts[0]), int(parts[1]))
        if answer.returncode == 0 and len(parts) == 2
        else None
    )


def python(cache: Cache) -> Path:
    """Return the Python of a complete environment, built when missing or outdated."""
    executable, version = choose()
    pinned, tools = requirement_file(version), REQUIREMENTS / "tools.txt"
    extra = addon_requirements(
        path.read_text() for path in sorted(REPOSITORY.glob("*/__manifest__.py"))
    )
    key = short_hash(executable, version, pinned.read_text(), tools.read_text(), extra)
    folder = cache.path("venv-{}.{}-{}".format(*version, key))
    if not (folder / "complete").exists():
        _build(cache, folder, executable, [pinned, tools], extra)
    return folder / "bin" / "python"


def _build(
    cache: Cache, folder: Path, executable: str, files: list[Path], extra: list[str]
) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    uv = Uv(cache)
    uv.run("Creating the Python environment", "venv", "--python", executable, folder)
    # what a manifest asks for gives way to the versions that Odoo pins
    wanted = [part for path in files for part in ("-r", path)] + extra
    uv.run(
        "Installing Python packages",
        "pip",
        "install",
        "--python",
        folder / "bin" / "python",
        *wanted,
    )
    # scripts in it have its path inside, so it cannot be built elsewhere and renamed
    (folder / "complete").touch()
