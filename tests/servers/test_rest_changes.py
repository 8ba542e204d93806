"""Everything that is committed comes out of the change feed, once and in order.

Eight writers, five by HTTP and three in Odoo itself, with short and long transactions,
savepoints and rollbacks; readers that poll; transactions that hold the horizon back.
Then the checker (``tests/history``) compares what was written with what was read.

``CHANGES_SECONDS=60`` runs longer, and kills workers; ``CHANGES_SEED`` repeats a run.
"""

import contextlib
import json
import os
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import kit
import psutil
import psycopg2
import pytest
import requests
from history import Change, Log, Seen, Write, check, check_join
from rest_setup import ROOT, bearer, set_up
from web_client import wait_until

from .conftest import OPTIONS

SECONDS = float(os.environ.get("CHANGES_SECONDS", 3))
SEED = int(os.environ.get("CHANGES_SEED", 0)) or random.randrange(10**6)
KILLS = SECONDS >= 30
BANK, TAG = "res.bank", "res.partner.category"
HTTP_WRITERS, SHARED = 5, 6
SET_UP = f"""
expose("{BANK}")
expose("{TAG}")
result = make_client(make_user("follower"), rate_limit=10**6)
result["countries"] = [env.ref("base.be").id, env.ref("base.fr").id, None]
# of banks in Belgium alone
result["belgian"] = make_client(env["res.users"].browse(result["user"]),
    all_resources=False, rate_limit=10**6)
env["rest.client.scope"].create({{
    "client_id": result["belgian"]["client"], "resource_id": expose("{BANK}").id,
    "can_read": True, "domain": "[('country', '=', %s)]" % result["countries"][0],
}})
result["banks"] = env["{BANK}"].create([{{"name": "shared"}}] * {SHARED}).ids
result["tags"] = env["{TAG}"].create(
    [{{"name": "shared %s" % n}} for n in range({SHARED})]
).ids
"""
# in a process of its own: transactions as Odoo's code has them
IN_ODOO = """
import contextlib, json, random, threading, time
from psycopg2.errors import OperationalError
from odoo import SUPERUSER_ID, api
from odoo.addons.rest_api_core.capture import origin

class Undone(Exception):
    pass

lines, end = [], time.monotonic() + {seconds}

def step(env, model, rid, dice, changes):
    record = env[model].browse(dice.choice({records}[model]))
    record.name = rid
    if dice.random() < 0.3:
        env.flush_all()
    if dice.random() < 0.3:
        time.sleep(dice.random() * 0.4)
    changes[f"{{model}}/{{record.id}}"] = "update"

def transaction(cr, rid, dice):
    env = api.Environment(cr, SUPERUSER_ID, {{}})
    origin.act_once(cr, origin.Origin("user", request_id=rid))
    changes = {{}}
    step(env, "res.bank", rid, dice, changes)
    with contextlib.suppress(Undone), cr.savepoint():
        inner = dict(changes)
        step(env, "res.partner.category", rid, dice, inner)
        created = env["res.bank"].create({{"name": rid}})
        inner[f"res.bank/{{created.id}}"] = "create"
        if dice.random() < 0.4:
            raise Undone
        changes = inner
    if dice.random() < 0.3:
        # created and deleted in one transaction: nothing
        env["res.bank"].create({{"name": rid}}).unlink()
    if dice.random() < 0.3:
        raise Undone
    return changes

def run(number):
    dice = random.Random({seed} + number)
    count = 0
    while time.monotonic() < end:
        count += 1
        rid = f"orm-{{number}}-{{count}}"
        line = {{"id": rid, "changes": {{}}, "outcome": "failed"}}
        line["began"] = time.monotonic()
        with contextlib.closing(env.registry.cursor()) as cr:
            try:
                line["changes"] = transaction(cr, rid, dice)
                cr.commit()
                line["outcome"] = "ok"
            except (Undone, OperationalError):
                cr.rollback()
        line["ended"] = time.monotonic()
        lines.append(line)

threads = [threading.Thread(target=run, args=(n,)) for n in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("LINES " + json.dumps(lines))
"""


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, SET_UP)


@pytest.fixture(scope="module")
def own(database):
    """A server of this module alone."""
    with kit.Server(database, workers=3, extra=OPTIONS) as running:
        yield running


