"""``run export``: exports against JSON-2: first byte, whole, paging, memory.

All are measured in turns in one run. JSON-2 pages by offset in the order of ids; of its
pages only some are sent, evenly over the table, and the time of all is estimated.
"""

from __future__ import annotations

import argparse
import http.client
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from environment import console

from . import ratios, rest_suite, table, target
from .case import Request
from .client import send
from .processes import members
from .requests_once import WARM_UP
from .rest_cases import NAMES, Facts, path_of, setting
from .target import Target
from .wrk import Wrk

FEW = 10_000  # rows of one response
PAGES = {1000: 4, 80: 40}  # rows of a page → every which page is sent
TURNS = {"few": 7, "all": 3}
CHUNK = 2**16
MIB = 2**20
GOALS = {"first byte": 0.2, "whole": 1.2, "all": 5.0, "memory": 20.0}
Row = list[object]


class Streamed(NamedTuple):
    """Seconds until the first byte and the last one, and how many there were."""

    first: float
    whole: float
    size: int


def main(options: argparse.Namespace, _wrk: Wrk) -> None:
    """Measure and print."""
    with rest_suite.database(options) as found:
        facts = Facts(**found, tags={}, cursors={})
        for mode in options.modes:
            names = {"all": facts.database}
            with target.servers(mode, names, options.port) as targets:
                _measure(mode, targets["all"], facts)


def _measure(mode: str, server: Target, facts: Facts) -> None:
    for _number in range(WARM_UP):
        fetch(server, export(100), facts.get())
        json2(server, facts, 0, 100)
    # first: what other responses have freed would hide what an export takes
    memory = list(_memory(server, facts))
    rows = [*_few(server, facts), *_all(server, facts)]
    heads = ["export", "s", "against JSON-2", "its s", "ratio", "goal"]
    print(table.render(f"{mode}: NDJSON", heads, rows), flush=True)
    heads = ["export of all rows", "MB sent", "s", "peak MiB above", "goal"]
    title = f"{mode}: memory of the server's processes"
    print(table.render(title, heads, memory), flush=True)


def export(limit: int = 0, **query: object) -> str:
    """Return the path of an export of partners."""
    limits = {"limit": limit} if limit else {}
    shape = {"fields": NAMES, "sort": "id", **limits, **query}
    return path_of(setting.ON, "export", **shape)


def fetch(server: Target, path: str, request: Request) -> Streamed:
    """Read a response in chunks; it must be 200 and whole."""
    started = time.perf_counter()
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=600)
    connection.request("GET", path, headers=dict(request.headers))
    response = connection.getresponse()
    size = len(response.read(1))
    first = time.perf_counter() - started
    while chunk := response.read(CHUNK):
        size += len(chunk)
    whole = time.perf_counter() - started
    connection.close()
    if response.status != 200:
        raise console.Failure(f"{path} answered {response.status}")
    return Streamed(first, whole, size)


def json2(server: Target, facts: Facts, offset: int, limit: int) -> float:
    """Seconds of one page of JSON-2."""
    values = {"domain": [], "fields": setting.FIELDS, "order": "id"}
    request = facts.json2(**values, offset=offset, limit=limit)
    answer = send(f"{server.url}/json/2/res.partner/search_read", request)
    if answer.status != 200:
        raise console.Failure(f"JSON-2 answered {answer.status}: {answer.body!r}")
    return answer.ended - answer.started


def _few(server: Target, facts: Facts) -> Iterator[Row]:
    ours, theirs = [], []
    for _turn in range(TURNS["few"]):
        ours.append(fetch(server, export(FEW, count="none"), facts.get()))
        theirs.append(json2(server, facts, 0, FEW))
    for name, times in (
        ("first byte", [each.first for each in ours]),
        ("whole", [each.whole for each in ours]),
    ):
        ratio = ratios.of(times, theirs)
        yield [
            f"{FEW} rows, {name}",
            *_seconds(times, f"one response of {FEW}", theirs),
            ratio,
            table.verdict(ratio.median, GOALS[name]),
        ]


def _all(server: Target, facts: Facts) -> Iterator[Row]:
    ours = []
    theirs: dict[int, list[float]] = {size: [] for size in PAGES}
    for _turn in range(TURNS["all"]):
        ours.append(fetch(server, export(), facts.get()).whole)
        for size, step in PAGES.items():
            theirs[size].append(_paging(server, facts, size, step))
    for size, times in theirs.items():
        ratio = ratios.of(times, ours)
        met = "✓" if ratio.median >= GOALS["all"] else "✗"
        name = f"all {facts.partners} rows"
        seconds = _seconds(ours, f"pages of {size}", times)
        yield [name, *seconds, ratio, f"≥ {GOALS['all']:g} {met}"]


def _paging(server: Target, facts: Facts, size: int, step: int) -> float:
    offsets = range(0, facts.partners, size * step)
    return sum(json2(server, facts, offset, size) for offset in offsets) * step


def _seconds(ours: Sequence[float], against: str, theirs: Sequence[float]) -> Row:
    median = statistics.median
    return [f"{median(ours):.3f}", against, f"{median(theirs):.3f}"]


# --- memory --------------------------------------------------------------------------


def _memory(server: Target, facts: Facts) -> Iterator[Row]:
    for name, query in (
        ("NDJSON", {}),
        ("CSV", {"format": "csv"}),
        ("NDJSON, by name", {"sort": "name"}),
    ):
        group = server.server.process.pid
        before = {pid: _kilobytes(pid, "VmRSS") for pid in _reset_peaks(group)}
        found = fetch(server, export(**query), facts.get())
        grown = [_kilobytes(pid, "VmHWM") - size for pid, size in before.items()]
        peak = max(grown) / 1024
        sent = f"{found.size / MIB:.1f}"
        verdict = table.verdict(peak, GOALS["memory"])
        yield [name, sent, f"{found.whole:.2f}", f"{peak:.1f}", verdict]


def _reset_peaks(group: int) -> list[int]:
    """Forget the peaks of all processes of a group (``man 5 proc``, clear_refs)."""
    pids = list(members(group))
    for pid in pids:
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    return pids


def _kilobytes(pid: int, name: str) -> int:
    text = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in text.splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1])
