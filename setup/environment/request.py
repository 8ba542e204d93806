"""What the arguments of ``setup/test`` ask for."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .cache import REPOSITORY

PURE = "tests/pure"
FULL = "TEST_FULL"  # the variable that has slow tests run in full
SELECTORS = ("-k", "-m")
STOP_EARLY = ("-x", "--exitfirst")
# options of pytest with the same effect in each of several processes
SHARED = (*STOP_EARLY, "-v", "-vv", "-q", "-l")
SHARED_WITH_VALUE = ("--tb=", "--color=", "-r")


@dataclass(frozen=True)
class Request:
    """What the command line asks for; ``arguments`` are those for pytest."""

    arguments: tuple[str, ...] = ()
    full: bool = False
    record: bool = False
    shards: int | None = None

    @property
    def paths(self) -> list[str]:
        return selected_paths(self.arguments, os.path.exists)

    @property
    def options(self) -> list[str]:
        return [word for word in self.arguments if word not in self.paths]

    @property
    def is_complete(self) -> bool:
        """Whether all tests are to run, the pure ones included."""
        return not self.paths and not selects(self.arguments)

    @property
    def stops_early(self) -> bool:
        """Whether the first failure ends the run."""
        return any(option in STOP_EARLY for option in self.options)

    @property
    def may_be_split(self) -> bool:
        """Whether several processes do the same as one."""
        return all(map(is_shared, self.options)) and not any(
            "::" in path or holds_pure(path) for path in self.paths
        )


def parse(arguments: Sequence[str]) -> Request:
    """Take our own options out of the arguments."""
    request, rest = Request(), list(arguments)
    for name in ("full", "record"):
        if f"--{name}" in rest:
            rest.remove(f"--{name}")
            request = replace(request, **{name: True})
    if "--shards" in rest:
        index = rest.index("--shards")
        request = replace(request, shards=int(rest[index + 1]))
        del rest[index : index + 2]
    return replace(request, arguments=tuple(rest))


def selected_paths(
    arguments: Sequence[str], exists: Callable[[str], bool]
) -> list[str]:
    """Return the arguments that name tests (``tests/test_x.py::test_y`` as well)."""
    words = zip(("", *arguments), arguments, strict=False)
    return [
        word
        for previous, word in words
        if not word.startswith("-")
        and previous not in SELECTORS
        and exists(word.split("::")[0])
    ]


def selects(arguments: Sequence[str]) -> bool:
    """Tell whether ``-k`` or ``-m`` is among the arguments, in either spelling."""
    return any(word in SELECTORS or word.startswith(("-k", "-m")) for word in arguments)


def is_shared(option: str) -> bool:
    """Tell whether an option has the same effect in each of several processes."""
    return option in SHARED or option.startswith(SHARED_WITH_VALUE)


def is_pure(path: str) -> bool:
    """Tell whether a path, absolute or in the repository, leads to pure tests."""
    return _relative(path).is_relative_to(PURE)


def holds_pure(path: str) -> bool:
    """Tell whether some of the tests that a path leads to are pure."""
    return is_pure(path) or Path(PURE).is_relative_to(_relative(path))


def _relative(path: str) -> Path:
    file = path.split("::")[0]
    return Path(os.path.relpath(file, REPOSITORY) if file.startswith("/") else file)
