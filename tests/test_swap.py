"""A database of the earlier addons of these names goes on with ours after ``-u``."""

import contextlib
import json

import kit
import legacy_addons
import psycopg2
import pytest
from database_state import state_of
from server_log import complaints
from web_client import WebClient, ask

ENDPOINT = "endpoint.endpoint"
HANDLER = {
    "klass_dotted_path": "odoo.addons.endpoint.controllers.main.EndpointController",
    "method_name": "auto_endpoint",
}
MANIFEST = {
    "klass_dotted_path": "odoo.addons.web.controllers.webmanifest.WebManifest",
    "method_name": "webmanifest",
    "default_pargs": [],
}
# a second registration of one route came with a second key
TOOL_KEYS = [
    "endpoint.route.handler.tool:NewId_0x7f1c",
    "endpoint.route.handler.tool:NewId_0x7f20",
]


def routing(route, **values):
    """As stored before 18.0: nothing about ``readonly`` or ``cors``."""
    base = {"type": "http", "auth": "public", "methods": ["GET"], "routes": [route]}
    return {**base, "csrf": False, **values}


def insert_endpoint(cr, route, **values):
    """A record as the earlier addons stored it; returns its id."""
    row = {
        "name": route,
        "route": route,
        "route_type": "http",
        "auth_type": "public",
        "request_method": "GET",
        "cors": "*",
        "csrf": False,
        "active": True,
        "registry_sync": True,
        "exec_mode": "code",
        "exec_as_user_id": 2,
        "code_snippet": f"result = {{'payload': '{route}'}}",
        **values,
    }
    cr.execute(
        f"INSERT INTO endpoint_endpoint ({', '.join(row)}) VALUES %s RETURNING id",
        [tuple(row.values())],
    )
    return cr.fetchone()[0]


def insert_rule(cr, key, route, handler, **values):
    cr.execute(
        "INSERT INTO endpoint_route"
        " (key, route, opts, routing, endpoint_hash, route_group)"
        " VALUES (%s, %s, %s, %s, %s, 'false')",
        [
            key,
            route,
            json.dumps({"handler": handler}),
            json.dumps(routing(route, **values)),
            str(hash((key, route))),
        ],
    )


def insert_synced(cr, route, routing_values=None, **values):
    number = insert_endpoint(cr, route, **values)
    handler = {**HANDLER, "default_pargs": [ENDPOINT, route]}
    insert_rule(cr, f"{ENDPOINT}:{number}", route, handler, **(routing_values or {}))


def fill(cr):
    """What users of the earlier addons may have left."""
    cr.execute(legacy_addons.ROUTE_TABLE)
    insert_synced(cr, "/legacy/hello")
    insert_synced(
        cr,
        "/legacy/json",
        {"methods": ["POST"]},
        request_method="POST",
        request_content_type="application/json; charset=utf-8",
    )
    insert_synced(
        cr, "/legacy/session", {"auth": "user_endpoint"}, auth_type="user_endpoint"
    )
    insert_synced(cr, "/legacy/archived", active=False)
    insert_synced(cr, "/legacy/nobody", exec_as_user_id=None)
    insert_endpoint(cr, "/legacy/unsynced", registry_sync=False)
    for key in TOOL_KEYS:
        insert_rule(cr, key, "/legacy/tool", MANIFEST)
    insert_rule(cr, "fastapi.endpoint:1", "/legacy/fastapi", MANIFEST, type="fastapi")


@contextlib.contextmanager
def cursor(database):
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        with connection, connection.cursor() as cr:
            yield cr


@pytest.fixture(scope="module")
def swapped(tmp_path_factory):
    """``(database, its state before any of this, log of the update)``."""
    old_addons = legacy_addons.write_to(tmp_path_factory.mktemp("legacy"))
    database = kit.create_database()
    try:
        before = state_of(database)
        kit.run_odoo(database, old_addons, "-i", "endpoint")
        with cursor(database) as cr:
            fill(cr)
        log = kit.run_odoo(database, "-u", "endpoint_route_handler")
        yield database, before, log
    finally:
        kit.drop_database(database)


@pytest.fixture(scope="module")
def server(swapped):
    with kit.Server(swapped[0], extra=["--max-cron-threads=0"]) as server:
        yield server


@pytest.fixture(scope="module")
def client(server):
    return WebClient(server.url, server.db)


