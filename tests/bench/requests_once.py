"""Requests sent one by one: to warm up, to compare answers, to count queries."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence

from environment import console

from .case import Case
from .client import Answer, send
from .target import Target

WARM_UP = 40  # requests: each worker shall have seen each URL


def warm_up(targets: Iterable[Target], cases: Sequence[Case]) -> None:
    """Send each request often; raises Failure unless all variants answer alike."""
    for target in targets:
        for case in cases:
            contents = {path: _warm(target, case, path) for path in case.paths.values()}
            first, *others = contents.values()
            if case.request.status < 400 and any(other != first for other in others):
                raise console.Failure(f"Different answers: {contents}")


def _warm(target: Target, case: Case, path: str) -> object:
    for _number in range(WARM_UP):
        answer = send(target.url + path, case.request)
        if answer.status != case.request.status:
            raise console.Failure(f"{path} answered {answer.status}: {answer.body!r}")
    return _content(answer)


def _content(answer: Answer) -> object:
    is_json = answer.headers["Content-Type"].startswith("application/json")
    return json.loads(answer.body) if is_json else answer.body


def count_queries(target: Target, case: Case, variant: str) -> int:
    """Return what the server's log says about one request."""
    target.log.mark()
    path = f"{case.paths[variant]}?bench={time.monotonic_ns()}"
    send(target.url + path, case.request)
    return target.log.wait_for(path).queries
