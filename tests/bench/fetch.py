"""Find ``wrk``, or get Debian's package into the cache; nothing is installed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from environment import apt, console
from environment.cache import Cache

HINT = "Install wrk yourself (Debian: apt install wrk) and start again."
PACKAGES = ("wrk", "libluajit-5.1-2")


@dataclass(frozen=True)
class Program:
    """A program and the environment that it runs in."""

    path: str
    variables: Mapping[str, str]


def wrk(cache: Cache) -> Program:
    """Return the ``wrk`` of the machine, else the one in the cache."""
    installed = shutil.which("wrk")
    if installed:
        return Program(installed, os.environ)
    root = cache.path("wrk")
    if not root.is_dir():
        with cache.lock():
            _fetch(cache)
    return _unpacked(root)


def _unpacked(root: Path) -> Program:
    libraries = {str(path.parent) for path in root.glob("usr/lib/*/*.so*")}
    variables = {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join(sorted(libraries))}
    return Program(str(root / "usr/bin/wrk"), variables)


def _fetch(cache: Cache) -> None:
    try:
        private = apt.PrivateApt(cache)
        private.prepare("Reading Debian's package lists", PACKAGES)
        wanted = [f"{name}/{private.stable}" for name in PACKAGES]
        with cache.publish("wrk-debs") as folder:
            debs = private.download(wanted, folder, "Downloading wrk")
            with cache.publish("wrk") as root:
                apt.unpack(debs, root, cache.log("unpack-wrk"))
    except console.Failure as failure:
        raise console.Failure(f"wrk: {failure.what}", HINT, failure.log) from failure
