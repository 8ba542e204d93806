"""What a change of one endpoint costs, and when the other worker serves it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

from environment import console

from . import table
from .access_log import Entry
from .case import Request
from .client import Answer, WebClient, send
from .target import Target

WANTED = 150  # ms that a change may cost a worker on its next request
PATIENCE = 20.0  # seconds for all workers to serve a route
STEADY = 20
PATH = "/bench/endpoint/hello"


class Asked(NamedTuple):
    """A request for the new route as the client saw it, and as the server's log did."""

    answer: Answer
    entry: Entry


@dataclass(frozen=True)
class Change:
    """Milliseconds, the first three from the begin of the call; ``costs``: what the
    first request took longer than usual, one of each worker."""

    call: float
    first: float
    everywhere: float
    stale: int
    costs: list[float]
    queries: list[int]


def measure(mode: str, targets: Mapping[str, Target], changes: int) -> str:
    """Change and synchronize one endpoint many times in each database."""
    rows = []
    for size, target in targets.items():
        probe = Probe(target)
        rows.append(_row(size, [probe.change() for _number in range(changes)]))
        console.say(f"  {mode}: {changes} changes among {size} endpoints")
    heads = ["endpoints", "sync call ms", "first answer ms", "all workers ms", "stale"]
    heads += ["next request + ms", "most", "its queries", "goal"]
    title = f"{mode}: a new route, 'Sync registry' by the web client, and then"
    return table.render(title, heads, rows)


def _row(size: str, changes: Sequence[Change]) -> list[object]:
    costs = [cost for change in changes for cost in change.costs]
    queries = [count for change in changes for count in change.queries]
    times = [(c.call, c.first, c.everywhere) for c in changes]
    row: list[object] = [
        size,
        *(_middle(column) for column in zip(*times, strict=True)),
    ]
    row += [
        sum(change.stale for change in changes),
        _middle(costs),
        f"{max(costs):.0f}",
    ]
    return [*row, _middle(queries), table.verdict(statistics.median(costs), WANTED)]


def _middle(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.0f}"


class Probe:
    """One endpoint of a target, moved to a new route again and again."""

    def __init__(self, target: Target):
        self.target = target
        self.workers = max(1, target.server.workers)
        self.web = WebClient(target.url, target.database)
        domain = [("name", "=", "/bench/other/0/1")]
        self.endpoint, _answer = self.web.call("endpoint.endpoint", "search", domain)
        assert self.endpoint, "the endpoint to change is not there"

    def change(self) -> Change:
        """Move the endpoint, synchronize, then ask until every worker has answered."""
        route = f"/bench/moved/{time.monotonic_ns()}"
        self._write({"route": route})
        steady = self._settle()
        call = self._write({"registry_sync": True})
        return judge(call, self._ask_all(route), steady)

    def _write(self, values: dict) -> Answer:
        return self.web.call("endpoint.endpoint", "write", self.endpoint, values)[1]

    def _settle(self) -> float:
        """Bring all workers to their steady state; return the ms of a request then."""
        self.target.log.mark()
        for number in range(2 * STEADY):
            send(f"{self.target.url}{PATH}?settle={number}", Request())
        self.target.log.wait_for(f"{PATH}?settle={number}")
        found = [entry for entry in self.target.log.entries() if "settle" in entry.path]
        self.target.log.mark()
        return statistics.median(entry.total for entry in found[STEADY:])

    def _ask_all(self, route: str) -> list[Asked]:
        """Ask over several connections at a time, for every worker to get requests."""
        found: list[Asked] = []
        deadline = time.monotonic() + PATIENCE
        while len(_first_served(found)) < self.workers:
            found += self._ask(route)
            if time.monotonic() > deadline:
                raise console.Failure(f"{route} is not served by all workers.")
        return found

    def _ask(self, route: str) -> list[Asked]:
        paths = [f"{route}?{time.monotonic_ns()}.{n}" for n in range(self.workers + 1)]
        with ThreadPoolExecutor(len(paths)) as pool:
            urls = [self.target.url + path for path in paths]
            answers = list(pool.map(lambda url: send(url, Request()), urls))
        entries = map(self.target.log.wait_for, paths)
        return [Asked(*pair) for pair in zip(answers, entries, strict=True)]


def _first_served(asked: Sequence[Asked]) -> dict[int, Asked]:
    """Return the first request that each worker answered well."""
    found: dict[int, Asked] = {}
    for pair in sorted(asked, key=lambda pair: pair.answer.ended):
        if pair.answer.status == 200:
            found.setdefault(pair.entry.pid, pair)
    return found


def judge(call: Answer, asked: Sequence[Asked], steady: float) -> Change:
    """Sum up one change."""
    first = _first_served(asked).values()
    ends = [1000 * (pair.answer.ended - call.started) for pair in first]
    return Change(
        call=1000 * (call.ended - call.started),
        first=min(ends),
        everywhere=max(ends),
        stale=sum(pair.answer.status != 200 for pair in asked),
        costs=[pair.entry.total - steady for pair in first],
        queries=[pair.entry.queries for pair in first],
    )
