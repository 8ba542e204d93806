"""dlt follows a model: a load of everything, then the change feed, with deletions."""

import json
import os
import subprocess
import sys
from pathlib import Path

import kit
import pytest
from rest_setup import ROOT, bearer, set_up
from web_client import ask, wait_until

PROGRAM = Path(__file__).resolve().parents[1] / "clients/follow_with_dlt.py"
MODEL, FIELDS = "res.country.group", "name,code"
SET_UP = f"""
expose("{MODEL}")
result = make_client(make_user("loader"))
env["{MODEL}"].create([{{"name": "Group %s" % n, "code": "G%s" % n}} for n in range(5)])
"""
TABLE = """
import duckdb, json
connection = duckdb.connect("records.duckdb", read_only=True)
rows = connection.execute("SELECT id, name, code FROM odoo.res_country_group")
print(json.dumps(sorted(rows.fetchall())))
"""


# as after a restore of the database: cursors from before mean nothing
EXPIRE = """
env["ir.config_parameter"].set_param("rest_api_core.change_generation", "restored")
"""


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, SET_UP)


@pytest.fixture
def send(server, known):
    def request(method, path, **options):
        url = f"{server.url}{ROOT}/{MODEL}{path}"
        answer = ask(url, method, headers=bearer(known["key"]), **options)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    return request


@pytest.fixture
def settled(send):
    """``settled(count)`` waits until so many changes are told since the beginning:
    transactions that still run, also in other databases, hold them back."""
    start = send("GET", "/changes", params={"since": "2999-01-01"})["meta"]

    def wait(count):
        params = {"since": start["next_since"]}

        def told():
            return len(send("GET", "/changes", params=params)["data"]) == count

        wait_until(told, "the changes")

    return wait


@pytest.fixture
def python(server, known, tmp_path):
    """``python(*arguments)``: what Python prints, with dlt."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(kit.libraries("dlt[duckdb]==1.31.0")),
        "API_KEY": known["key"],
        "DLT_DATA_DIR": str(tmp_path / "dlt"),
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "NO_PROXY": "127.0.0.1",
    }

    def run(*arguments):
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    return run


@pytest.fixture
def follow(python, server):
    """``(rows that came, what was printed)`` of a run."""

    def run():
        printed = python(PROGRAM, f"{server.url}{ROOT}", MODEL, FIELDS)
        counts = json.loads(printed.splitlines()[-1])
        return counts.get("res_country_group", 0), printed

    return run


def test_a_load_then_the_feed(send, settled, follow, python, database):
    def there():
        params = {"fields": FIELDS, "limit": 1000}
        rows = send("GET", "", params=params)["data"]
        return sorted([row["id"], row["name"], row["code"]] for row in rows)

    def loaded():
        return json.loads(python("-c", TABLE))

    before = there()
    assert follow()[0] == len(before)
    assert loaded() == before

    first, second, third = [row[0] for row in before][:3]
    send("PATCH", f"/{first}", json={"name": "Renamed", "code": "R"})
    send("PATCH", f"/{first}", json={"name": "Renamed twice"})
    send("DELETE", f"/{second}", params={"force": "true"})
    new = send("POST", "", json={"name": "New", "code": "N"})["data"]["id"]
    send("PATCH", f"/{third}", json={"name": "Short life"})
    send("DELETE", f"/{third}", params={"force": "true"})
    settled(6)
    assert follow()[0] == 6
    assert loaded() == there()
    assert new in [row[0] for row in loaded()]
    assert follow()[0] == 0

    # too long ago
    send("PATCH", f"/{new}", json={"name": "After all"})
    set_up(database, EXPIRE)
    count, printed = follow()
    assert "anew" in printed
    assert count == len(there())
    assert loaded() == there()
