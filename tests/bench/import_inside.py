"""One import of partners in a process of its own, with its time and its memory.

``python -m bench.import_inside DATABASE SIDE ROWS TURN FACTS``
"""

from __future__ import annotations

import csv
import io
import json
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

COUNTRIES = ("be", "fr", "de", "nl", "lu", "us", "in", "es", "it", "pt")
NAMES = ("name", "email", "phone", "city")


def rows(count: int, tag: str) -> list[list[str]]:
    """Cells of ``NAMES`` and the code of a country."""
    return [
        [
            f"Partner {tag} {number}",
            f"p{number}@{tag}.example.com",
            f"+32 2 555 {number:05}",
            f"City {number % 500}",
            COUNTRIES[number % len(COUNTRIES)].upper(),
        ]
        for number in range(count)
    ]


def load(env, cells: list[list[str]], side: str, facts: Mapping) -> int:
    """Odoo's own."""
    column = "country_id"
    if side != "load":
        column = "country_id/id"
        cells = [[*row[:-1], f"base.{row[-1].lower()}"] for row in cells]
    partners = env(user=facts["user"])["res.partner"]
    found = partners.load([*NAMES, column], cells)
    assert found["ids"], found["messages"][:3]
    env.cr.commit()
    return len(found["ids"])


def file_of(cells: list[list[str]], side: str) -> bytes:
    """The same rows as CSV."""
    text = io.StringIO()
    names = [*NAMES, "country_id.code"]
    if side == "upsert":
        names = ["external_id", *names]
        cells = [[f"{row[0]}".replace(" ", "."), *row] for row in cells]
    csv.writer(text).writerows([names, *cells])
    return text.getvalue().encode()


def imported(env, content: bytes, side: str, facts: Mapping) -> int:
    """A job, from the bytes of a request to its end."""
    from odoo.addons.rest_api_core.engine import job_host, job_runner
    from odoo.addons.rest_api_core.leases.signals import Signals
    from odoo.addons.rest_api_core.tests import in_process
    from odoo.addons.rest_api_core.wire.call import Caller

    caller = Caller("key", facts["user"], facts["client"], facts["credential"])
    params = {"mode": "atomic" if side == "atomic" else "partial"}
    if side == "upsert":
        params["key"] = "external_id"
    request = in_process.received(
        "/api/v1",
        "POST",
        "res.partner/import",
        params=params,
        body=content,
        headers={"Content-Type": "text/csv"},
    )
    in_process.perform(env, request, facts["api"], caller)
    env.cr.commit()
    database = env.cr.dbname
    queue = job_runner.jobs_table(database)
    (claimed,) = queue.claim(1, str(uuid.uuid4()))
    outcome = job_host.perform_claimed(database, queue, claimed, Signals())
    queue.complete([outcome])
    job = env["rest.job"].browse(claimed.id)
    assert job.state == "done", job.error
    return job.result_ids.filtered(lambda file: file.type == "successful").count


def measured(work: Callable[[], int], count: int) -> dict:
    """Seconds, those of the processor, and MiB that the process has grown at its peak;
    the processor time of PostgreSQL is not in there."""
    Path("/proc/self/clear_refs").write_text("5")
    before = _kilobytes("VmRSS")
    started, used = time.perf_counter(), time.process_time()
    done = work()
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    assert done == count, (done, count)
    peak = (_kilobytes("VmHWM") - before) / 1024
    return {"seconds": seconds, "cpu": cpu, "peak": peak}


def _kilobytes(name: str) -> int:
    text = Path("/proc/self/status").read_text()
    line = next(line for line in text.splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1])


def main(database: str, side: str, count: str, turn: str, facts: str) -> None:
    """Print what was measured as JSON."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.service.server import load_server_wide_modules
    from odoo.tools import config

    config.parse_config(["-d", database, "--no-database-list", "--log-level=warn"])
    load_server_wide_modules()
    known, tag = json.loads(facts), f"{side.replace(' ', '-')}-{turn}"
    is_load = side.startswith("load")
    act = load if is_load else imported

    def sent(cells):
        return cells if is_load else file_of(cells, side)

    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        act(env, sent(rows(10, f"warm-{tag}")), side, known)
        content = sent(rows(int(count), tag))
        found = measured(lambda: act(env, content, side, known), int(count))
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
