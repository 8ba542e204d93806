"""One side of ``--before``: run as a script with the modules of the tree it stands for.

It must work with older trees: it uses nothing but what a suite has always had.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import sys
from collections.abc import Iterator

from environment import postgres
from environment.cache import Cache

from bench import __main__ as command
from bench import endpoint_cases, endpoint_suite, rest_cases, rest_suite, target

VARIANTS = ("rest", "minimal", "endpoint")  # ours; the others are Odoo's own code


@contextlib.contextmanager
def rest(options, mode) -> Iterator[tuple]:
    """``(target, cases)`` of the REST API."""
    with rest_suite.database(options) as facts:
        names = {"all": facts["database"]}
        with target.servers(mode, names, options.port) as targets:
            yield (
                targets["all"],
                rest_cases.cases(rest_suite.learn(targets["all"], facts)),
            )


@contextlib.contextmanager
def endpoint(options, mode) -> Iterator[tuple]:
    """``(target, cases)`` of the endpoints; the largest size counts."""
    size = str(options.sizes[-1])
    modules, prepare = endpoint_suite.MODULES, endpoint_suite.prepare
    with target.databases(modules, prepare, [size]) as names:
        with target.servers(mode, names, options.port) as targets:
            yield targets[size], endpoint_cases.CASES


def requests(cases) -> list[list]:
    """``[case, variant, path, request]`` of our own variants."""
    return [
        [case.name, variant, path, dataclasses.asdict(case.request_of(variant))]
        for case in cases
        for variant, path in case.paths.items()
        if variant in VARIANTS
    ]


def main(arguments) -> None:
    """Serve until standard input ends; tell what there is on standard output."""
    options = command.parse(arguments)
    with postgres.running(Cache()):
        suite = {"rest": rest, "endpoint": endpoint}[options.suite]
        with suite(options, options.modes[0]) as (found, cases):
            pid = found.server.process.pid
            told = {"url": found.url, "pid": pid, "requests": requests(cases)}
            print("SIDE " + json.dumps(told), flush=True)
            sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1:])
