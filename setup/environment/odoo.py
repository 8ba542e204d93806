"""Find Odoo 19 on this machine, or fetch Debian's package into the cache."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import apt, console
from .cache import Cache, short_hash

SERIES = "19.0"
PACKAGES = "usr/lib/python3/dist-packages"
FONTS = "usr/share/fonts"
# Debian's package links to files of these; a stable suite has the old Font Awesome
LINKED = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome/{stable}",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
)
# a second copy of the addons, Odoo's own packaging, and documents: Odoo runs without
LEFT_OUT = (
    f"{PACKAGES}/addons", f"{PACKAGES}/doc", f"{PACKAGES}/setup",
    "usr/share/doc", "usr/share/bug", "usr/share/lintian", "etc",
)  # fmt: skip
# the font package no longer has the file that point_of_sale links to
MOVED = {
    f"{FONTS}/truetype/inconsolata/Inconsolata.otf": (
        f"{FONTS}/opentype/inconsolata/Inconsolata-Regular.otf"
    ),
}


@dataclass(frozen=True)
class Installation:
    """An Odoo: the folder of the package ``odoo``, and what tells it from others."""

    path: Path
    version: str


def find(cache: Cache) -> Installation:
    """Return ``ODOO_PATH``, else an importable Odoo, else Debian's package."""
    given = os.environ.get("ODOO_PATH")
    path = _given(Path(given)) if given else _importable() or _packaged(cache)
    return Installation(_alone(cache, path), _version(path))


def series(path: Path) -> str:
    """Return the series of the Odoo in a folder (``19.0``), or nothing."""
    release = path / "odoo" / "release.py"
    if not release.is_file():
        return ""
    names: dict = {}
    code = compile(release.read_text(), str(release), "exec")
    exec(code, names)  # pylint: disable=exec-used
    return names.get("series", "")


def _given(path: Path) -> Path:
    path = path.expanduser().resolve()
    for candidate in (path, path.parent, path / PACKAGES):
        if series(candidate) == SERIES:
            return candidate
    hint = "Point ODOO_PATH to the folder with odoo/release.py in it, or unset it."
    raise console.Failure(f"ODOO_PATH={path} is no Odoo {SERIES}.", hint)


def _importable() -> Path | None:
    try:
        found = importlib.util.find_spec("odoo")
    except (ImportError, ValueError):
        return None
    locations = list(found.submodule_search_locations or ()) if found else []
    parents = [Path(location).resolve().parent for location in locations]
    return next((path for path in parents if series(path) == SERIES), None)


def _version(path: Path) -> str:
    # a checkout moves while its path and series stay
    marks = [path / ".git", path.parents[min(3, len(path.parents) - 1)] / "version"]
    if marks[0].exists():
        head = subprocess.run(
            ["git", "-C", path, "rev-parse", "HEAD"],
            capture_output=True,
            text=True,
            check=False,
        )
        return f"{SERIES} {head.stdout.strip()}"
    return f"{SERIES} {marks[1].read_text().strip()}" if marks[1].is_file() else SERIES


def _alone(cache: Cache, path: Path) -> Path:
    """Return a folder that has only Odoo in it: no library comes along."""
    if path.name not in ("site-packages", "dist-packages") or path.is_relative_to(
        cache.root
    ):
        return path
    folder = cache.path("linked", short_hash(path))
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "odoo"
    if not link.is_symlink():
        link.symlink_to(path / "odoo")
    return folder


def _packaged(cache: Cache) -> Path:
    root = cache.path("odoo")
    if not (root / "version").is_file():
        _fetch(cache)
    return root / PACKAGES


def _fetch(cache: Cache) -> None:
    console.say(
        "Odoo 19 is not on this machine: fetching Debian's package (about 130 MB, once)"
    )
    private = apt.PrivateApt(cache)
    private.prepare("Reading Debian's package lists", ("odoo-19", *LINKED))
    names = ["odoo-19", *(name.format(stable=private.stable) for name in LINKED)]
    with cache.publish("debs") as draft:
        private.download(names, draft, "Downloading Odoo 19 and the files it links to")
    debs = sorted(cache.path("debs").glob("*.deb"))
    with cache.publish("odoo") as root:
        apt.unpack(debs, root, cache.log("unpack"), LEFT_OUT)
        _mend(root)
        root.joinpath("version").write_text(
            "\n".join(deb.name for deb in debs if deb.name.startswith("odoo"))
        )
    # half the size of the cache, and of no use any more
    for deb in debs:
        deb.unlink()


def _mend(root: Path) -> None:
    for name, successor in MOVED.items():
        link = root / name
        if not link.exists() and (root / successor).exists():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(os.path.relpath(root / successor, link.parent))
    if broken := apt.dangling(root / PACKAGES / "odoo"):
        console.say(
            "  Warning: these links of Odoo's package lead nowhere: "
            + ", ".join(map(str, broken))
        )
