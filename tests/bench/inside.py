"""Processor time of one request, measured inside one process without any network.

``python -m bench.inside SUITE DATABASE`` is a process of its own with Odoo in it: it
calls Odoo's WSGI application in one thread, variants in turns, and takes the thread's
own clock. What others do on the machine hardly matters here, so small gains show.
"""

from __future__ import annotations

import cProfile
import importlib
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from environment import command, console

from . import ratios, table
from .case import Case, Request

WARM_UP = 30
REPEATS = 300


def measure(suite: str, database: str, variant: str, folder: str = "") -> str:
    """Return a table of ``variant`` against bare; ``folder``: where to put profiles."""
    call = [sys.executable, "-m", __name__, suite, database, folder]
    answer = subprocess.run(
        call, capture_output=True, text=True, cwd=command.workplace(), check=False
    )
    if answer.returncode:
        raise console.Failure(f"inside: {answer.stderr[-4000:]}")
    found = json.loads(answer.stdout.splitlines()[-1])
    rows = [_row(name, times, variant) for name, times in found.items()]
    heads = ["case", "bare ms", "checked ms", f"{variant} ms", "/ bare", "/ checked"]
    return table.render("one process: processor time of a request", heads, rows)


def _row(name: str, times: dict[str, list[float]], variant: str) -> list[object]:
    names = ("bare", "checked", variant)
    middles = [f"{ratios.middle(times[n]):.3f}" if n in times else "" for n in names]
    against = [ratios.of(times[variant], times[n]) if n in times else "" for n in names]
    return [name, *middles, *against[:2]]


def compare(case: Case, profiles: Path | None) -> dict[str, list[float]]:
    """Return processor milliseconds of each variant, request by request."""
    found: dict[str, list[float]] = {variant: [] for variant in case.paths}
    for number in range(WARM_UP + REPEATS):
        for variant, path in case.paths.items():
            milliseconds = _request(case.request, path)
            if number >= WARM_UP:
                found[variant].append(milliseconds)
    for variant, path in case.paths.items() if profiles else ():
        profile = cProfile.Profile(time.thread_time)
        for _number in range(REPEATS):
            _request(case.request, path, profile)
        profile.dump_stats(profiles / f"{case.name}, {variant}.prof")
    return found


def _request(request: Request, path: str, profile: cProfile.Profile | None = None):
    from werkzeug.test import EnvironBuilder, run_wsgi_app

    from odoo.http import root

    headers, body = list(request.headers), request.body.encode()
    builder = EnvironBuilder(path, method=request.method, headers=headers, data=body)
    environ = {**builder.get_environ(), "REMOTE_ADDR": "127.0.0.1"}
    started = time.thread_time()
    if profile:
        profile.enable()
    content, status, _headers = run_wsgi_app(root, environ)
    b"".join(content)
    if profile:
        profile.disable()
    assert status.startswith(str(request.status)), (path, status)
    return 1000 * (time.thread_time() - started)


def main(suite: str, database: str, folder: str) -> None:
    """Print ``{case: {variant: [milliseconds]}}`` as JSON."""
    from odoo.modules.registry import Registry
    from odoo.service.server import load_server_wide_modules
    from odoo.tools import config

    config.parse_config(["-d", database, "--no-database-list", "--log-level=warn"])
    load_server_wide_modules()
    Registry(database)
    cases: Sequence[Case] = importlib.import_module(
        f".{suite}_cases", __package__
    ).CASES
    profiles = Path(folder) if folder else None
    print(json.dumps({case.name: compare(case, profiles) for case in cases}))


if __name__ == "__main__":
    main(*sys.argv[1:])
