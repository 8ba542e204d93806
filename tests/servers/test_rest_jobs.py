"""Jobs on real servers and processes: whatever dies, each job is performed once."""

import contextlib
import json
import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor

import kit
import psycopg2
import pytest
from environment.command import odoo, workplace
from rest_setup import ROOT, bearer, set_up
from server_log import complaints
from web_client import ask, wait_until

from .conftest import OPTIONS

ROWS = 6000  # of 2 KB: several parts of a file
# seconds: a worker for crons that does not listen yet looks for them after 70
MINUTES = 150.0
SET_UP = """
expose("res.partner.industry")
expose("res.partner")
user = make_user("jobs")
result = make_client(user)
result["other"] = make_client(user)["key"]
result["partner"] = env["res.partner"].create({"name": "Locked"}).id
env.cr.execute('''
    INSERT INTO res_partner_industry (name, full_name, active)
    SELECT jsonb_build_object('en_US', 'Industry ' || n),
           jsonb_build_object('en_US', repeat('x', 2000)), true
      FROM generate_series(1, %s) n''', [ROWS])
result["rows"] = env["res.partner.industry"].search_count([])
""".replace("ROWS", str(ROWS))
END_WAITING = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
ASYNC = {"Prefer": "respond-async"}
EXPORT = f"{ROOT}/res.partner.industry/export?fields=name,full_name"


@pytest.fixture(scope="module")
def database():
    """Of this module alone: its queue is performed by whom a test starts."""
    name = kit.create_database(modules=["rest_api_core"])
    yield name
    kit.drop_database(name)


@pytest.fixture(scope="module")
def server(database):
    with kit.Server(database, workers=2, extra=OPTIONS) as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def log_of():
    """Not that of the two servers."""


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, SET_UP)


@pytest.fixture
def sql(database):
    """``sql(statement, *values)``: the rows, in autocommit."""
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True

    def run(statement, *values):
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    with contextlib.closing(connection):
        yield run
        run("DELETE FROM rest_job")


class Client:
    """Starts jobs and asks for them."""

    def __init__(self, server, key):
        self.url, self.key = server.url, key

    def ask(self, path, method="GET", headers=None, **options):
        url = path if path.startswith("http") else f"{self.url}{path}"
        headers = {**bearer(self.key), **(headers or {})}
        return ask(url, method, headers=headers, **options)

    def start(self, path=EXPORT, method="GET", **options):
        """The path of a new job."""
        response = self.ask(path, method, headers=ASYNC, **options)
        assert response.status_code == 202, response.text
        return response.headers["Content-Location"]

    def start_batch(self, *operations):
        return self.start(f"{ROOT}/batch", "POST", json={"operations": operations})

    def status(self, path):
        return self.ask(path).status_code

    def ended(self, path):
        """The response of a job, once it has ended."""

        def responses():  # one of an error is not true
            found = self.ask(path)
            return [found] if found.status_code != 202 else []

        return wait_until(responses, "the end of a job", MINUTES)[0]


@pytest.fixture
def client(server, known):
    return Client(server, known["key"])


class Command:
    """A process of ``odoo-bin rest_jobs``."""

    def __init__(self, database, log, *options):
        self.log = log
        arguments = ("rest_jobs", *options, "-d", database)
        with log.open("w") as output:
            self.process = subprocess.Popen(
                odoo(*arguments),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=workplace(),
                start_new_session=True,
            )

    def signal(self, number):
        os.kill(self.process.pid, number)

    def kill(self):
        self.signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """Ask it to end; its exit code, and how many jobs it has ended."""
        if self.process.poll() is None:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
        code = self.process.wait(timeout=30)
        return code, self.log.read_text()


@pytest.fixture
def command(database, tmp_path):
    """``command()`` starts a process; all have ended after the test."""
    started = []

    def start(*options):
        running = Command(database, tmp_path / f"{len(started)}.log", *options)
        started.append(running)
        return running

    yield start
    for code, log in [running.stop() for running in started]:
        assert code in (0, -signal.SIGKILL), log
        assert complaints(log) == [], log


@contextlib.contextmanager
def locked(database, statement, *values):
    """Who writes the same waits; gives ``waiting()``, whether somebody does."""
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        connection.cursor().execute(statement, values)

        with contextlib.closing(psycopg2.connect(dbname=database)) as watching:
            watching.autocommit = True

            def waiting():
                cursor = watching.cursor()
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
                    " AND wait_event_type = 'Lock'",
                    [database],
                )
                return cursor.fetchone()[0]

            yield waiting


def partner_locked(database, known):
    statement = "UPDATE res_partner SET city = 'x' WHERE id = %s"
    return locked(database, statement, known["partner"])


def files_locked(database):
    return locked(database, "LOCK TABLE ir_attachment IN SHARE MODE")


def steps(name, known):
    """Operations of a batch: the second waits for the partner that is locked."""
    update = {"op": "update", "model": "res.partner", "id": known["partner"]}
    return (
        {"op": "create", "model": "res.partner", "data": {"name": name}},
        {**update, "data": {"city": name}},
    )


def partners(sql, name):
    return sql("SELECT count(*) FROM res_partner WHERE name = %s", name)[0][0]


def expire(sql):
    """As if a minute had passed since the last heartbeat."""
    past = "now() - interval '1 s'"
    sql(f"UPDATE rest_job SET lease_until = {past} WHERE state = 'running'")


def state(sql):
    return sql("SELECT state FROM rest_job ORDER BY id")[-1][0]


