"""Committed changes, and no others, are in the outbox once: real transactions."""

import contextlib
import json
from concurrent.futures import ThreadPoolExecutor

import kit
import psycopg2
import pytest
from rest_setup import ROOT, bearer, set_up
from web_client import ask

AT_ONCE = 8
ROUNDS = 5
TAG, BANK = "res.partner.category", "res.bank"
pytestmark = pytest.mark.usefixtures("only_retries")
SET_UP = """
expose("res.bank")
expose("res.partner.category", track_changes="trigger")
user = make_user("captured", "base.group_system")
result = make_client(user)
result["bank"] = env["res.bank"].create({"name": "Shared"}).id
result["tag"] = env["res.partner.category"].create({"name": "Shared", "color": 1}).id
"""
COLUMNS = "xid::text, model, res_id, operation, fields, origin_type, client_id, user_id"


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, SET_UP)


@pytest.fixture
def feed(database, known):
    """``feed()``: the changes of two models since the test began, as dictionaries."""
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute("SELECT coalesce(max(id), 0) FROM rest_change")
        (last,) = cursor.fetchone()

        def changes():
            cursor.execute(
                f"SELECT {COLUMNS}, request_id FROM rest_change WHERE id > %s"
                " AND model IN %s ORDER BY xid, id",
                [last, (TAG, BANK)],
            )
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

        yield changes


def send(server, known, method, path, **options):
    url = f"{server.url}{ROOT}/{path}"
    return ask(url, method, headers=bearer(known["key"]), **options)


def shell(database, source):
    """Run code in ``odoo shell``, whose cursor is a real one."""
    printed = kit.shell(
        database,
        f"import json\nresult = None\n{source}\nprint('RESULT', json.dumps(result))",
    )
    return json.loads(printed.partition("RESULT ")[2].splitlines()[0])


@pytest.mark.parametrize("model", [BANK, TAG])
def test_each_commit_is_a_change_with_its_origin(server, known, feed, model):
    created = send(server, known, "POST", model, json={"name": "New"})
    each = created.json()["data"]["id"]
    path = f"{model}/{each}"
    assert send(server, known, "PATCH", path, json={"name": "Newer"}).ok
    assert send(server, known, "DELETE", f"{path}?force=true").ok
    found = feed()
    assert [change["operation"] for change in found] == ["create", "update", "delete"]
    assert [change["fields"] for change in found] == [None, ["name"], None]
    assert len({change["xid"] for change in found}) == 3
    for change in found:
        maker = (change["origin_type"], change["client_id"], change["user_id"])
        assert maker == ("client", known["client"], known["user"])
        assert change["request_id"]


@pytest.mark.parametrize("name", ["bank", "tag"])
def test_writers_at_once_have_a_change_each(servers, known, feed, name):
    path = f"{BANK if name == 'bank' else TAG}/{known[name]}"

    def write(number):
        body = {"name": f"{name} {number}"}
        return send(servers[number % 2], known, "PATCH", path, json=body).status_code

    numbers = range(AT_ONCE * ROUNDS)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        statuses = list(threads.map(write, numbers))
    assert set(statuses) <= {200, 409, 503}
    found = feed()
    assert len(found) == len({change["xid"] for change in found})
    assert len(found) == statuses.count(200)


def test_failing_request_leaves_nothing(server, known, feed):
    body = {
        "operations": [
            {"op": "update", "model": BANK, "id": known["bank"], "data": {"bic": "A"}},
            {"op": "update", "model": BANK, "id": 10**9, "data": {"bic": "B"}},
        ]
    }
    assert send(server, known, "POST", "batch", json=body).status_code >= 400
    assert feed() == []


def test_partial_batch_leaves_what_succeeded(server, known, feed):
    """Also where the last of them fails: its rollback takes Odoo's callbacks along."""
    steps = [
        {"op": "update", "model": BANK, "id": known["bank"], "data": {"bic": "P1"}},
        {"op": "update", "model": TAG, "id": known["tag"], "data": {"color": 3}},
        {"op": "update", "model": BANK, "id": 10**9, "data": {"bic": "P2"}},
        {"op": "create", "model": BANK, "data": {"name": None}},
    ]
    body = {"operations": steps, "mode": "partial"}
    response = send(server, known, "POST", "batch", json=body)
    assert response.status_code in (200, 207), response.text
    found = {(c["model"], c["operation"], *c["fields"]) for c in feed()}
    assert found == {(BANK, "update", "bic"), (TAG, "update", "color")}
    assert {change["origin_type"] for change in feed()} == {"client"}


def test_dry_run_leaves_nothing(server, known, feed):
    url = f"{server.url}{ROOT}/{BANK}"
    headers = {**bearer(known["key"]), "Prefer": "tx=rollback"}
    assert ask(url, "POST", headers=headers, json={"name": "Dry"}).ok
    assert feed() == []


