"""Libraries for one test, which no other shall see: installed once, in the cache."""

from __future__ import annotations

import sys
from pathlib import Path

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
