"""``run endpoint``: endpoints against bare controllers that do the same work."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from . import endpoint_cases, endpoint_sync, inside, report, rounds, target
from .requests_once import warm_up
from .rounds import Plan
from .target import Target
from .wrk import Wrk

MODULES = ["bench_endpoint"]
VARIANT = "endpoint"


def main(options: argparse.Namespace, wrk: Wrk) -> None:
    """Measure and print; a database is named after the number of its endpoints."""
    sizes = [str(size) for size in options.sizes]
    with target.databases(MODULES, prepare, sizes) as databases:
        if "inside" in options.parts:
            database = databases[sizes[-1]]
            print(inside.measure("endpoint", database, VARIANT, options.profiles))
        for mode in options.modes:
            with target.servers(mode, databases, options.port) as targets:
                _measure(options, wrk, mode, targets)


def prepare(size: str) -> str:
    """Return what fills a database with endpoints."""
    return f"""
from odoo.addons.bench_endpoint import endpoints
endpoints.add_partners(env, 500)
endpoints.fill(env, {int(size)})
env.cr.commit()
"""


def _measure(
    options: argparse.Namespace, wrk: Wrk, mode: str, targets: Mapping[str, Target]
) -> None:
    cases = [case for case in endpoint_cases.CASES if options.only in case.name]
    warm_up(targets.values(), cases)
    if "load" in options.parts:
        extra = endpoint_cases.VALIDATORS
        plan = Plan(targets, cases, options.connections, VARIANT, extra)
        results = rounds.run(plan, wrk, options.rounds, mode)
        print(report.load_table(mode, plan, results), flush=True)
        print(report.flat_table(mode, plan, results), flush=True)
    if "queries" in options.parts:
        print(report.query_table(mode, targets, cases, VARIANT), flush=True)
    if "sync" in options.parts:
        print(endpoint_sync.measure(mode, targets, options.changes), flush=True)
