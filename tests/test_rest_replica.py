"""GETs are served by a hot standby, a real one; writes go to the primary.

The proof: what the standby replays is paused, so that from then on the two differ. An
answer with old values can only come from the standby.
"""

import contextlib
import ctypes
import zlib

import kit
import psycopg2
import pytest
from rest_setup import ROOT, bearer, set_up
from server_log import complaints
from web_client import ask, wait_until

LIMIT = 1000
STRANGERS = 5  # requests a minute without valid credentials
CLIENT = f"""
api.write({{"log_mode": "all", "rate_limit": {LIMIT}, "max_concurrent": 1}})
api.anonymous_rate_limit = {STRANGERS}
expose("res.partner")
result = make_client(make_user("replicated"))
result["api"] = api.id
result["partner"] = env["res.partner"].create({{"name": "Old", "ref": "R"}}).id
"""
METHOD = """
env["rest.resource.method"].create({
    "resource_id": expose("res.partner").id, "name": "name_search", "readonly": True,
    "on_records": False,
})
"""
# as Odoo does with requests, for the server may note just now that the key was used
REVOKE = """
from odoo.service.model import retrying
retrying(env["rest.credential"].browse({credential}).action_revoke, env)
"""


@pytest.fixture(scope="module")
def pair():
    with kit.Replication() as found:
        yield found


@pytest.fixture(scope="module")
def database(pair):
    name = kit.create_database(modules=["rest_api_core"])
    yield name
    kit.drop_database(name)


@pytest.fixture(scope="module")
def known(database, pair):
    found = set_up(database, CLIENT + METHOD)
    pair.adopt(database)
    return found


@pytest.fixture(scope="module")
def server(database, known, pair):
    options = [*pair.options, "--max-cron-threads=0"]
    with kit.Server(database, extra=options) as running:
        ask(f"{running.url}{ROOT}/res.partner", headers=bearer(known["key"]))
        yield running


@pytest.fixture
def send(server, known):
    """Send a request with the key to a path below the root."""

    def send_one(path, method="GET", **options):
        url = f"{server.url}{ROOT}/{path}"
        return ask(url, method, headers=bearer(known["key"]), **options)

    return send_one


@pytest.fixture
def paused(pair, database, known, server):
    """The standby has the name "Old", the primary, as is looked up there, "New"."""
    change(pair, database, known["partner"], "Old")
    pair.pause()
    change(pair, database, known["partner"], "New")
    yield
    pair.resume()


def change(pair, database, partner, name):
    query = f"UPDATE res_partner SET name = '{name}', complete_name = '{name}'"
    pair.execute(f"{query} WHERE id = {partner}", pair.primary, database)


def name_on(pair, address, database, partner):
    query = f"SELECT name FROM res_partner WHERE id = {partner}"
    return pair.execute(query, address, database)[0][0]


FILTER = [["ref", "=", "R"]]
READS = {
    "one": ("res.partner/{partner}?fields=name", "GET", None),
    "list": ('res.partner?fields=name&filter=[["ref","=","R"]]', "GET", None),
    "by cursor": ("res.partner?cursor=&fields=name&filter[ref]=R", "GET", None),
    "bulk": ("res.partner/bulk?ids={partner}&fields=name", "GET", None),
    "query": ("res.partner", "QUERY", {"fields": ["name"], "filter": FILTER}),
    "search": (
        "res.partner/search",
        "POST",
        {"fields": ["name"], "filter": FILTER},
    ),
    "method": (
        "res.partner/call/name_search",
        "POST",
        {"kwargs": {"domain": FILTER}},
    ),
}


@pytest.mark.usefixtures("paused")
@pytest.mark.parametrize("what", READS)
def test_reads_are_served_by_the_standby(send, known, what):
    path, method, body = READS[what]
    answer = send(path.format(**known), method, json=body)
    assert answer.status_code == 200, answer.text
    assert '"Old"' in answer.text
    assert '"New"' not in answer.text


