"""Requests sent one by one: to warm up, to compare answers, to count queries."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Sequence

from environment import console

from .case import Case, Request
from .client import Answer, send
from .target import Target

MAIL = re.compile(rb"[\w.]+@example\.com")
WARM_UP = 40  # requests: each worker shall have seen each URL


def warm_up(targets: Iterable[Target], cases: Sequence[Case]) -> None:
    """Send each request often; raises Failure unless all variants answer alike."""
    for target in targets:
        for case in cases:
            contents = {v: _warm(target, case, v) for v in case.paths}
            found = [c for v, c in contents.items() if c and v not in case.unlike]
            if case.request.status < 400 and any(other != found[0] for other in found):
                raise console.Failure(f"{case.name}: different answers: {found}")


def _warm(target: Target, case: Case, variant: str) -> object:
    for _number in range(WARM_UP):
        _path, answer = _send(target, case, variant)
    return _names(answer) if case.requests else _content(answer)


def _send(target: Target, case: Case, variant: str) -> tuple[str, Answer]:
    return send_to(target.url, case.paths[variant], case.request_of(variant))


def send_to(url: str, path: str, expected: Request) -> tuple[str, Answer]:
    """Send a request once; raises Failure for another status than the expected one."""
    path, request = expected.numbered(path, time.monotonic_ns())
    answer = send(url + path, request)
    if answer.status != expected.status:
        raise console.Failure(f"{path} answered {answer.status}: {answer.body!r}")
    return path, answer


def _content(answer: Answer) -> object:
    is_json = answer.headers["Content-Type"].startswith("application/json")
    return json.loads(answer.body) if is_json else answer.body


def _names(answer: Answer) -> list[bytes]:
    """The records of an answer whatever its format: by their e-mail addresses."""
    return MAIL.findall(answer.body)


def count_queries(target: Target, case: Case, variant: str) -> int:
    """Return what the server's log says about one request."""
    target.log.mark()
    path = _send(target, case, variant)[0]
    return target.log.wait_for(path).queries
