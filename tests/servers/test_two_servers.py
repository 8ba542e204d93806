"""What is served, and by which of the four workers of two servers.

Everything is done as the web client does it, on the first server; then all four workers
are asked. Each test has paths of its own.
"""

import contextlib
import json
import re
from concurrent.futures import ThreadPoolExecutor

import kit
import psycopg2
import pytest
from server_log import complaints, entries
from web_client import WebClient, ask, ask_workers, wait_until

from .conftest import OPTIONS

ENDPOINT = "endpoint.endpoint"
SYNC = "endpoint.server_action_registry_sync"
SAY = 'result = {"response": Response("%s", mimetype="text/plain")}'


@pytest.fixture(scope="module")
def client(web):
    return web


@pytest.fixture(scope="module")
def other_client(servers, database):
    return WebClient(servers[1].url, database)


@pytest.fixture(scope="module")
def make_endpoint(client):
    """Create an endpoint, not synchronized, that answers ``text``; returns its id."""
    yield maker(client)
    ids = client.call(ENDPOINT, "search", [["active", "in", [True, False]]])
    client.call(ENDPOINT, "unlink", ids)


def maker(client):
    admin = client.call("res.users", "search", [["login", "=", "admin"]])[0]

    def make(route, text="first", **values):
        vals = {
            "name": route,
            "route": route,
            "request_method": "GET",
            "auth_type": "public",
            "exec_as_user_id": admin,
            "exec_mode": "code",
            "code_snippet": SAY % text,
        }
        return client.call(ENDPOINT, "create", [{**vals, **values}])[0]

    return make


@pytest.fixture
def serving(make_endpoint, client):
    """Create and synchronize an endpoint; returns its id."""

    def make(route, text="first", **values):
        endpoint = make_endpoint(route, text, **values)
        sync(client, endpoint)
        return endpoint

    return make


def sync(client, *ids):
    client.run_action(SYNC, ENDPOINT, list(ids))


def answers(servers, path, **options):
    """``{(status, text)}`` of all four workers; errors without their text."""
    found = [ask_workers(server, path, **options) for server in servers]
    responses = [r for workers in found for some in workers.values() for r in some]
    assert sum(map(len, found)) == 4
    return {(r.status_code, r.text if r.ok else "") for r in responses}


MISSING = {(404, "")}


def saying(text):
    return {(200, text)}


# --- a change is seen by all four workers, from the next request on -----------------


def test_first_route_of_a_database_is_served_after_sync_only(
    make_endpoint, client, servers
):
    assert client.call(ENDPOINT, "search_count", []) == 0
    endpoint = make_endpoint("/first")
    assert answers(servers, "/first") == MISSING
    sync(client, endpoint)
    assert answers(servers, "/first") == saying("first")


def test_synced_change_of_route_moves_the_endpoint(serving, client, servers):
    endpoint = serving("/old/place")
    assert answers(servers, "/old/place") == saying("first")
    client.call(ENDPOINT, "write", [endpoint], {"route": "/new/place"})
    assert answers(servers, "/new/place") == MISSING
    assert answers(servers, "/old/place") == saying("first")
    sync(client, endpoint)
    assert answers(servers, "/new/place") == saying("first")
    assert answers(servers, "/old/place") == MISSING


def test_change_of_the_snippet_needs_no_sync(serving, client, servers):
    endpoint = serving("/snippet")
    assert answers(servers, "/snippet") == saying("first")
    client.call(ENDPOINT, "write", [endpoint], {"code_snippet": SAY % "second"})
    assert answers(servers, "/snippet") == saying("second")


def test_archived_endpoint_is_gone_at_once(serving, client, servers):
    endpoint = serving("/archived")
    assert answers(servers, "/archived") == saying("first")
    client.call(ENDPOINT, "write", [endpoint], {"active": False})
    assert answers(servers, "/archived") == MISSING
    sync(client, endpoint)
    assert answers(servers, "/archived") == MISSING


def test_deleted_endpoint_is_gone_at_once(serving, client, servers):
    endpoint = serving("/deleted")
    assert answers(servers, "/deleted") == saying("first")
    client.call(ENDPOINT, "unlink", [endpoint])
    assert answers(servers, "/deleted") == MISSING


def test_sync_on_save_needs_no_action(make_endpoint, client, servers):
    endpoint = make_endpoint("/automatic", registry_auto_sync=True)
    assert answers(servers, "/automatic") == saying("first")
    client.call(ENDPOINT, "write", [endpoint], {"route": "/automatic/2"})
    assert answers(servers, "/automatic/2") == saying("first")
    assert answers(servers, "/automatic") == MISSING


def test_refused_change_changes_nothing(serving, client, servers):
    endpoint = serving("/refused")
    values = {"route": "/refused/<nonsense:x>", "registry_sync": True}
    with pytest.raises(Exception, match="unknown converter"):
        client.call(ENDPOINT, "write", [endpoint], values)
    assert answers(servers, "/refused") == saying("first")


