"""What happens inside one process: the check of a key, and a profile of requests.

``python -m bench.rest_inside FACTS FOLDER`` is a process of its own with Odoo in it.
"""

from __future__ import annotations

import cProfile
import json
import pstats
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import kit
from environment import command, console

from . import table
from .rest_cases import setting

REPEATS = 300
KEY = """
import time
from odoo.addons.rest_api_core.access import credentials
model = env["rest.authentication"]
key = credentials.parse({key!r}, "rak")
settings = env["rest.configuration"]
pepper = settings._pepper()
api = settings._api(env["rest.api"].search([("root_path", "=", {root!r})]).id)
known = model._verified(api, key, "127.0.0.1")
def cpu(function):
    found = []
    for _number in range(2000):
        started = time.thread_time_ns()
        function()
        found.append(time.thread_time_ns() - started)
    return sorted(found)[1000] / 1000
hmac = cpu(lambda: credentials.verify(key.value, known.digest, pepper))
queries = env.cr.sql_log_count
parse = credentials.parse
whole = cpu(lambda: model._verified(api, parse({key!r}, "rak"), "127.0.0.1"))
print("KEY", hmac, whole, env.cr.sql_log_count - queries)
"""
WANTED = 20.0  # µs of processor time for the check of a key


def key_check(facts: Mapping) -> str:
    """Return a table of the processor time of checking a key that a worker knows."""
    printed = kit.shell(
        facts["database"], KEY.format(key=facts["key"], root=setting.ON)
    )
    hmac, whole, queries = printed.partition("KEY ")[2].split()
    rows = [
        ["digest and comparison", f"{float(hmac):.1f}", ""],
        ["all", f"{float(whole):.1f}", table.verdict(float(whole), WANTED)],
        ["queries of 2000", queries, table.verdict(float(queries), 0)],
    ]
    return table.render("check of a known key, CPU", ["step", "µs", "goal"], rows)


def profile(facts: Mapping, folder: str = "") -> str:
    """Return where the processor time of a read, a list and a patch goes."""
    call = [sys.executable, "-m", __name__, json.dumps(dict(facts)), folder]
    answer = subprocess.run(
        call, capture_output=True, text=True, cwd=command.workplace(), check=False
    )
    if answer.returncode:
        raise console.Failure(f"profile: {answer.stderr[-4000:]}")
    return answer.stdout


def main(facts: str, folder: str) -> None:
    """Profile requests of the API with everything on."""
    from odoo.modules.registry import Registry
    from odoo.service.server import load_server_wide_modules
    from odoo.tools import config

    from .rest_cases import LIST, READ, Facts, cases, tagged_paths

    known = json.loads(facts)
    options = ["-d", known["database"], "--no-database-list", "--log-level=warn"]
    config.parse_config(options)
    load_server_wide_modules()
    Registry(known["database"])
    cursors = {"id": "", "name": ""}
    tags = dict.fromkeys(tagged_paths(Facts(**known, tags={}, cursors=cursors)), "")
    for case in cases(Facts(**known, tags=tags, cursors=cursors)):
        if case.name in (READ, LIST, "patch"):
            print(_profiled(case, folder))


def _profiled(case, folder: str) -> str:
    request, path = case.request_of("rest"), case.paths["rest"]
    for number in range(50):
        _send(path, request, number)
    found = cProfile.Profile(time.perf_counter)
    times = [_send(path, request, 50 + number) for number in range(REPEATS)]
    for number in range(REPEATS):
        _send(path, request, 1000 + number, found)
    if folder:
        found.dump_stats(Path(folder) / f"{case.name}.prof")
    middle = statistics.median(times)
    return _table(case.name, pstats.Stats(found), middle)


def _send(path, request, number, profiler=None) -> float:
    """Return the milliseconds of one request through Odoo's WSGI application."""
    from werkzeug.test import EnvironBuilder, run_wsgi_app

    from odoo.http import root

    path, request = request.numbered(path, number)
    builder = EnvironBuilder(
        path,
        method=request.method,
        headers=list(request.headers),
        data=request.body.encode(),
    )
    environ = {**builder.get_environ(), "REMOTE_ADDR": "127.0.0.1"}
    started = time.perf_counter()
    if profiler:
        profiler.enable()
    content, status, _headers = run_wsgi_app(root, environ)
    b"".join(content)
    if profiler:
        profiler.disable()
    assert status.startswith(str(request.status)), (path, status, content)
    return 1000 * (time.perf_counter() - started)


def _table(name: str, stats: pstats.Stats, middle: float) -> str:
    title = f"{name}: {middle:.2f} ms without profiler; % of the time"
    groups = sorted(_groups(stats).items(), key=lambda group: -group[1])
    percent = 100 / stats.total_tt
    parts = [[group, f"{percent * own:.1f}"] for group, own in groups]
    return "\n".join(
        [
            table.render(f"{title}, own", ["code", "%"], parts),
            table.render(f"{title}, with what it calls", STEPS, _steps(stats)),
        ]
    )


STEPS = ["function", "%", "calls"]
SHOWN = ("rest_api_core/", "endpoint", "odoo/http.py", "registry.py", "sql_db.py", "~")


def _steps(stats: pstats.Stats) -> list[list[str]]:
    """The way of a request: our functions, and Odoo's around them; largest first."""
    rows = []
    for (file, _line, function), found in stats.stats.items():
        calls, _own, whole = found[1:4]
        place = f"{'/'.join(Path(file).parts[-3:])}:{function}"
        share = whole / stats.total_tt
        if share > 0.015 and any(part in place for part in SHOWN):
            rows.append((share, place, calls / REPEATS))
    return [
        [place, f"{100 * share:.0f}", f"{calls:.1f}"]
        for share, place, calls in sorted(rows, reverse=True)
    ]


# a part of the path → whose code it is; the first that fits
GROUPS = {
    "rest_api_core/": "rest_api_core",
    "endpoint": "endpoint_route_handler",
    "psycopg2": "PostgreSQL and its driver",
    "odoo/orm/": "Odoo: orm",
    "odoo/addons/": "Odoo: addons",
    "odoo/http.py": "Odoo: http",
    "odoo/": "Odoo: others",
    "werkzeug/": "werkzeug",
    "json/": "JSON",
}


def _groups(stats: pstats.Stats) -> dict[str, float]:
    """Seconds in the code of each group; what is built in counts for who calls it."""
    found: dict[str, float] = {}
    for (file, _line, function), (_c, _n, own, _whole, callers) in stats.stats.items():
        group = _group(f"{file}:{function}")
        if file != "~" or group:
            found[group or "Python"] = found.get(group or "Python", 0) + own
            continue
        for (caller, _at, name), numbers in callers.items():
            group = _group(f"{caller}:{name}") or "Python"
            found[group] = found.get(group, 0) + numbers[2]
    return found


def _group(place: str) -> str:
    return next((group for part, group in GROUPS.items() if part in place), "")


if __name__ == "__main__":
    main(*sys.argv[1:])
