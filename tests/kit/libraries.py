"""Libraries for one test, which no other shall see: installed once, in the cache."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from environment import console
from environment.cache import Cache, short_hash
from environment.uv import Uv


def libraries(*requirements: str) -> Path:
    """Return a folder for ``PYTHONPATH`` with these packages and what they need."""
    cache = Cache()
    name = f"libraries-{short_hash(sys.version, *requirements)}"
    with cache.lock(f"{name}.lock"):
        if not cache.path(name).exists():
            with cache.publish(name) as folder:
                install = ("pip", "install", "--python", sys.executable)
                title = f"Fetching {', '.join(requirements)}"
                Uv(cache).run(title, *install, "--target", folder, *requirements)
    return cache.path(name)


def node_packages(*requirements: str) -> Path:
    """Return the folder of ``node_modules`` with these packages of npm."""
    cache = Cache()
    name = f"node-{short_hash(*requirements)}"
    with cache.lock(f"{name}.lock"):
        if not cache.path(name).exists():
            with cache.publish(name) as folder:
                options = ("--no-audit", "--no-fund", "--ignore-scripts")
                console.run(
                    ["npm", "install", "--prefix", folder, *options, *requirements],
                    f"Fetching {', '.join(requirements)}",
                    cache.log("npm"),
                    env={**os.environ, "npm_config_cache": str(cache.path("npm"))},
                )
    return cache.path(name, "node_modules")