def test_transactions_of_one_cursor(database, known, feed):
    shell(
        database,
        """
bank = env["res.bank"].create({"name": "Mine"})
env.cr.commit()
bank.name = "Lost"
env.cr.flush()
env.cr.rollback()
bank.bic = "ONE"
env.cr.commit()
bank.bic = "TWO"
env.cr.commit()
""",
    )
    found = feed()
    assert [change["operation"] for change in found] == ["create", "update", "update"]
    assert [change["fields"] for change in found[1:]] == [["bic"], ["bic"]]
    assert {change["origin_type"] for change in found} == {"user"}


LOAD = """
rows = [[f"Imported {{n}}", f"BIC{{n}}"] for n in range({rows})]
savepoint = env.cr.savepoint(flush=False)
found = env["res.bank"].with_context(import_file=True).load(["name", "bic"], rows)
assert len(found["ids"]) == {rows}, found["messages"]
savepoint.close(rollback={dry})
env.cr.commit()
"""


def test_dry_run_of_an_import_shows_nothing(database, known, feed):
    # as base_import does
    shell(database, LOAD.format(rows=50, dry=True))
    assert feed() == []


def test_import_of_many_records(database, known, feed):
    shell(database, LOAD.format(rows=10_000, dry=False))
    found = feed()
    assert len(found) == 10_000
    assert len({change["xid"] for change in found}) == 1
    assert {change["operation"] for change in found} == {"create"}
    assert {change["origin_type"] for change in found} == {"import"}


def test_statement_past_odoo_is_seen_by_the_trigger(database, known, feed):
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        cursor = connection.cursor()
        tag = [known["tag"]]
        cursor.execute("UPDATE res_partner_category SET color = 7 WHERE id = %s", tag)
        connection.rollback()
        cursor.execute("UPDATE res_partner_category SET color = 8 WHERE id = %s", tag)
        connection.commit()
    (change,) = feed()
    assert (change["operation"], change["fields"]) == ("update", ["color"])
    assert (change["origin_type"], change["user_id"]) == ("user", None)


def test_compute_that_fails_at_the_flush(database, known, feed):
    found = shell(
        database,
        """
from unittest.mock import patch
bank = env["res.bank"].search([], limit=1)
model = type(env["res.bank"])
def failing(self, vals_list):
    raise ZeroDivisionError
bank.bic = "FAIL"
try:
    with patch.object(model, "_write_multi", failing):
        env.cr.commit()
except ZeroDivisionError:
    env.cr.rollback()
env.cr.commit()
result = len(env.cr.precommit)
""",
    )
    assert (found, feed()) == (0, [])


def test_callbacks_that_write_before_the_commit(database, known, feed):
    """Odoo runs them again as long as there are new ones, at most ten times."""
    shell(
        database,
        """
bank = env["res.bank"].search([], limit=1)
def write(left):
    bank.bic = f"LOOP{left}"
    if left:
        env.cr.precommit.add(lambda: write(left - 1))
env.cr.precommit.add(lambda: write(3))
env.cr.commit()
""",
    )
    (change,) = feed()
    assert change["fields"] == ["bic"]


def test_registry_that_is_loaded_again(database, known, feed):
    shell(
        database,
        """
from odoo.modules.registry import Registry
bank = env["res.bank"].create({"name": "Reload"})
env.flush_all()
Registry.new(env.cr.dbname)
env.transaction.reset()
bank.bic = "AGAIN"
env.cr.commit()
""",
    )
    (change,) = feed()
    assert change["operation"] == "create"


SWITCH = """
from odoo import api
from odoo.addons.rest_api_core.capture import watching
tag = env["res.partner.category"].browse({tag})

def switch(mode):
    with env.registry.cursor() as cr:
        cr.execute("SET LOCAL lock_timeout = '3s'")
        own = api.Environment(cr, 1, {{}})["rest.resource"]
        found = own.search([("model", "=", "res.partner.category")])
        found.track_changes = mode
"""


@pytest.fixture
def switching(known, database):
    """The beginning of a script that switches the mode; it is as it was afterwards."""
    source = SWITCH.format(tag=known["tag"])
    yield source
    shell(database, f"{source}\nswitch('trigger')")


def test_switch_that_another_worker_has_not_heard_of(database, feed, switching):
    source = """
held = env["rest.capture"]._watch()  # a cache that is not cleared
watching.watch(env)
switch("orm")
tag.color = 31
env.cr.commit()
"""
    shell(database, switching + source)
    (change,) = feed()
    assert (change["operation"], change["fields"]) == ("update", ["color"])
    assert change["user_id"] == 1


def test_switch_between_two_writes_of_a_transaction(database, feed, switching):
    source = """
tag.color = 32
env.flush_all()
switch("orm")
tag.name = "Switched"
env.cr.commit()
tag.color = 33
env.cr.commit()
"""
    shell(database, switching + source)
    fields = [sorted(change["fields"]) for change in feed()]
    assert fields == [["color", "name"], ["color"]]
    assert {change["user_id"] for change in feed()} == {1}
