"""Which test files run together: as many seconds in one shard as in the other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from .cache import REPOSITORY, Cache

RECORDED = REPOSITORY / "setup" / "durations.json"
UNKNOWN = 3.0  # seconds of a file that was never measured
NOT_RUN = ("tests/pure", "tests/bench", "tests/addons")
PATTERNS = ("test_*.py", "*_test.py")  # those of pytest


def test_files(paths: Iterable[str], root: Path = REPOSITORY) -> list[str]:
    """Return the test files that paths lead to, as pytest finds them."""
    found: set[Path] = set()
    for path in (root / path for path in paths):
        found.update([path] if path.is_file() else [])
        found.update(file for pattern in PATTERNS for file in path.rglob(pattern))
    names = [path.relative_to(root) for path in sorted(found)]
    kept = [name for name in names if not any(map(name.is_relative_to, NOT_RUN))]
    return [path.as_posix() for path in kept]


def durations(cache: Cache, recorded: Path = RECORDED) -> dict[str, float]:
    """Return the seconds of each file: those of this machine's last run come first."""
    found: dict[str, float] = {}
    for path in (recorded, _measured(cache)):
        if path.exists():
            found.update(json.loads(path.read_text()))
    return found


def remember(cache: Cache, seconds: Mapping[str, float]) -> None:
    """Keep what a run has measured for the next run on this machine."""
    path = _measured(cache)
    known = json.loads(path.read_text()) if path.exists() else {}
    _write(path, {**known, **seconds})


def record(seconds: Mapping[str, float], recorded: Path = RECORDED) -> None:
    """Write the file that a fresh clone plans with."""
    _write(recorded, seconds)


def _measured(cache: Cache) -> Path:
    return cache.path("durations.json")


def _write(path: Path, seconds: Mapping[str, float]) -> None:
    rounded = {name: round(seconds[name], 1) for name in sorted(seconds)}
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(rounded, indent=2) + "\n")
    draft.replace(path)


def estimate(files: Iterable[str], known: Mapping[str, float]) -> float:
    """Return the seconds that files will take.

    A file that has moved is recognized by its name.
    """
    by_name = {Path(path).name: seconds for path, seconds in known.items()}
    default = {path: by_name.get(Path(path).name, UNKNOWN) for path in files}
    return sum(known.get(path, default[path]) for path in default)


def split(
    files: Sequence[str], known: Mapping[str, float], shards: int
) -> list[list[str]]:
    """Divide files among shards, the longest first, each to the shard that has least.

    Each shard keeps the order of ``files``. No shard is empty unless there are too few
    files.
    """
    units: dict[str, list[str]] = {}
    for path in files:
        units.setdefault(_unit(path), []).append(path)
    seconds = {unit: estimate(paths, known) for unit, paths in units.items()}
    loads = [0.0] * shards
    chosen: list[set[str]] = [set() for _shard in loads]
    for unit in sorted(units, key=lambda unit: (-seconds[unit], unit)):
        least = loads.index(min(loads))
        loads[least] += seconds[unit]
        chosen[least].update(units[unit])
    return [[path for path in files if path in part] for part in chosen if part]


def _unit(path: str) -> str:
    """Return what stays together: a folder below ``tests`` shares its servers."""
    parts = Path(path).parts
    is_shared = parts[0] == "tests" and len(parts) > 2
    return "/".join(parts[:2]) if is_shared else path
