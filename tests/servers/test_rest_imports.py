"""Imports by real processes: whatever dies, each row is written once."""

import json
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
from rest_setup import ROOT, set_up
from web_client import wait_until

from .test_rest_jobs import (  # noqa: F401
    Client,
    client,
    command,
    database,
    expire,
    locked,
    log_of,
    server,
    sql,
)

BATCH, ROWS, MIDDLE = 20, 200, 110
SET_UP = f"""
expose("res.partner")
api.max_records = {BATCH}
user = make_user("imports")
result = make_client(user)
result["other"] = make_client(user)["key"]
result["partner"] = env["res.partner"].create({{"name": "Locked", "ref": "middle"}}).id
"""
IMPORT = f"{ROOT}/res.partner/import?key=ref"
MODES = ("partial", "atomic")


@pytest.fixture(scope="module")
def known(database):  # noqa: F811
    return set_up(database, SET_UP)


@pytest.fixture
def middle_locked(database, known):  # noqa: F811
    """The record of the row in the middle waits for its lock."""
    statement = "UPDATE res_partner SET city = 'x' WHERE id = %s"
    return locked(database, statement, known["partner"])


def content(name, middle=True):
    """Rows with keys; one of them changes the partner that may be locked."""
    lines = ["ref,name"]
    for number in range(1, ROWS + 1):
        is_middle = middle and number == MIDDLE
        lines.append(f"middle,{name}" if is_middle else f"{name} {number},{name}")
    return "\n".join(lines).encode()


def start(client, name, mode, **options):  # noqa: F811
    headers = {"Content-Type": "text/csv"}
    data = content(name, **options)
    response = client.ask(f"{IMPORT}&mode={mode}", "POST", headers=headers, data=data)
    assert response.status_code == 202, response.text
    return response.headers["Content-Location"]


def lines(client, path):  # noqa: F811
    """``{name of a file: its lines}`` of an import, once it has ended."""
    response = client.ended(path)
    assert response.status_code == 200, response.text
    found = {}
    for output in response.json()["output"]:
        text = client.ask(output["url"]).text
        found[output["type"]] = text.splitlines()
        assert output["count"] == len(found[output["type"]])
    return found


def count(sql, name):  # noqa: F811
    return sql("SELECT count(*) FROM res_partner WHERE name = %s", name)[0][0]


def check(client, sql, path, name):  # noqa: F811
    """Each row was written and told once."""
    found = lines(client, path)
    rows = [json.loads(line) for line in found["successful"]]
    assert [row["row"] for row in rows] == [*range(1, ROWS + 1)]
    assert len({row["id"] for row in rows}) == ROWS
    assert (found["failed"], found["unprocessed"]) == ([], [])
    assert count(sql, name) == ROWS


@pytest.mark.parametrize("mode", MODES)
def test_a_killed_import_writes_each_row_once(
    client,  # noqa: F811
    command,  # noqa: F811
    sql,  # noqa: F811
    middle_locked,
    mode,
):
    name, first = f"Killed {mode}", command()
    with middle_locked as waiting:
        path = start(client, name, mode)
        wait_until(waiting, "the row in the middle")
        first.kill()
    # what was committed stays: whole batches, or nothing
    before = MIDDLE // BATCH * BATCH if mode == "partial" else 0
    assert count(sql, name) == before
    assert client.status(path) == 202
    expire(sql)
    command()
    check(client, sql, path, name)


@pytest.mark.parametrize("mode", MODES)
def test_a_worker_that_lost_its_lease_writes_nothing_more(
    client,  # noqa: F811
    command,  # noqa: F811
    sql,  # noqa: F811
    middle_locked,
    mode,
):
    name, first = f"Lost {mode}", command()
    with middle_locked as waiting:
        path = start(client, name, mode)
        wait_until(waiting, "the row in the middle")
        first.signal(signal.SIGSTOP)
        expire(sql)
        command()
        wait_until(lambda: waiting() == 2, "the other process")
    first.signal(signal.SIGCONT)
    check(client, sql, path, name)


def test_a_stopped_import_goes_on_elsewhere(
    client,  # noqa: F811
    command,  # noqa: F811
    sql,  # noqa: F811
    middle_locked,
):
    running = command("--grace=0")
    with middle_locked as waiting:
        path = start(client, "Stopped", "partial")
        wait_until(waiting, "the row in the middle")
        assert running.stop()[0] == 0
    assert count(sql, "Stopped") == MIDDLE // BATCH * BATCH
    command()
    check(client, sql, path, "Stopped")


def test_two_processes_import_the_same_keys_at_once(
    server,  # noqa: F811
    known,
    command,  # noqa: F811
    sql,  # noqa: F811
):
    clients = [Client(server, known[name]) for name in ("key", "other")]
    paths = [
        start(each, "Twin", mode, middle=False)
        for each, mode in zip(clients, MODES, strict=True)
    ]
    command("--threads=1"), command("--threads=1")
    with ThreadPoolExecutor(2) as threads:
        both = list(threads.map(lines, clients, paths))
    for found in both:
        assert (len(found["successful"]), found["failed"]) == (ROWS, [])
    verbs = [
        json.loads(line)["outcome"] for found in both for line in found["successful"]
    ]
    assert sorted(verbs) == ["created"] * ROWS + ["updated"] * ROWS
    assert count(sql, "Twin") == ROWS


def test_a_cancelled_import_keeps_what_was_committed(
    client,  # noqa: F811
    command,  # noqa: F811
    sql,  # noqa: F811
    middle_locked,
):
    command()
    with middle_locked as waiting:
        path = start(client, "Cancelled", "partial")
        wait_until(waiting, "the row in the middle")
        assert client.ask(path, "DELETE").status_code == 202
        assert client.status(path) == 404
    next_path = start(client, "Next", "partial", middle=False)
    check(client, sql, next_path, "Next")
    assert count(sql, "Cancelled") == MIDDLE // BATCH * BATCH