class Client:
    """Requests of one thread, with ids of their own."""

    def __init__(self, server, known):
        self.url = f"{server.url}{ROOT}"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update(bearer(known["key"]))

    def send(self, method, path, rid="", **options):
        headers = {"X-Request-ID": rid} if rid else {}
        url = f"{self.url}/{path}"
        return self.session.request(method, url, headers=headers, timeout=60, **options)

    def feed(self, since, path=f"{BANK}/changes", **params):
        """A page of the feed; workers may be killed meanwhile."""
        while True:
            with contextlib.suppress(requests.RequestException):
                response = self.send("GET", path, params={"since": since, **params})
                if response.status_code != 503:
                    assert response.status_code == 200, response.text
                    return response.json()
            time.sleep(0.1)


class Writer:
    """Writes by HTTP: changes of shared records, and a life of its own ones."""

    def __init__(self, number, client, known, log):
        self.number, self.client, self.log = number, client, log
        self.dice = random.Random(SEED + 100 + number)
        self.shared = {BANK: known["banks"], TAG: known["tags"]}
        self.countries = known["countries"]
        self.own, self.archived = [], set()
        self.count = 0

    def run(self, stop):
        ways = [self.create, self.update, self.archive, self.delete, self.batch]
        ways += [self.failing, self.undone]
        while not stop.is_set():
            self.count += 1
            rid = f"http-{self.number}-{self.count}"
            with self.log.write(rid) as write:
                with contextlib.suppress(requests.RequestException):
                    self.dice.choice(ways)(rid, write)

    def send(self, write, method, path, *changes, **options):
        """The response; the write has failed unless it is a success."""
        write.changes = list(changes)
        response = self.client.send(method, path, write.id, **options)
        write.outcome = "ok" if response.status_code < 300 else "failed"
        return response

    def create(self, rid, write):
        values = {"name": rid, "country": self.dice.choice(self.countries)}
        response = self.send(write, "POST", BANK, json=values)
        assert response.status_code in (201, 503), response.text
        if write.outcome == "ok":
            number = response.json()["data"]["id"]
            write.changes = [Change(f"{BANK}/{number}", "create")]
            self.own.append(number)

    def update(self, rid, write):
        model = self.dice.choice([BANK, TAG])
        path = f"{model}/{self.dice.choice(self.shared[model])}"
        values = {"name": rid}
        if model == BANK:
            values["country"] = self.dice.choice(self.countries)
        self.send(write, "PATCH", path, Change(path, "update"), json=values)

    def archive(self, rid, write):
        if not self.own:
            return self.create(rid, write)
        number = self.own.pop()
        is_archived = number in self.archived
        path = f"{BANK}/{number}"
        change = Change(path, "restore" if is_archived else "archive")
        values = {"active": is_archived, "name": rid}
        self.send(write, "PATCH", path, change, json=values)
        if write.outcome == "ok":
            self.archived ^= {number}
            self.own.insert(0, number)
        return None

    def delete(self, rid, write):
        if not self.own:
            return self.create(rid, write)
        path = f"{BANK}/{self.own.pop()}"
        params = {"force": "true"}
        self.send(write, "DELETE", path, Change(path, "delete"), params=params)
        return None

    def batch(self, rid, write):
        """Two changes, and one between that fails: its savepoint is rolled back."""
        bank, tag = (
            self.dice.choice(self.shared[BANK]),
            self.dice.choice(self.shared[TAG]),
        )
        other = self.dice.choice([b for b in self.shared[BANK] if b != bank])
        data = {"name": rid}
        steps = [
            {"op": "update", "model": BANK, "id": bank, "data": data},
            {"op": "update", "model": BANK, "id": other, "data": {"name": None}},
            {"op": "update", "model": TAG, "id": tag, "data": data},
        ]
        body = {"mode": "partial", "operations": steps}
        response = self.send(write, "POST", "batch", json=body)
        if write.outcome == "ok":
            entries = zip(steps, response.json()["data"], strict=True)
            write.changes = [
                Change(f"{step['model']}/{step['id']}", "update")
                for step, entry in entries
                if entry["status"] < 300
            ]
            assert len(write.changes) <= 2

    def failing(self, rid, write):
        path = f"{BANK}/{self.dice.choice(self.shared[BANK])}"
        response = self.send(write, "PATCH", path, json={"name": rid, "zz": 1})
        assert response.status_code == 422

    def undone(self, rid, write):
        path = f"{BANK}/{self.dice.choice(self.shared[BANK])}"
        options = {"json": {"name": rid}, "params": {}}
        write.changes = []
        headers = {"X-Request-ID": rid, "Prefer": "tx=rollback"}
        url = f"{self.client.url}/{path}"
        self.client.session.patch(url, headers=headers, timeout=60, **options)
        write.outcome = "failed"