def test_commit_of_a_script_is_seen(make_endpoint, database, servers):
    endpoint = make_endpoint("/script")
    assert answers(servers, "/script") == MISSING
    source = f"""
env["{ENDPOINT}"].browse({endpoint}).write({{"registry_sync": True}})
env.cr.commit()
"""
    kit.shell(database, source)
    assert answers(servers, "/script") == saying("first")


# --- a broken route harms nobody -----------------------------------------------------

GONE = {"klass_dotted_path": "odoo.Gone", "method_name": "x"}
BROKEN = {
    "class": ("opts", {"handler": GONE}),
    "converter": ("routing", {"routes": ["/broken/<nonsense:x>"]}),
    "auth": ("routing", {"auth": "nobody"}),
    "json": ("opts", None),
}
REASONS = {
    "class": "Class `Gone` not found",
    "converter": "nonsense",
    "auth": "Unknown auth type `nobody`",
    "json": "Expecting property name",
}


def break_row(database, endpoint, column, change):
    """Spoil a stored route behind Odoo's back."""
    key = f"{ENDPOINT}:{endpoint}"
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        with connection, connection.cursor() as cr:
            cr.execute(f"SELECT {column} FROM endpoint_route WHERE key = %s", [key])
            old = json.loads(cr.fetchone()[0])
            new = "{broken" if change is None else json.dumps({**old, **change})
            cr.execute(
                f"UPDATE endpoint_route SET {column} = %s WHERE key = %s", [new, key]
            )


@pytest.fixture(scope="module")
def broken(make_endpoint, client, database):
    """``{kind: id}`` of endpoints whose stored route Odoo cannot serve."""
    ids = {kind: make_endpoint(f"/broken/{kind}") for kind in BROKEN}
    sync(client, *ids.values())
    for kind, endpoint in ids.items():
        break_row(database, endpoint, *BROKEN[kind])
    return ids


def test_broken_routes_harm_no_other_url(broken, serving, servers):
    serving("/healthy")
    assert answers(servers, "/healthy") == saying("first")
    assert {status for status, _text in answers(servers, "/web/login")} == {200}
    for kind in broken:
        assert answers(servers, f"/broken/{kind}") == MISSING


def test_broken_route_is_logged_once_in_each_worker(broken, serving, servers, log_of):
    for number in range(3):  # each sync makes all workers build their maps anew
        serving(f"/rebuilt/{number}")
        assert answers(servers, f"/rebuilt/{number}") == saying("first")
    for server in servers:
        errors = [e for e in entries(log_of(server)) if e.level == "ERROR"]
        for endpoint in broken.values():
            message = f"Route {ENDPOINT}:{endpoint} left out"
            pids = [error.pid for error in errors if message in error.text]
            assert len(pids) == len(set(pids)) == 2


def test_record_of_a_broken_route_says_why(broken, client, serving):
    names = ["registry_state", "registry_state_message"]
    healthy = serving("/healthy/state")
    assert (
        client.call(ENDPOINT, "read", [healthy], names)[0]["registry_state"] == "synced"
    )
    for kind, endpoint in broken.items():
        (values,) = client.call(ENDPOINT, "read", [endpoint], names)
        assert values["registry_state"] == "broken"
        assert REASONS[kind] in values["registry_state_message"]


def test_sync_mends_a_broken_route(serving, client, database, servers):
    endpoint = serving("/mended")
    break_row(database, endpoint, *BROKEN["class"])
    serving("/mended/next")
    assert answers(servers, "/mended") == MISSING
    sync(client, endpoint)
    assert answers(servers, "/mended") == saying("first")


# --- at the same time ----------------------------------------------------------------


def at_once(jobs):
    with ThreadPoolExecutor(len(jobs)) as threads:
        return [future.result() for future in [threads.submit(job) for job in jobs]]


def test_concurrent_syncs_of_different_records_end_well(
    make_endpoint, client, other_client, servers
):
    ids = [make_endpoint(f"/different/{number}") for number in range(12)]
    clients = [client, other_client] * 6
    at_once([lambda i=i, c=c: sync(c, i) for i, c in zip(ids, clients, strict=True)])
    for number in range(12):
        assert answers(servers, f"/different/{number}") == saying("first")


def test_concurrent_syncs_of_one_record_end_well(
    make_endpoint, client, other_client, servers
):
    endpoint = make_endpoint("/same")
    at_once([lambda c=c: sync(c, endpoint) for c in [client, other_client] * 4])
    assert answers(servers, "/same") == saying("first")
    assert client.call(ENDPOINT, "read", [endpoint], ["registry_sync"])[0][
        "registry_sync"
    ]


