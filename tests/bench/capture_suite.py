"""``run capture``: what the capture of changes adds to writes.

One process with Odoo in it writes and flushes in turns with the capture and without
(its methods are taken out of the class), and rolls back. Most of the work is
PostgreSQL's, so times are those of the wall clock. What others do on the machine only
adds to them: the best round of each counts. A write of an untracked model only passes
through the methods: it is called without records, and the time is the processor's.
"""

from __future__ import annotations

import argparse
import json

import kit

from . import ratios, table
from .wrk import Wrk

SOURCE = """
import json
import statistics
import time

from odoo.addons.rest_api_core.models import base

METHODS = ("_create", "_write_multi", "_update_field_translations", "unlink")
OWN = {{name: vars(base.Base)[name] for name in METHODS}}
env["rest.api"].search([]).active = False
api = env["rest.api"].create({{"name": "Bench", "root_path": "/bench"}})
env["rest.resource"].create(
    {{"api_id": api.id, "model_id": env["ir.model"]._get_id("res.partner")}}
)
partners = env["res.partner"].create([{{"name": f"P{{n}}"}} for n in range(500)])
nothing = env["res.bank"]
env.cr.commit()
number = 0

def values():
    global number
    number += 1
    return {{"city": f"c{{number}}", "street": f"s{{number}}", "zip": f"z{{number}}",
            "ref": f"r{{number}}"}}

def without():
    for name in METHODS:
        delattr(base.Base, name)

def again():
    for name, method in OWN.items():
        setattr(base.Base, name, method)

def timed(call, repeats):
    clock = time.thread_time if repeats > 1 else time.perf_counter
    begin, queries = clock(), env.cr.sql_log_count
    for _number in range(repeats):
        call()
    seconds = (clock() - begin) / repeats
    return 1e6 * seconds, (env.cr.sql_log_count - queries) / repeats

def untracked():
    nothing._write_multi([])

def tracked(count):
    some = partners[:count]
    def call():
        some.write(values())
        env.cr.flush()
    return call

def created(count):
    def call():
        env["res.partner"].create([values() | {{"name": "N"}} for _n in range(count)])
        env.cr.flush()
    return call

CASES = {{
    "untracked": (untracked, 10_000),
    **{{f"write {{n}}": (tracked(n), 1) for n in (1, 10, 100, 500)}},
    **{{f"create {{n}}": (created(n), 1) for n in (1, 100)}},
}}
found = {{}}
for name, (call, repeats) in CASES.items():
    series = found[name] = {{"without": [], "with": [], "queries": []}}
    for turn in range({rounds} + 3):
        pair = {{}}
        for kind in ("without", "with"):
            if kind == "without":
                without()
            partners.mapped("city")
            pair[kind] = timed(call, repeats)
            again()
            env.cr.rollback()
        if turn >= 3:
            series["without"].append(pair["without"][0])
            series["with"].append(pair["with"][0])
            series["queries"].append(pair["with"][1] - pair["without"][1])
print("FOUND", json.dumps(found))
"""
UNTRACKED = 3.0  # µs
TRANSACTION = 1000.0
RECORD = 80.0
QUERIES = 3


def main(options: argparse.Namespace, _wrk: Wrk) -> None:
    """Measure and print."""
    name = kit.create_database(modules=["rest_api_core"])
    try:
        printed = kit.shell(name, SOURCE.format(rounds=3 * options.rounds))
    finally:
        kit.drop_database(name)
    found = json.loads(printed.partition("FOUND ")[2].splitlines()[0])
    heads = ["call", "without µs", "with µs", "added µs", "ratio", "goal", "queries"]
    rows = [_row(name, series) for name, series in found.items()]
    print(table.render("capture of changes: the best round of each", heads, rows))


def _row(name: str, series: dict[str, list[float]]) -> list[object]:
    without, captured = series["without"], series["with"]
    added = min(captured) - min(without)
    best = [f"{min(each):.1f}" for each in (without, captured)]
    queries = ratios.middle(series["queries"])
    ratio = ratios.of(captured, without)
    asked = table.verdict(queries, 0 if name == "untracked" else QUERIES)
    goal = table.verdict(round(added, 1), _goal(name))
    return [name, *best, f"{added:.1f}", ratio, goal, f"{queries:g} {asked}"]


def _goal(name: str) -> float:
    if name == "untracked":
        return UNTRACKED
    return TRANSACTION + RECORD * int(name.split()[1])