def check_export(client, known, path):
    """Each row is in the file, once."""
    response = client.ended(path)
    assert response.status_code == 200, response.text
    (output,) = response.json()["output"]
    assert output["count"] == known["rows"]
    content = client.ask(output["url"]).content
    part = client.ask(output["url"], headers={"Range": "bytes=4000000-9000000"})
    assert (part.status_code, part.content) == (206, content[4_000_000:9_000_001])
    ids = [json.loads(line)["id"] for line in content.splitlines()]
    assert len(ids) == len(set(ids)) == known["rows"]


def test_a_process_performs_jobs(client, known, command, sql):
    command()
    check_export(client, known, client.start())


@pytest.mark.parametrize("workers", [0, 2])
def test_the_cron_performs_jobs(database, client, known, sql, workers):
    options = ["--max-cron-threads=1"]
    with kit.Server(database, workers=workers, extra=options) as running:
        begin = running.log_size()
        check_export(Client(running, known["key"]), known, client.start())
        assert complaints(running.log_text(begin)) == []


def test_of_many_starts_at_once_two_succeed(client, known, sql):
    def start(_number):
        return client.ask(EXPORT, headers=ASYNC).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(start, range(6)))
    assert sorted(statuses) == [202, 202, 429, 429, 429, 429]
    assert sql("SELECT count(*) FROM rest_job_checkpoint")[0][0] == 2


def test_a_killed_export_begins_anew(database, client, known, command, sql):
    first = command()
    path = client.start()
    query = "SELECT count(*) FROM rest_job_file WHERE size > 0"
    wait_until(lambda: sql(query)[0][0], "the first part of a file")
    with files_locked(database) as waiting:
        ended = state(sql) == "done"
        if not ended:
            wait_until(waiting, "the next part")
        first.kill()
    assert not ended, "it was too quick to be killed"
    assert client.status(path) == 202
    expire(sql)
    command()
    check_export(client, known, path)


def test_a_killed_batch_is_performed_once(database, client, known, command, sql):
    first = command()
    path = client.start_batch(*steps("Once", known))
    with partner_locked(database, known) as waiting:
        wait_until(waiting, "the batch")
        first.kill()
    assert partners(sql, "Once") == 0
    expire(sql)
    command()
    assert client.ended(path).status_code == 200
    assert partners(sql, "Once") == 1


def test_a_job_that_kills_its_workers_is_given_up(
    database, client, known, command, sql
):
    path = client.start_batch(*steps("Poison", known))
    with partner_locked(database, known) as waiting:
        for _time in range(3):
            running = command()
            wait_until(waiting, "the batch")
            running.kill()
            # PostgreSQL notices it once the lock is free
            sql(END_WAITING)
            wait_until(lambda: not waiting(), "the end of its connection")
            expire(sql)
        command()
        response = client.ended(path)
    problem = response.json()
    assert (response.status_code, problem["code"]) == (500, "server.poison")
    assert partners(sql, "Poison") == 0


def test_a_worker_that_lost_its_lease_commits_nothing(client, known, command, sql):
    first = command()
    path = client.start()
    query = "SELECT count(*) FROM rest_job_file WHERE size > 0"
    wait_until(lambda: sql(query)[0][0], "the first part of a file")
    first.signal(signal.SIGSTOP)
    assert state(sql) == "running", "it was too quick to be stopped"
    expire(sql)
    second = command()
    check_export(client, known, path)
    first.signal(signal.SIGCONT)
    code, log = first.stop()
    assert "ended 0 jobs" in log
    assert "ended 1 jobs" in second.stop()[1]
    check_export(client, known, path)
    assert sql("SELECT count(*) FROM rest_job_file")[0][0] == 1


def test_two_processes_share_a_queue(client, known, command, sql, server):
    keys = (known["key"], known["other"])
    paths = []
    for number, key in enumerate(keys * 2):
        each = Client(server, key)
        name = f"Shared {number}"
        operation = {"op": "create", "model": "res.partner", "data": {"name": name}}
        paths.append((each, each.start_batch(operation)))
    both = command("--threads=1"), command("--threads=1")
    for each, path in paths:
        assert each.ended(path).status_code == 200
    logs = [running.stop()[1] for running in both]
    ended = [int(log.rpartition("has ended ")[2].split()[0]) for log in logs]
    assert sum(ended) == len(paths)
    found = sql("SELECT name FROM res_partner WHERE name LIKE 'Shared%%'")
    assert sorted(found) == [(f"Shared {number}",) for number in range(4)]


def test_what_runs_may_end_when_its_process_is_stopped(
    database, client, known, command, sql
):
    running = command("--grace=20")
    path = client.start_batch(*steps("Graceful", known))
    with partner_locked(database, known) as waiting:
        wait_until(waiting, "the batch")
        running.signal(signal.SIGTERM)
    assert running.stop()[0] == 0
    assert client.ended(path).status_code == 200
    assert partners(sql, "Graceful") == 1


def test_what_does_not_end_is_given_back(database, client, known, command, sql):
    running = command("--grace=0")
    path = client.start_batch(*steps("Back", known))
    with partner_locked(database, known) as waiting:
        wait_until(waiting, "the batch")
        assert running.stop()[0] == 0
        assert state(sql) == "queued"
    assert partners(sql, "Back") == 0
    command()
    assert client.ended(path).status_code == 200
    assert partners(sql, "Back") == 1


def test_a_job_is_cancelled_while_it_runs(database, client, known, command, sql):
    command()
    path = client.start_batch(*steps("Cancelled", known))
    with partner_locked(database, known) as waiting:
        wait_until(waiting, "the batch")
        assert client.ask(path, "DELETE").status_code == 202
        assert client.status(path) == 404
    # the next one is performed, by the same process
    assert client.ended(client.start_batch(*steps("Next", known))).status_code == 200
    assert partners(sql, "Cancelled") == 0
    assert partners(sql, "Next") == 1
