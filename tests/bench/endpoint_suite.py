"""``run endpoint``: endpoints against bare controllers that do the same work."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence

from . import client, endpoint_cases, endpoint_sync, ratios, rounds, table, target
from .case import Case
from .rounds import Key, Plan, Results
from .target import Target
from .wrk import Wrk

MODULES = ["bench_endpoint"]
WARM_UP = 40  # requests: each worker shall have seen each URL
FLAT = 1.1


def main(options: argparse.Namespace, wrk: Wrk) -> None:
    """Measure and print."""
    sizes = [str(size) for size in options.sizes]
    with target.databases(MODULES, prepare, sizes) as databases:
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
        plan = Plan(targets, cases, options.connections, endpoint_cases.VALIDATORS)
        results = rounds.run(plan, wrk, options.rounds, mode)
        print(load_table(mode, plan, results), flush=True)
        print(flat_table(mode, plan, results), flush=True)
    if "queries" in options.parts:
        print(query_table(mode, targets, cases), flush=True)
    if "sync" in options.parts:
        print(endpoint_sync.measure(mode, targets, options.changes), flush=True)


def warm_up(targets: Sequence[Target], cases: Sequence[Case]) -> None:
    """Send each request often enough, and see that all variants give the same answer."""
    for found in targets:
        for case in cases:
            for path in case.paths.values():
                for _number in range(WARM_UP):
                    answer = client.send(found.url + path, case.request)
                    assert answer.status == case.request.status, (path, answer)


def load_table(mode: str, plan: Plan, results: Results) -> str:
    """One row a case, database and number of connections."""
    rows = []
    for case in plan.cases:
        for connections in plan.connections:
            for size in plan.targets:
                key = Key(size, case.name, "endpoint", connections)
                rows.append(_load_row(case, key, results))
    heads = ["case", "endpoints", "conn.", "bare ms", "endpoint ms", "/ bare"]
    heads += ["CPU / bare", "validator ms", "/ (bare + validator)", "/ checked", "goal"]
    title = f"{mode}: median time of a request (1 connection), or 1000 / rate (8)"
    return table.render(title, heads, rows)


def _load_row(case: Case, key: Key, results: Results) -> list[object]:
    bare = key._replace(variant="bare")
    row = [
        case.name,
        key.target,
        key.connections,
        _ms(results, bare),
        _ms(results, key),
    ]
    ratio = ratios.compare(results, key, bare)
    row += [ratio, ratios.of(results.cpu[key], results.cpu[bare])]
    validator = results.extra.get(case.name)
    if not validator:
        return [*row, "", "", "", table.verdict(ratio.median, case.goal)]
    ratio = ratios.compare(results, key, bare, plus=validator)
    checked = ratios.compare(results, key, key._replace(variant="checked"))
    row += [f"{ratios.middle(validator):.3f}", ratio, checked]
    return [*row, table.verdict(ratio.median, case.goal)]


def _ms(results: Results, key: Key) -> str:
    return f"{ratios.middle(ratios.times(results, key)):.2f}"


def flat_table(mode: str, plan: Plan, results: Results) -> str:
    """Every database against the smallest: endpoints, and bare controllers for comparison."""
    smallest, *others = plan.targets
    keys = [
        Key(size, case.name, "endpoint", connections)
        for case in plan.cases
        for connections in plan.connections
        for size in others
    ]
    rows = [_flat_row(results, key, smallest) for key in keys]
    heads = ["case", "endpoints", "conn.", "bare", "endpoint", "its CPU", "goal"]
    return table.render(f"{mode}: against {smallest} endpoints", heads, rows)


def _flat_row(results: Results, key: Key, smallest: str) -> list[object]:
    pairs = [
        (k, k._replace(target=smallest)) for k in (key._replace(variant="bare"), key)
    ]
    bare, endpoint = (ratios.compare(results, *pair) for pair in pairs)
    cpu = ratios.of(*(results.cpu[k] for k in pairs[1]))
    row = [key.case, key.target, key.connections, bare, endpoint, cpu]
    return [*row, table.verdict(endpoint.median, FLAT)]


def query_table(mode: str, targets: Mapping[str, Target], cases: Sequence[Case]) -> str:
    """SQL queries of one request in a warm worker, from the server's log."""
    rows = []
    for size, found in targets.items():
        for case in cases:
            counts = [
                count_queries(found, case, variant) for variant in ("bare", "endpoint")
            ]
            rows.append([case.name, size, *counts, table.verdict(counts[1], counts[0])])
    heads = ["case", "endpoints", "bare", "endpoint", "goal"]
    return table.render(f"{mode}: SQL queries of a request", heads, rows)


def count_queries(found: Target, case: Case, variant: str) -> int:
    found.log.mark()
    path = f"{case.paths[variant]}?bench={time.monotonic_ns()}"
    client.send(found.url + path, case.request)
    return found.log.wait_for(path).queries