def test_concurrent_changes_of_one_record_leave_one_route(
    make_endpoint, client, other_client, servers
):
    endpoint = make_endpoint("/race/0", registry_auto_sync=True)

    def change(number, a_client):
        a_client.call(ENDPOINT, "write", [endpoint], {"route": f"/race/{number}"})

    clients = [client, other_client] * 2
    at_once([lambda n=n, c=c: change(n, c) for n, c in enumerate(clients, start=1)])
    route = client.call(ENDPOINT, "read", [endpoint], ["route"])[0]["route"]
    for number in range(5):
        expected = saying("first") if route == f"/race/{number}" else MISSING
        assert answers(servers, f"/race/{number}") == expected


def test_no_server_complains_of_anything_else(servers, log_of):
    """Than broken routes, a refused change, and conflicts that Odoo retries."""
    expected = re.compile(r"left out of the map|unknown converter|could not serialize")
    for server in servers:
        found = complaints(log_of(server))
        assert [text for text in found if not expected.search(text)] == []


# --- requests that began before ------------------------------------------------------

LOCK = 4_200_019
SLOW = f"""
env.cr.execute("SELECT count(*) FROM endpoint_route")
env.cr.execute("SELECT pg_advisory_xact_lock({LOCK})")
adapter = env["ir.http"].routing_map().bind("")
found = endpoint._find_endpoint(request.params["path"])
is_route = adapter.test(request.params["path"], method="GET")
result = {{"payload": [is_route, found.code_snippet]}}
"""


@contextlib.contextmanager
def request_that_began_before(server, database, path):
    """A request with an old snapshot that looks for ``path`` when the block is left."""
    with (
        contextlib.closing(psycopg2.connect(dbname=database)) as connection,
        ThreadPoolExecutor(1) as threads,
    ):
        connection.autocommit = True
        cr = connection.cursor()
        cr.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        slow = threads.submit(ask, f"{server.url}/slow?path={path}")
        wait_until(lambda: is_waiting(cr), "the slow request to wait")
        try:
            yield slow
        finally:
            cr.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        assert slow.result().status_code == 200


def is_waiting(cr):
    cr.execute(
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        " AND objid = %s AND database ="
        " (SELECT oid FROM pg_database WHERE datname = current_database())",
        [LOCK],
    )
    return cr.fetchone()


@pytest.fixture(scope="module")
def slow_endpoint(make_endpoint, client):
    sync(client, make_endpoint("/slow", code_snippet=SLOW))


@pytest.mark.usefixtures("slow_endpoint")
def test_earlier_request_leaves_no_old_map_behind(make_endpoint, threaded, database):
    threaded_client = WebClient(threaded.url, database)
    endpoint = make_endpoint("/during")
    assert ask(f"{threaded.url}/during").status_code == 404
    with request_that_began_before(threaded, database, "/during"):
        sync(threaded_client, endpoint)
    assert ask(f"{threaded.url}/during").status_code == 200


@pytest.mark.usefixtures("slow_endpoint")
def test_earlier_request_leaves_no_old_definition_behind(serving, threaded, database):
    threaded_client = WebClient(threaded.url, database)
    endpoint = serving("/defined")
    assert ask(f"{threaded.url}/defined").text == "first"
    with request_that_began_before(threaded, database, "/defined"):
        change = {"code_snippet": SAY % "second"}
        threaded_client.call(ENDPOINT, "write", [endpoint], change)
    assert ask(f"{threaded.url}/defined").text == "second"


@pytest.mark.usefixtures("slow_endpoint")
def test_earlier_request_keeps_no_route_that_another_server_took_away(
    serving, client, threaded, database
):
    endpoint = serving("/taken")
    assert ask(f"{threaded.url}/taken").status_code == 200
    with request_that_began_before(threaded, database, "/taken"):
        client.call(ENDPOINT, "unlink", [endpoint])
    assert ask(f"{threaded.url}/taken").status_code == 404


# --- the end -------------------------------------------------------------------------


@pytest.fixture
def pair():
    """Two servers on a database that may lose the addon."""
    database = kit.create_database(modules=["endpoint"])
    options = {"workers": 2, "extra": OPTIONS}
    try:
        with kit.Server(database, **options) as one:
            with kit.Server(database, **options) as two:
                yield one, two
    finally:
        kit.drop_database(database)


def test_uninstall_takes_routes_from_all_workers(pair):
    client = WebClient(pair[0].url, pair[0].db)
    endpoint = maker(client)("/to/be/uninstalled")
    sync(client, endpoint)
    assert answers(pair, "/to/be/uninstalled") == saying("first")
    ids = client.call("ir.module.module", "search", [["name", "=", "endpoint"]])
    client.call("ir.module.module", "button_immediate_uninstall", ids)
    assert answers(pair, "/to/be/uninstalled") == MISSING
    assert {status for status, _text in answers(pair, "/web/login")} == {200}
