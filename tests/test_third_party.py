"""An addon that knows only the public contract: ``endpoint_third_party``."""

import contextlib
from pathlib import Path

import kit
import psycopg2
import pytest
from database_state import state_of
from server_log import complaints
from web_client import OdooError, WebClient, ask

ADDONS = Path(__file__).parent / "addons"
ADDON = "endpoint_third_party"
ENDPOINT = "third.party.endpoint"
APP = "third.party.app"
SYNC = f"{ADDON}.server_action_registry_sync"
AS_ADMIN = {"X-Third-Party-Login": "admin"}


@pytest.fixture(scope="module")
def installed():
    """``(database, its state before, log of the installation)``."""
    database = kit.create_database(modules=["endpoint"])
    try:
        before = state_of(database)
        log = kit.run_odoo(database, kit.addons_path(ADDONS), "-i", ADDON)
        yield database, before, log
    finally:
        kit.drop_database(database)


@pytest.fixture(scope="module")
def server(installed):
    extra = [kit.addons_path(ADDONS), "--max-cron-threads=0"]
    with kit.Server(installed[0], extra=extra) as server:
        yield server


@pytest.fixture(scope="module")
def client(server):
    return WebClient(server.url, server.db)


@pytest.fixture(scope="module")
def make_endpoint(client):
    """Create and synchronize an endpoint by the addon's own action; returns its id."""

    def make(route, **values):
        vals = {
            "name": str(route),
            "route": route,
            "request_method": "GET",
            "auth_type": "third_party",
            "greeting": "Hi",
        }
        endpoint = client.call(ENDPOINT, "create", [{**vals, **values}])[0]
        client.run_action(SYNC, ENDPOINT, [endpoint])
        return endpoint

    return make


def stored_keys(database):
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        cr = connection.cursor()
        cr.execute("SELECT key FROM endpoint_route")
        return {key for (key,) in cr.fetchall()}


def test_installation_has_no_complaint(installed):
    assert complaints(installed[2]) == []


# --- a model on endpoint.mixin -------------------------------------------------------


def test_endpoint_of_a_data_file_is_served_under_its_prefix(server):
    answer = ask(f"{server.url}/third/greet?a=b", headers=AS_ADMIN)
    expected = {"greeting": "Good morning", "who": "admin", "params": {"a": "b"}}
    assert (answer.status_code, answer.json()) == (200, expected)
    assert answer.headers["X-Mode"] == "greet"


def test_auth_type_of_the_addon_refuses(server):
    assert ask(f"{server.url}/third/greet").status_code == 401


def test_exec_mode_of_the_addon_validates_its_configuration(client):
    vals = {"name": "x", "route": "/x", "request_method": "GET"}
    with pytest.raises(OdooError, match="needs a greeting"):
        client.call(ENDPOINT, "create", [{**vals, "auth_type": "third_party"}])


def test_code_mode_is_there_as_well_with_a_name_of_the_addon(server, make_endpoint):
    snippet = "result = {'payload': double(21)}"
    make_endpoint("/double", exec_mode="code", code_snippet=snippet)
    assert ask(f"{server.url}/third/double", headers=AS_ADMIN).json() == 42


def test_request_check_of_the_addon_refuses(server, make_endpoint):
    make_endpoint("/secret", secret="sesame")
    url = f"{server.url}/third/secret"
    assert ask(url, headers=AS_ADMIN).status_code == 403
    assert ask(url, headers={**AS_ADMIN, "X-Secret": "sesame"}).status_code == 200


def test_search_of_the_addon_decides_what_is_found(server, client, make_endpoint):
    endpoint = make_endpoint("/unpublished")
    url = f"{server.url}/third/unpublished"
    assert ask(url, headers=AS_ADMIN).status_code == 200
    client.call(ENDPOINT, "write", [endpoint], {"published": False})
    assert ask(url, headers=AS_ADMIN).status_code == 404


def test_route_may_come_from_another_field(server, client, make_endpoint):
    vals = {"name": "x", "request_method": "GET", "auth_type": "third_party"}
    vals |= {"greeting": "Hi", "code": "abc"}
    endpoint = client.call(ENDPOINT, "create", [vals])[0]
    client.run_action(SYNC, ENDPOINT, [endpoint])
    url = f"{server.url}/third/by-code/"
    assert ask(f"{url}abc", headers=AS_ADMIN).status_code == 200
    client.call(ENDPOINT, "write", [endpoint], {"code": "def"})
    fields = ["route", "registry_sync"]
    (values,) = client.call(ENDPOINT, "read", [endpoint], fields)
    assert values == {
        "id": endpoint,
        "route": "/third/by-code/def",
        "registry_sync": False,
    }
    client.run_action(SYNC, ENDPOINT, [endpoint])
    assert ask(f"{url}def", headers=AS_ADMIN).status_code == 200
    assert ask(f"{url}abc", headers=AS_ADMIN).status_code == 404


