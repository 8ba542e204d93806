"""Tables of a load test, for any suite: a variant against the bare controllers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from . import ratios, table
from .case import Case
from .requests_once import count_queries
from .rounds import Key, Plan, Results
from .target import Target

FLAT = 1.1
BARE, CHECKED = "bare", "checked"


def load_table(mode: str, plan: Plan, results: Results) -> str:
    """One row a case, database and number of connections."""
    rows = []
    for case in plan.cases:
        for connections in plan.connections:
            for size in plan.targets:
                key = Key(size, case.name, plan.variant, connections)
                rows.append(_load_row(case, key, results))
    heads = ["case", "database", "conn.", "bare ms", f"{plan.variant} ms", "/ bare"]
    heads += ["CPU / bare", "validator ms", "/ (bare + validator)", "/ checked", "goal"]
    title = f"{mode}: median time of a request (1 connection), or 1000 / rate (8)"
    return table.render(title, heads, rows)


def _load_row(case: Case, key: Key, results: Results) -> list[object]:
    bare = key._replace(variant=BARE)
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
    checked = ratios.compare(results, key, key._replace(variant=CHECKED))
    row += [f"{ratios.middle(validator):.3f}", ratio, checked]
    return [*row, table.verdict(ratio.median, case.goal)]


def _ms(results: Results, key: Key) -> str:
    return f"{ratios.middle(ratios.times(results, key)):.2f}"


def flat_table(mode: str, plan: Plan, results: Results) -> str:
    """Every database against the smallest; bare controllers for comparison."""
    smallest, *others = plan.targets
    keys = [
        Key(size, case.name, plan.variant, connections)
        for case in plan.cases
        for connections in plan.connections
        for size in others
    ]
    rows = [_flat_row(results, key, smallest) for key in keys]
    heads = ["case", "database", "conn.", BARE, plan.variant, "its CPU", "goal"]
    return table.render(f"{mode}: against the database {smallest}", heads, rows)


def _flat_row(results: Results, key: Key, smallest: str) -> list[object]:
    pairs = [
        (k, k._replace(target=smallest)) for k in (key._replace(variant=BARE), key)
    ]
    bare, other = (ratios.compare(results, *pair) for pair in pairs)
    cpu = ratios.of(*(results.cpu[k] for k in pairs[1]))
    row = [key.case, key.target, key.connections, bare, other, cpu]
    return [*row, table.verdict(other.median, FLAT)]


def query_table(
    mode: str, targets: Mapping[str, Target], cases: Sequence[Case], variant: str
) -> str:
    """SQL queries of one request in a warm worker; none more than the bare one's."""
    rows = []
    for name, target in targets.items():
        for case in cases:
            bare, other = (count_queries(target, case, v) for v in (BARE, variant))
            rows.append([case.name, name, bare, other, table.verdict(other, bare)])
    heads = ["case", "database", BARE, variant, "goal"]
    return table.render(f"{mode}: SQL queries of a request", heads, rows)