@pytest.mark.usefixtures("paused")
def test_read_needs_no_table_of_the_primary(send, known, pair, database):
    with contextlib.closing(psycopg2.connect(dbname=database, **pair.primary)) as c:
        c.cursor().execute("LOCK TABLE res_partner IN ACCESS EXCLUSIVE MODE")
        answer = send(f"res.partner/{known['partner']}?fields=name")
    assert answer.status_code == 200


@pytest.mark.usefixtures("paused")
def test_writes_go_to_the_primary(send, known, pair, database):
    partner = known["partner"]
    answer = send(f"res.partner/{partner}", "PATCH", json={"name": "Newer"})
    assert answer.status_code == 200, answer.text
    assert name_on(pair, pair.primary, database, partner) == "Newer"
    assert name_on(pair, pair.standby, database, partner) == "Old"


@pytest.mark.usefixtures("paused")
def test_created_records_are_on_the_primary(send, known, pair, database):
    answer = send("res.partner", "POST", json={"name": "Created"})
    assert answer.status_code == 201, answer.text
    created = answer.json()["data"]["id"]
    assert name_on(pair, pair.primary, database, created) == "Created"
    assert send(f"res.partner/{created}").status_code == 404
    pair.resume()
    assert send(f"res.partner/{created}").status_code == 200


@pytest.mark.usefixtures("paused")
def test_read_is_counted_and_logged_on_the_primary(send, known, pair, database):
    path = f"res.partner/{known['partner']}?fields=name"
    first, second = send(path), send(path)
    assert int(second.headers["X-RateLimit-Remaining"]) < LIMIT
    assert pair.execute("SELECT count(*) FROM rest_rate", pair.primary, database)[0][0]
    wanted = [answer.headers["X-Request-ID"] for answer in (first, second)]

    def logged():
        query = "SELECT request_id FROM rest_log WHERE status = 200 AND method = 'GET'"
        rows = pair.execute(query, pair.primary, database)
        found = [request_id for (request_id,) in rows]
        return all(found.count(request_id) == 1 for request_id in wanted)

    wait_until(logged, "the log of two reads")


@contextlib.contextmanager
def another_request(address, database, known):
    """The client has a request on this server already, and may have but one."""
    key = f"{known['api']}:client:{known['client']}"
    number = ctypes.c_int32(zlib.crc32(key.encode())).value
    with contextlib.closing(psycopg2.connect(dbname=database, **address)) as connection:
        connection.cursor().execute("SELECT pg_advisory_xact_lock(%s, 1)", [number])
        yield


def test_requests_at_once_count_where_they_are_served(send, known, pair, database):
    path = f"res.partner/{known['partner']}"
    with another_request(pair.standby, database, known):
        assert send(path).status_code == 429
        assert send(path, "PATCH", json={"city": "Ghent"}).status_code == 200
    with another_request(pair.primary, database, known):
        assert send(path).status_code == 200
        assert send(path, "PATCH", json={"city": "Bruges"}).status_code == 429


def test_revoked_key_is_refused_once_the_standby_knows(send, pair, database, known):
    kit.shell(database, REVOKE.format(**known), *pair.options)
    pair.catch_up()
    assert send("res.partner").status_code == 401


@pytest.mark.usefixtures("paused")
def test_strangers_are_counted_and_logged_on_the_primary(server, pair, database):
    """Near the end: for a minute, all without valid credentials get 429."""
    url = f"{server.url}{ROOT}/res.partner"
    statuses = [ask(url).status_code for _ in range(3 * STRANGERS)]
    assert set(statuses) == {401, 429}
    query = "SELECT SUM(requests) FROM rest_log WHERE client_id IS NULL"

    def logged():
        return pair.execute(query, pair.primary, database)[0][0] == len(statuses)

    wait_until(logged, "the log of strangers")
    query = "SELECT count(*) FROM rest_log WHERE is_summary"
    assert pair.execute(query, pair.primary, database)[0][0] in (1, 2)


def test_no_request_ran_twice(server):
    """Odoo says so when a read turns out to write and begins anew on the primary."""
    log = server.log_text()
    assert "read/write cursor" not in log.replace("falling back to read-write", "")
    assert complaints(log) == []