def test_route_of_another_model_is_refused(client, make_endpoint):
    make_endpoint("/taken")
    admin = client.call("res.users", "search", [["login", "=", "admin"]])[0]
    vals = {
        "name": "Same",
        "route": "/third/taken",
        "request_method": "GET",
        "exec_as_user_id": admin,
        "exec_mode": "code",
        "code_snippet": "result = {}",
    }
    with pytest.raises(OdooError, match=r"Non unique route.*third/taken"):
        client.call("endpoint.endpoint", "create", [vals])


def test_views_on_the_anchors_are_rendered(client):
    views = [[False, "list"], [False, "form"], [False, "search"]]
    found = client.call(ENDPOINT, "get_views", views)["views"]
    assert 'name="very_last"' in found["form"]["arch"]
    assert 'name="greeting"' in found["list"]["arch"]
    assert 'name="unpublished"' in found["search"]["arch"]


# --- a controller derived from EndpointController ------------------------------------


def test_most_derived_controller_answers_endpoints_of_other_models(server, client):
    admin = client.call("res.users", "search", [["login", "=", "admin"]])[0]
    vals = {
        "name": "Plain",
        "route": "/plain",
        "request_method": "GET",
        "auth_type": "public",
        "exec_as_user_id": admin,
        "exec_mode": "code",
        "code_snippet": "result = {'payload': 1}",
        "registry_sync": True,
    }
    client.call("endpoint.endpoint", "create", [vals])
    answer = ask(f"{server.url}/plain")
    assert (answer.json(), answer.headers["X-Third-Party"]) == (1, "was here")


# --- a model on endpoint.route.sync.mixin --------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "text"),
    [
        ("GET", "", "good read from Shop: read"),
        ("GET", "/a/b", "good read from Shop: read a/b"),
        ("PATCH", "/a", "good write from Shop: write a"),
    ],
)
def test_each_rule_of_a_record_has_its_methods_and_options(server, method, path, text):
    assert ask(f"{server.url}/third/shop{path}", method).text == text


@pytest.mark.parametrize("name", ["one", "two"])
def test_generator_yields_routes(server, name):
    answer = ask(f"{server.url}/third/shop-generated/{name}")
    assert answer.text == f"{name}-generated"


def test_change_of_the_generator_is_served_after_sync(server, client):
    apps = client.call(APP, "search", [["name", "=", "Shop"]])
    client.call(APP, "write", apps, {"generated": "one,two,three"})
    client.call(APP, "write", apps, {"registry_sync": True})
    assert ask(f"{server.url}/third/shop-generated/three").text == "three-generated"


def test_all_rules_of_a_record_go_with_it(server, client):
    vals = {"name": "Bar", "root_path": "/third/bar", "registry_sync": True}
    app = client.call(APP, "create", [vals])[0]
    assert ask(f"{server.url}/third/bar").text == "good read from Bar: read"
    client.call(APP, "unlink", [app])
    assert ask(f"{server.url}/third/bar").status_code == 404
    assert not any(key.startswith(f"{APP}:{app}:") for key in stored_keys(server.db))


def test_group_finds_its_rules(client):
    (app,) = client.call(APP, "search", [["name", "=", "Shop"]])
    keys = client.call(APP, "keys_of_group", "third_party")
    assert keys == [f"{APP}:{app}:read", f"{APP}:{app}:write"]


# --- the tool ------------------------------------------------------------------------


def test_tool_registers_and_another_request_unregisters(server, client):
    client.call(APP, "register_route", "/third/tool", "tool's text")
    assert ask(f"{server.url}/third/tool").text == "tool's text"
    client.call(APP, "unregister_route", "/third/tool")
    assert ask(f"{server.url}/third/tool").status_code == 404


def test_tool_registered_twice_is_there_once(server, client):
    for text in ("first", "second"):
        client.call(APP, "register_route", "/third/twice", text)
    assert ask(f"{server.url}/third/twice").text == "second"
    assert len(client.call(APP, "keys_of_group", "tools")) == 1


# --- the end -------------------------------------------------------------------------


def test_server_complains_of_refused_records_only(server, client):
    client.call(APP, "search_count", [])
    refusals = ("needs a greeting", "Non unique route")
    lines = complaints(server.log_text())
    assert [x for x in lines if not any(text in x for text in refusals)] == []


def test_uninstall_takes_models_and_routes_away(
    installed, server, client, make_endpoint
):
    database, before, _log = installed
    make_endpoint("/made/by/user")
    client.call(APP, "unregister_route", "/third/twice")
    plain = client.call("endpoint.endpoint", "search", [["route", "=", "/plain"]])
    client.call("endpoint.endpoint", "unlink", plain)
    ids = client.call("ir.module.module", "search", [["name", "=", ADDON]])
    client.call("ir.module.module", "button_immediate_uninstall", ids)
    assert ask(f"{server.url}/third/shop").status_code == 404
    assert stored_keys(database) == set()
    assert {x for x in state_of(database) - before if not is_odoos_own(x)} == set()


def is_odoos_own(left):
    """External ids of what a model had inherited stay until the next update."""
    prefixes = ("model_inherit__", "selection__", "constraint_")
    own = tuple(f"{prefix}third_party_" for prefix in prefixes)
    return left.startswith("external id") and left.partition(".")[2].startswith(own)