class Reader:
    """Polls by cursor until it has seen a write."""

    def __init__(self, client, path, since, **params):
        self.client, self.path, self.since = client, path, since
        self.params = params
        self.seen = []

    def page(self):
        answer = self.client.feed(self.since, self.path, **self.params)
        rows, meta = answer["data"], answer["meta"]
        if rows and meta["has_more"]:
            assert meta["next_since"] == rows[-1]["cursor"]
        self.since = meta["next_since"]
        self.seen += map(self._seen, rows)
        return meta["has_more"]

    def _seen(self, row):
        model = row.get("model", BANK)
        write = row["origin"].get("request_id", "")
        return Seen(write, f"{model}/{row['id']}", row["operation"])

    def run(self, last):
        deadline = time.monotonic() + SECONDS + 120
        while all(each.write != last for each in self.seen[-200:]):
            assert time.monotonic() < deadline, "the last write does not come"
            if not self.page():
                time.sleep(0.02)
        return self.seen


class Replica(Reader):
    """A copy of all that a caller may read, made of the feed alone."""

    def __init__(self, *args, **params):
        super().__init__(*args, include="record", fields="name,country", **params)
        self.copy = {}

    def _seen(self, row):
        self.copy.pop(row["id"], None)
        if row["operation"] != "delete" and row["record"]:
            self.copy[row["id"]] = row["record"]
        return super()._seen(row)

    def check_copy(self):
        """Whether it is what a list has, when all is over."""
        params = {"fields": "name,country", "archived": "include", "limit": 1000}
        there = self.client.send("GET", BANK, params=params).json()["data"]
        assert there
        assert {row["id"]: row for row in there} == self.copy, f"seed {SEED}"


def hold_back(database, stop):
    """Transactions that hold the horizon, as long reports do."""
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        connection.set_session(isolation_level="REPEATABLE READ")
        while not stop.wait(0.05):
            cr = connection.cursor()
            cr.execute("SELECT pg_current_xact_id(), count(*) FROM res_bank")
            stop.wait(0.5)
            connection.rollback()


def kill(server, stop):
    """kill -9 of a worker, now and then."""
    while KILLS and not stop.wait(7):
        workers = psutil.Process(server.process.pid).children()
        with contextlib.suppress(ProcessLookupError):
            os.kill(random.choice(workers).pid, signal.SIGKILL)


def load(client, stop):
    """Exports while everything goes on: ``[(cursor, {record: id of its write})]``."""
    found = []
    params = {"fields": "name", "archived": "include"}
    while not stop.wait(0.3):
        with contextlib.suppress(requests.RequestException):
            response = client.send("GET", f"{BANK}/export", params=params)
            if response.status_code == 200:
                rows = map(json.loads, response.text.splitlines())
                loaded = {f"{BANK}/{row['id']}": row["name"] for row in rows}
                url = response.links["monitor"]["url"]
                found.append((url.partition("since=")[2], loaded))
    return found


def in_odoo(database, known):
    """What the writers in Odoo have written."""
    records = {BANK: known["banks"], TAG: known["tags"]}
    source = IN_ODOO.format(seconds=SECONDS, seed=SEED, records=records)
    printed = kit.shell(database, source).partition("LINES ")[2]
    for line in json.loads(printed):
        changes = [Change(*pair) for pair in line.pop("changes").items()]
        yield Write(changes=changes, **line)


@pytest.fixture(scope="module")
def run(own, database, known):
    """``(writes, {reader: seen}, exports)`` of everything at once."""
    log, stop = Log(), threading.Event()
    readers = followers(own, known)
    late = readers.pop("late")
    with ThreadPoolExecutor(20) as threads:
        reading = {
            name: threads.submit(reader.run, "the-last")
            for name, reader in readers.items()
        }
        others = [threads.submit(hold_back, database, stop)]
        others.append(threads.submit(kill, own, stop))
        exporting = threads.submit(load, Client(own, known), stop)
        for number in range(HTTP_WRITERS):
            writer = Writer(number, Client(own, known), known, log)
            others.append(threads.submit(writer.run, stop))
        try:
            log.writes += in_odoo(database, known)
        finally:
            stop.set()
        for each in others:
            each.result()
        exports = exporting.result()
        write_last(Client(own, known), known, log)
        seen = {name: each.result() for name, each in reading.items()}
    readers["belgian"].check_copy()
    del seen["belgian"]
    return log.writes, {**seen, "late": late.run("the-last")}, exports