def records(client, fields, **conditions):
    domain = [[name, "=", value] for name, value in conditions.items()]
    return client.call(ENDPOINT, "search_read", domain, fields)


def test_update_has_no_complaint(swapped):
    assert complaints(swapped[2]) == []


def test_stored_route_is_served_as_before(server):
    answer = ask(f"{server.url}/legacy/hello")
    assert (answer.status_code, answer.json()) == (200, "/legacy/hello")


def test_route_with_the_deprecated_content_type_is_served(server):
    headers = {"Content-Type": "application/json; charset=utf-8"}
    answer = ask(f"{server.url}/legacy/json", "POST", data="{}", headers=headers)
    assert answer.json() == "/legacy/json"


def test_route_for_sessions_wants_one(server, client):
    url = f"{server.url}/legacy/session"
    assert ask(url).status_code == 401
    assert ask(url, cookies=client.cookies).json() == "/legacy/session"


@pytest.mark.parametrize("name", ["archived", "unsynced", "fastapi"])
def test_what_was_not_served_is_not_found(server, name):
    assert ask(f"{server.url}/legacy/{name}").status_code == 404


def test_public_endpoint_without_user_is_unavailable_and_flagged(server, client):
    assert ask(f"{server.url}/legacy/nobody").status_code == 503
    (found,) = records(client, ["registry_state"], route="/legacy/nobody")
    assert found["registry_state"] == "broken"


def test_records_that_were_synced_still_are(client):
    (found,) = records(client, ["registry_state"], route="/legacy/hello")
    assert found["registry_state"] == "synced"


def test_groups_named_false_are_no_groups(server):
    with cursor(server.db) as cr:
        cr.execute("SELECT count(*) FROM endpoint_route WHERE route_group IS NOT NULL")
        assert cr.fetchone()[0] == 0


def test_deletion_counts_as_a_new_version(server, client):
    def version():
        with cursor(server.db) as cr:
            cr.execute("SELECT last_value FROM endpoint_route_version")
            return cr.fetchone()[0]

    (found,) = records(client, ["id"], route="/legacy/archived", active=False)
    old = version()
    client.call(ENDPOINT, "unlink", [found["id"]])
    assert version() > old


def test_tool_route_can_be_unregistered(server):
    assert ask(f"{server.url}/legacy/tool").status_code == 200
    kit.shell(
        server.db,
        """
tool = env["endpoint.route.handler.tool"].new({
    "name": "Tool", "route": "/legacy/tool", "request_method": "GET",
    "auth_type": "public",
})
tool._unregister_controllers()
env.cr.commit()
""",
    )
    assert ask(f"{server.url}/legacy/tool").status_code == 404


def test_sync_stores_todays_routing(server, client):
    (found,) = records(client, ["id"], route="/legacy/hello")
    client.call(ENDPOINT, "write", [found["id"]], {"registry_sync": True})
    with cursor(server.db) as cr:
        key = f"{ENDPOINT}:{found['id']}"
        cr.execute("SELECT routing FROM endpoint_route WHERE key = %s", [key])
        assert json.loads(cr.fetchone()[0])["readonly"] is False
    assert ask(f"{server.url}/legacy/hello").status_code == 200


def test_one_route_may_have_a_second_record_of_another_method(client):
    (values,) = records(client, ["exec_as_user_id"], route="/legacy/hello")
    vals = {
        "name": "Delete",
        "route": "/legacy/hello",
        "request_method": "DELETE",
        "auth_type": "public",
        "exec_as_user_id": values["exec_as_user_id"][0],
        "exec_mode": "code",
        "code_snippet": "result = {}",
    }
    assert client.call(ENDPOINT, "create", [vals])


def test_server_complains_of_the_foreign_route_only(server):
    lines = complaints(server.log_text())
    expected = ("fastapi.endpoint:1 left out", "is archived or deleted", "psycopg")
    assert [x for x in lines if not any(part in x for part in expected)] == []


def test_uninstall_leaves_nothing_of_either(swapped, client):
    database, before, _log = swapped
    for addon in ("endpoint", "endpoint_route_handler"):
        ids = client.call("ir.module.module", "search", [["name", "=", addon]])
        client.call("ir.module.module", "button_immediate_uninstall", ids)
    assert state_of(database) - before == set()
