"""The folder the set-up writes to, its lock, and steps that are done or not begun."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from . import console

REPOSITORY = Path(__file__).resolve().parents[2]
NAME = "odoo-rest-suite"


def default_root() -> Path:
    """Return ``$XDG_CACHE_HOME/odoo-rest-suite``, by default below ``~/.cache``."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    # the XDG specification has relative paths ignored
    return (Path(base) if base.startswith("/") else Path.home() / ".cache") / NAME


def short_hash(*parts: object) -> str:
    """Return a short name for some values, the same in every process."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:10]


class Cache:
    """Paths below the cache folder; nothing of the set-up lies outside of it."""

    def __init__(self, root: Path | None = None):
        self.root = (root or default_root()).resolve()
        self.root.mkdir(parents=True, exist_ok=True)

    def path(self, *parts: str) -> Path:
        return self.root.joinpath(*parts)

    def log(self, name: str) -> Path:
        return self.path("log", f"{name}.log")

    @contextlib.contextmanager
    def lock(self, name: str = "lock") -> Iterator[None]:
        """Let one process at a time change the cache; the lock dies with its holder."""
        with self.path(name).open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                console.say("Waiting for another setup/… to finish its set-up")
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def sweep(self) -> None:
        """Remove what interrupted steps have left; the caller holds the lock."""
        for leftover in self.root.glob("*.part-*"):
            shutil.rmtree(leftover, ignore_errors=True)

    @contextlib.contextmanager
    def publish(self, *parts: str) -> Iterator[Path]:
        """Fill a folder under another name; it gets its own name only when complete."""
        final = self.path(*parts)
        shutil.rmtree(final, ignore_errors=True)
        # a name of its own: what outlived a killed set-up may still write to the other
        draft = Path(tempfile.mkdtemp(prefix=f"{final.name}.part-", dir=final.parent))
        draft.chmod(0o755)
        yield draft
        draft.rename(final)
