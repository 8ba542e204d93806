"""``--before FOLDER``: this tree against another clone, in turns, on one machine.

Both have a database and a running server of their own. Bursts alternate, so that a
machine that slows down slows both. The last table says how many times as long a request
takes now; the goal is that of every change: at most 1.05.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from environment import console
from environment.cache import REPOSITORY

from . import processes, ratios, table
from .case import Request
from .requests_once import WARM_UP, send_to
from .rounds import Key, Results
from .wrk import Wrk

SIDE = Path(__file__).with_name("side.py")
MOST = 1.05


@dataclass(frozen=True)
class Side:
    """A server of one tree: its URL, its process, and its requests by case."""

    url: str
    pid: int
    requests: Mapping[tuple[str, str], tuple[str, Request]]


def main(arguments: Sequence[str], options, wrk: Wrk) -> None:
    """Measure and print."""
    folders = {"before": Path(options.before).resolve(), "now": REPOSITORY}
    with contextlib.ExitStack() as stack:
        started = {
            name: stack.enter_context(_start(folder, arguments, options.port + number))
            for number, (name, folder) in enumerate(folders.items())
        }
        sides = {name: _told(process) for name, process in started.items()}
        names = [
            key for key in sides["now"].requests if key in sides["before"].requests
        ]
        names = [key for key in names if re.search(options.only, key[0])]
        _warm_up(sides, names)
        results = _rounds(sides, names, options, wrk)
    print(_table(names, options, results), flush=True)


@contextlib.contextmanager
def _start(folder: Path, arguments, port: int) -> Iterator[subprocess.Popen]:
    paths = ("PYTHONPATH", "ODOO_ADDONS_PATH")
    moved = {n: os.environ[n].replace(str(REPOSITORY), str(folder)) for n in paths}
    kept = _without(arguments, "--before", "--port")
    command = [sys.executable, SIDE, *kept, "--port", str(port)]
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **moved},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.communicate(timeout=120)


def _without(arguments: Sequence[str], *names: str) -> list[str]:
    """Drop options and their values."""
    kept, is_value = [], False
    for argument in arguments:
        if not is_value and argument not in names:
            kept.append(argument)
        is_value = argument in names
    return kept


def _told(process: subprocess.Popen) -> Side:
    for line in process.stdout:
        if line.startswith("SIDE "):
            told = json.loads(line.removeprefix("SIDE "))
            requests = {
                (case, variant): (path, _request(values))
                for case, variant, path, values in told["requests"]
            }
            return Side(told["url"], told["pid"], requests)
    raise console.Failure("A server did not start; its messages stand above.")


def _request(values: dict) -> Request:
    headers = tuple(map(tuple, values["headers"]))
    ids = values["ids"] and tuple(values["ids"])
    return Request(**{**values, "headers": headers, "ids": ids})


def _warm_up(sides: Mapping[str, Side], names) -> None:
    """The same requests to both, whatever cases a tree has besides: those that create
    records would leave one database with more rows, which it then counts."""
    for side in sides.values():
        for path, request in (side.requests[name] for name in names):
            for _number in range(WARM_UP):
                send_to(side.url, path, request)


def _rounds(sides: Mapping[str, Side], names, options, wrk: Wrk) -> Results:
    results = Results()
    for number in range(1, options.rounds + 1):
        for connections in options.connections:
            for name in names:
                for title in random.sample(list(sides), len(sides)):
                    key = Key(title, *name, connections)
                    _burst(sides[title], key, wrk, results)
        console.say(f"  round {number} of {options.rounds}")
    return results


def _burst(side: Side, key: Key, wrk: Wrk, results: Results) -> None:
    path, request = side.requests[key.case, key.variant]
    before = processes.seconds(side.pid)
    burst = wrk.burst(side.url + path, request, key.connections)
    results.add(key, burst, processes.seconds(side.pid) - before)


def _table(names, options, results: Results) -> str:
    rows = []
    for name in names:
        for connections in options.connections:
            now, before = (Key(t, *name, connections) for t in ("now", "before"))
            ratio = ratios.compare(results, now, before)
            cpu = ratios.of(results.cpu[now], results.cpu[before])
            times = [ratios.middle(ratios.times(results, k)) for k in (before, now)]
            row = [*name, connections, *(f"{time:.2f}" for time in times)]
            rows.append([*row, ratio, table.verdict(ratio.median, MOST), cpu])
    heads = ["case", "variant", "conn.", "ms before", "ms now", "ratio", "goal", "CPU"]
    return table.render("Now against before", heads, rows)
