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
MODES = ("partial", "atomic")
SET_UP = f"""
expose("res.partner")
api.max_records = {BATCH}
user = make_user("imports")
result = make_client(user)
result["other"] = make_client(user)["key"]
result["partners"] = [
    env["res.partner"].create({{"name": "Locked", "ref": f"middle {{mode}}"}}).id
    for mode in {MODES}
]
"""
IMPORT = f"{ROOT}/res.partner/import?key=ref"


@pytest.fixture(scope="module")
def known(database):  # noqa: F811
    return set_up(database, SET_UP)


@pytest.fixture
def clients(server, known):  # noqa: F811
    """One for each mode."""
    return [Client(server, known[name]) for name in ("key", "other")]


@pytest.fixture
def middle_locked(database, known):  # noqa: F811
    """The records of the rows in the middle wait for their locks."""
    statement = "UPDATE res_partner SET city = 'x' WHERE id = ANY(%s)"
    return locked(database, statement, known["partners"])


def content(name, middle):
    """Rows with keys; ``middle`` is that of a partner that may be locked."""
    lines = ["ref,name"]
    for number in range(1, ROWS + 1):
        is_middle = middle and number == MIDDLE
        lines.append(f"{middle},{name}" if is_middle else f"{name} {number},{name}")
    return "\n".join(lines).encode()


def start(client, name, mode, middle=True):  # noqa: F811
    headers = {"Content-Type": "text/csv"}
    data = content(name, f"middle {mode}" if middle else None)
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


def check(client, sql, path, name, known=(MIDDLE,)):  # noqa: F811
    """Each row was written and told once: a second time, it would be an update."""
    found = lines(client, path)
    rows = [json.loads(line) for line in found["successful"]]
    assert [row["row"] for row in rows] == [*range(1, ROWS + 1)]
    assert len({row["id"] for row in rows}) == ROWS
    updated = [row["row"] for row in rows if row["outcome"] == "updated"]
    assert updated == [*known]
    assert (found["failed"], found["unprocessed"]) == ([], [])
    assert count(sql, name) == ROWS


def start_both(clients, name):
    """``[path]`` of an import in each mode, in one process."""
    return [
        start(each, f"{name} {mode}", mode)
        for each, mode in zip(clients, MODES, strict=True)
    ]


def check_both(clients, sql, paths, name):  # noqa: F811
    for each, path, mode in zip(clients, paths, MODES, strict=True):
        check(each, sql, path, f"{name} {mode}")


def test_a_killed_import_writes_each_row_once(
    clients,
    command,  # noqa: F811
    sql,  # noqa: F811
    middle_locked,
):
    first = command()
    with middle_locked as waiting:
        paths = start_both(clients, "Killed")
        wait_until(lambda: waiting() == 2, "the rows in the middle")
        first.kill()
    # what was committed stays: whole batches, or nothing
    assert count(sql, "Killed partial") == MIDDLE // BATCH * BATCH
    assert count(sql, "Killed atomic") == 0
    for each, path in zip(clients, paths, strict=True):
        assert each.status(path) == 202
    expire(sql)
    command()
    check_both(clients, sql, paths, "Killed")


def test_a_worker_that_lost_its_lease_writes_nothing_more(
    clients,
    command,  # noqa: F811
    sql,  # noqa: F811
    middle_locked,
):
    first = command()
    with middle_locked as waiting:
        paths = start_both(clients, "Lost")
        wait_until(lambda: waiting() == 2, "the rows in the middle")
        first.signal(signal.SIGSTOP)
        expire(sql)
        command()
        wait_until(lambda: waiting() == 4, "the other process")
    first.signal(signal.SIGCONT)
    check_both(clients, sql, paths, "Lost")


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
    clients,
    command,  # noqa: F811
    sql,  # noqa: F811
):
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
    check(client, sql, next_path, "Next", known=())
    assert count(sql, "Cancelled") == MIDDLE // BATCH * BATCH
