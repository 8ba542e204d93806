"""``run rest``: the REST API against JSON-2 and controllers written by hand.

With ``BENCH_UNTRACKED=1`` no change feed captures the writes: a comparison with trees
that had none (``--before``, which knows no option of later trees).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
from collections.abc import Iterator

import kit
import psycopg2
from environment import console
from environment import database as databases
from environment.cache import Cache
from environment.templates import Recipe, Templates

from . import rest_cases, rest_inside, rest_report, rounds, target
from .client import Answer, send
from .requests_once import warm_up
from .rest_cases import Facts
from .rounds import Plan
from .target import Target
from .wrk import Wrk

FILL = """
import json
from odoo.addons.bench_rest import setting
facts = setting.fill(env, {partners})
if {untracked}:
    env["rest.resource"].search([]).track_changes = "none"
env.cr.commit()
print("FACTS " + json.dumps(facts))
"""


def main(options: argparse.Namespace, wrk: Wrk) -> None:
    """Measure and print."""
    with database(options) as facts:
        if "key" in options.parts:
            print(rest_inside.key_check(facts), flush=True)
        for mode in options.modes:
            names = {"all": facts["database"]}
            with target.servers(mode, names, options.port) as targets:
                cases = rest_cases.cases(learn(targets["all"], facts))
                _measure(options, wrk, mode, targets, cases)
        if "profile" in options.parts:
            print(rest_inside.profile(facts, options.profiles), flush=True)


@contextlib.contextmanager
def database(options: argparse.Namespace) -> Iterator[dict]:
    """The facts of a database with everything; apps come from a template that does not
    depend on this repository's addons."""
    template = Templates(Cache()).get(Recipe(tuple(options.modules), False, ()))
    name = databases.copy(template, databases.new_name("bench_rest"))
    try:
        progress = console.Progress(f"Preparing {options.partners} partners")
        kit.run_odoo(name, "-i", "bench_rest")
        untracked = "BENCH_UNTRACKED" in os.environ
        filling = FILL.format(partners=options.partners, untracked=untracked)
        printed = kit.shell(name, filling)
        _vacuum(name)
        progress.done()
        yield json.loads(printed.partition("FACTS ")[2])
    finally:
        databases.drop(name)


def _vacuum(name: str) -> None:
    """Without it, scans are slower until PostgreSQL comes by, whenever that is."""
    with contextlib.closing(psycopg2.connect(dbname=name)) as connection:
        connection.autocommit = True
        connection.cursor().execute("VACUUM ANALYZE")


def learn(server: Target, facts: dict) -> Facts:
    """Ask the running server for what some requests need: tags and cursors."""
    known = Facts(**facts, tags={}, cursors={})
    paths = rest_cases.tagged_paths(known)
    return Facts(
        **facts,
        tags={
            name: _ask(server, path, known).headers["ETag"]
            for name, path in paths.items()
        },
        cursors={s: _cursor(server, known, s) for s in rest_cases.SORTS.values()},
    )


def _ask(server: Target, path: str, facts: Facts) -> Answer:
    answer = send(server.url + path, facts.get())
    if answer.status != 200:
        raise console.Failure(f"{path} answered {answer.status}: {answer.body!r}")
    return answer


def _cursor(server: Target, facts: Facts, sort: str) -> str:
    """Walk over 90 % of the partners."""
    cursor, seen, wanted = "", 0, facts.partners * 9 // 10
    while seen < wanted:
        page = {"fields": "id", "limit": min(1000, wanted - seen), "sort": sort}
        path = rest_cases.path_of(rest_cases.setting.ON, **page, cursor=cursor)
        meta = json.loads(_ask(server, path, facts).body)["meta"]
        cursor, seen = meta["next_cursor"], seen + meta["count"]
    return cursor


def _measure(options, wrk, mode, targets, cases) -> None:
    cases = [case for case in cases if re.search(options.only, case.name)]
    warm_up(targets.values(), cases)
    if "load" in options.parts:
        plan = Plan(targets, cases, options.connections, "rest", {})
        results = rounds.run(plan, wrk, options.rounds, mode)
        print(rest_report.ratio_table(mode, plan, results), flush=True)
        print(rest_report.time_table(mode, plan, results), flush=True)
    if "queries" in options.parts:
        print(rest_report.query_table(mode, targets["all"], cases), flush=True)
