"""Tables of the suite ``rest``: times of all variants, and how they relate."""

from __future__ import annotations

from collections.abc import Sequence

from . import ratios, table
from .case import Case
from .requests_once import count_queries
from .rest_cases import GOALS, Goal
from .rounds import Key, Plan, Results
from .target import Target

TARGET = "all"
UNCOUNTED = ("xmlrpc",)  # Odoo's log has no numbers for it


def ratio_table(mode: str, plan: Plan, results: Results) -> str:
    """One row a goal and number of connections."""
    rows = [
        _ratio_row(Key(TARGET, case.name, goal.variant, connections), goal, results)
        for case in plan.cases
        for goal in GOALS[case.name]
        for connections in plan.connections
    ]
    heads = ["case", "conn.", "what", "ms", "against", "its ms", "ratio", "CPU", "goal"]
    title = f"{mode}: times faster (≥), or times as long (≤)"
    return table.render(title, [*heads, "aim"], rows)


def _ratio_row(key: Key, goal: Goal, results: Results) -> list[object]:
    other = key._replace(variant=goal.against)
    pair = (key, other) if goal.most else (other, key)
    ratio = ratios.compare(results, *pair)
    cpu = ratios.of(*(results.cpu[side] for side in pair))
    row = [key.case, key.connections, key.variant, _ms(results, key)]
    row += [goal.against, _ms(results, other), ratio, f"{cpu.median:.2f}×"]
    return [*row, _verdict(ratio.median, goal), _at_least(ratio.median, goal.aim)]


def _verdict(value: float, goal: Goal) -> str:
    if goal.most:
        return table.verdict(value, goal.most)
    return _at_least(value, goal.least)


def _at_least(value: float, wanted: float) -> str:
    return f"≥ {wanted:g} {'✓' if value >= wanted else '✗'}" if wanted else ""


def _ms(results: Results, key: Key) -> str:
    return f"{ratios.middle(ratios.times(results, key)):.2f}"


def time_table(mode: str, plan: Plan, results: Results) -> str:
    """Each variant: median time of one connection, requests a second of several."""
    rows = [
        [case.name, variant, *_times(case.name, variant, plan, results)]
        for case in plan.cases
        for variant in case.paths
    ]
    heads = ["case", "variant"]
    for connections in plan.connections:
        heads += [f"p50 ms, {connections} conn.", "a second", "CPU ms"]
    return table.render(f"{mode}: all variants", heads, rows)


def _times(case: str, variant: str, plan: Plan, results: Results) -> list[str]:
    cells = []
    for connections in plan.connections:
        key = Key(TARGET, case, variant, connections)
        bursts = results.bursts[key]
        cells.append(f"{ratios.middle([burst.p50 for burst in bursts]):.2f}")
        cells.append(f"{ratios.middle([burst.rate for burst in bursts]):.0f}")
        cells.append(f"{ratios.middle(results.cpu[key]):.2f}")
    return cells


def query_table(mode: str, server: Target, cases: Sequence[Case]) -> str:
    """SQL queries of one request in a warm worker, as Odoo's log counts them."""
    rows = [
        [case.name, variant, count_queries(server, case, variant)]
        for case in cases
        for variant in case.paths
        if variant not in UNCOUNTED
    ]
    return table.render(f"{mode}: SQL queries", ["case", "variant", "queries"], rows)
