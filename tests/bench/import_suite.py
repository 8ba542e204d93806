"""``run import``: rows of partners by an import, and by Odoo's own ``load()``.

Each is a process of its own, in turns: the same rows with new names, the same user, one
database with the modules of ``--modules``. ``load()`` gets all rows at once. Without
``--sides``, each of ``USUAL`` has its turn. What a side took is told when it ends.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping

import kit
import rest_setup
from environment import command, console
from environment import database as databases
from environment.cache import Cache
from environment.templates import Recipe, Templates

from . import ratios, table
from .wrk import Wrk

SET_UP = """
expose("res.partner")
expose("res.country")
api.max_body_size = 100
result = make_client(make_user("importer"))
result["api"] = api.id
"""
# countries: load() finds them by name or code, or by external id
SIDES = ("load", "load by external id", "partial", "atomic", "upsert")
BASES = SIDES[:2]
USUAL = SIDES[1:4]


def main(options: argparse.Namespace, _wrk: Wrk) -> None:
    """Measure and print."""
    with _database(options) as (name, facts):
        found: dict[str, list[dict]] = {side: [] for side in options.sides or USUAL}
        for turn in range(options.turns):
            for side in found:
                progress = console.Progress(f"Turn {turn + 1}: {side}")
                measured = _measure(name, side, options.rows, turn, facts)
                found[side].append(measured)
                progress.done()
                console.say(
                    "    {seconds:.1f} s, {cpu:.1f} s CPU, {peak:.0f} MiB".format(
                        **measured
                    )
                )
    against = [f"{unit} / {side}" for unit in ("s", "CPU") for side in BASES]
    heads = ["rows", "s", "CPU s", "rows/s", *against, "peak MiB above"]
    rows = [_row(side, found, options.rows) for side in found]
    title = f"{options.rows} partners with {', '.join(options.modules)}"
    print(table.render(title, heads, rows), flush=True)


def _row(side: str, found: Mapping[str, list[dict]], rows: int) -> list[object]:
    against = [
        ratios.of(_all(found[side], unit), _all(found[other], unit))
        if other in found
        else ""
        for unit in ("seconds", "cpu")
        for other in BASES
    ]
    middle, cpu = (statistics.median(_all(found[side], u)) for u in ("seconds", "cpu"))
    peak = max(each["peak"] for each in found[side])
    speed = [f"{middle:.1f}", f"{cpu:.1f}", f"{rows / middle:.0f}"]
    return [f"{side}, {rows}", *speed, *against, f"{peak:.0f}"]


def _all(measured: list[dict], unit: str) -> list[float]:
    return [each[unit] for each in measured]


@contextlib.contextmanager
def _database(options: argparse.Namespace) -> Iterator[tuple[str, dict]]:
    """Its name, and who may import into it."""
    template = Templates(Cache()).get(Recipe(tuple(options.modules), False, ()))
    name = databases.copy(template, databases.new_name("bench_import"))
    try:
        progress = console.Progress("Preparing a database")
        kit.run_odoo(name, "-i", "rest_api_core")
        facts = rest_setup.set_up(name, SET_UP)
        progress.done()
        yield name, facts
    finally:
        databases.drop(name)


def _measure(name: str, side: str, rows: int, turn: int, facts: Mapping) -> dict:
    arguments = [name, side, str(rows), str(turn), json.dumps(facts)]
    call = [sys.executable, "-m", "bench.import_inside", *arguments]
    answer = subprocess.run(
        call, capture_output=True, text=True, cwd=command.workplace(), check=False
    )
    if answer.returncode:
        raise console.Failure(f"{side}: {answer.stderr[-4000:]}")
    return json.loads(answer.stdout.splitlines()[-1])
