"""Second stage of ``run``: inside the prepared environment, with PostgreSQL running."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from types import ModuleType

from environment import command, postgres
from environment.cache import Cache

from . import before, fetch
from .target import MODES
from .wrk import Wrk

SUITES = ("endpoint", "rest", "export", "import", "capture", "leases")
PARTS = ["inside", "key", "load", "profile", "queries", "sync"]


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("tests/bench/run", description=__doc__)
    parser.add_argument("suite", choices=SUITES)
    parser.add_argument("--modes", type=_words, default=list(MODES))
    parser.add_argument("--parts", type=_words, default=PARTS)
    parser.add_argument("--sizes", type=_numbers, default=[10, 1000, 5000])
    parser.add_argument("--connections", type=_numbers, default=[1, 8])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=0.5, help="of one burst")
    parser.add_argument("--partners", type=int, default=100_000, help="of rest, export")
    parser.add_argument(
        "--modules", type=_words, default=["sale"], help="of rest, export, import"
    )
    parser.add_argument("--rows", type=int, default=50_000, help="of import")
    parser.add_argument("--sides", type=_words, default=[], help="of import")
    parser.add_argument("--turns", type=int, default=3, help="of import")
    parser.add_argument("--changes", type=int, default=10, help="to synchronize")
    parser.add_argument("--profiles", default="", help="folder for inside's profiles")
    parser.add_argument("--only", default="", help="name of a case: part, or pattern")
    parser.add_argument("--before", default="", help="folder of another clone")
    parser.add_argument("--port", type=int, default=8200, help="of the first server")
    return parser.parse_args(arguments)


def _words(text: str) -> list[str]:
    return [word for word in text.split(",") if word]


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


def main(arguments: Sequence[str]) -> int:
    """Run a suite; its tables go to standard output, progress to standard error."""
    options = parse(arguments)
    cache = Cache()
    wrk = Wrk(fetch.wrk(cache), options.seconds)
    with postgres.running(cache):
        if options.before:
            before.main(arguments, options, wrk)
        else:
            _suite(options.suite).main(options, wrk)
    return 0


def _suite(name: str) -> ModuleType:
    return importlib.import_module(f".{name}_suite", __package__)


if __name__ == "__main__":
    command.guard(main, sys.argv[1:])