def followers(own, known):
    """The readers, each with a client of its own, where nothing was written yet."""
    models = {"models": f"{BANK},{TAG}"}
    client = Client(own, known)
    banks = f"{BANK}/changes"
    start = behind(client, "changes", records(known, BANK, TAG), **models)
    since = behind(client, banks, records(known, BANK))
    return {
        "small": Reader(Client(own, known), "changes", start, limit=3, **models),
        "large": Reader(Client(own, known), "changes", start, limit=1000, **models),
        "late": Reader(Client(own, known), "changes", start, **models),
        "banks": Reader(Client(own, known), banks, since, limit=50),
        "belgian": Replica(Client(own, known["belgian"]), banks, "", limit=20),
    }


def records(known, *models):
    """What the set-up has created."""
    names = {BANK: "banks", TAG: "tags"}
    return {f"{model}/{each}" for model in models for each in known[names[model]]}


def behind(client, path, made, **params):
    """The cursor behind the set-up, which is told once no older transaction runs."""
    reader = Reader(client, path, "", **params)

    def is_told():
        return not reader.page() and made <= {each.record for each in reader.seen}

    wait_until(is_told, "the records of the set-up")
    return reader.since


def write_last(client, known, log):
    path = f"{BANK}/{known['banks'][0]}"
    with log.write("the-last", [Change(path, "update")]) as write:
        values = {"name": write.id, "country": known["countries"][0]}
        response = client.send("PATCH", path, write.id, json=values)
        assert response.status_code == 200
        write.outcome = "ok"


def of_banks(writes):
    """The same writes, as far as they are about banks."""
    for write in writes:
        changes = [c for c in write.changes if c.record.startswith(f"{BANK}/")]
        if changes or not write.changes:
            yield Write(write.id, changes, write.outcome, write.began, write.ended)


def test_each_reader_is_told_of_everything_once_and_in_order(run):
    writes, seen, _exports = run
    banks = {"banks": seen["banks"]}
    others = {name: told for name, told in seen.items() if name != "banks"}
    assert check(writes, others) == [], f"seed {SEED}"
    assert check(list(of_banks(writes)), banks) == [], f"seed {SEED}"


def test_readers_are_told_the_same(run):
    _writes, seen, _exports = run
    assert seen["small"] == seen["large"] == seen["late"]
    assert seen["banks"] == [s for s in seen["late"] if s.record.startswith(f"{BANK}/")]


def test_there_was_something_to_tell(run):
    writes, seen, exports = run
    outcomes = {(w.id.partition("-")[0], w.outcome) for w in writes}
    both = {(who, what) for who in ("http", "orm") for what in ("ok", "failed")}
    assert both <= outcomes
    operations = {each.operation for each in seen["late"]}
    assert operations == {"create", "update", "archive", "restore", "delete"}
    assert len(exports) >= 3
    print(f"{len(writes)} writes, {len(seen['late'])} changes, seed {SEED}")


def test_an_export_and_the_feed_after_it_have_neither_gap_nor_overlap(run, own, known):
    _writes, seen, exports = run
    for since, loaded in exports:
        reader = Reader(Client(own, known), f"{BANK}/changes", since, limit=1000)
        rest = reader.run("the-last")
        assert check_join(loaded, seen["banks"], rest) == [], f"seed {SEED}"


def test_a_time_skips_no_transaction_that_still_runs(server, known, database):
    """Also where a later transaction has been committed before it."""
    client, bank = Client(server, known), known["banks"][0]
    time.sleep(1)  # no other change since the second in which this begins
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        cursor = connection.cursor()
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        cursor.execute("SELECT pg_current_xact_id()")
        cursor.execute('SELECT to_char(now(), \'YYYY-MM-DD"T"HH24:MI:SS"Z"\')')
        (moment,) = cursor.fetchone()
        response = client.send("PATCH", f"{BANK}/{bank}", json={"name": "later"})
        assert response.status_code == 200, response.text
        first = client.send("GET", f"{BANK}/changes", params={"since": moment}).json()
        cursor.execute(
            "INSERT INTO rest_change (model, res_id, operation, fields, date)"
            " VALUES (%s, %s, 'update', '[\"name\"]', clock_timestamp())",
            [BANK, bank],
        )
        connection.commit()
    params = {"since": first["meta"]["next_since"]}
    then = client.send("GET", f"{BANK}/changes", params=params).json()
    rows = [*first["data"], *then["data"]]
    assert [row["id"] for row in rows].count(bank) == 2
