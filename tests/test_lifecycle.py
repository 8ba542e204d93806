"""Install, update, uninstall, install again: nothing breaks, nothing stays behind."""

from dataclasses import dataclass, field

import kit
import pytest
from database_state import state_of
from server_log import complaints
from web_client import WebClient, ask

ADDONS = ("rest_api_core", "endpoint", "endpoint_route_handler")
PATHS = ("/made/by/user", "/made/by/tool", "/api/v1/health", "/made/v2/health")
TABLES = (
    "endpoint_endpoint",
    "endpoint_route",
    "rest_api",
    "rest_client",
    "rest_client_scope",
    "rest_credential",
    "rest_resource",
)
# those of a resource that tracks all changes in the database
TRIGGERS = ("trigger rest_change_", "function rest_change_")
USER_MADE = """
admin = env.ref("base.user_admin")
api = env["rest.api"].create({"name": "Mine", "root_path": "/made/v2"})
resource = env["rest.resource"].create(
    {
        "api_id": api.id,
        "model_id": env.ref("base.model_res_partner").id,
        "track_changes": "trigger",
    }
)
for model in ("res_users", "res_partner_category", "ir_attachment"):
    env["rest.resource"].create(
        {"api_id": api.id, "model_id": env.ref(f"base.model_{model}").id,
         "sensitive": True}
    )
client = env["rest.client"].create({"name": "Mine", "user_id": admin.id})
env["rest.client.scope"].create(
    {"client_id": client.id, "resource_id": resource.id}
)
client._generate_key()
endpoint = env["endpoint.endpoint"].create({
    "name": "Mine", "route": "/made/by/user", "request_method": "GET",
    "auth_type": "public", "exec_as_user_id": admin.id, "exec_mode": "code",
    "code_snippet": "result = {'payload': 'mine'}", "registry_sync": True,
})
endpoint.export_data(["id"])
tool = env["endpoint.route.handler.tool"].new({
    "name": "Tool", "route": "/made/by/tool", "request_method": "GET",
    "auth_type": "public",
})
tool._register_controllers(options={"handler": {
    "klass_dotted_path": "odoo.addons.web.controllers.webmanifest.WebManifest",
    "method_name": "webmanifest",
}})
env.cr.commit()
"""


@dataclass
class Life:
    """What was seen at each stage: logs, contents of the database, answers to HTTP."""

    logs: dict = field(default_factory=dict)
    states: dict = field(default_factory=dict)
    statuses: dict = field(default_factory=dict)

    def look(self, stage, server):
        self.statuses[stage] = [ask(server.url + path).status_code for path in PATHS]
        self.states[stage] = state_of(server.db)

    def run(self, stage, database, *options):
        self.logs[stage] = kit.run_odoo(database, *options)
        self.states[stage] = state_of(database)


@pytest.fixture(
    scope="module", params=["base", pytest.param("apps", marks=pytest.mark.slow)]
)
def life(request):
    """The whole life on a small database and on one with large apps."""
    apps = kit.APPS if request.param == "apps" else ()
    before = state_without_addons(apps)
    database = kit.create_database(modules=[*apps, ADDONS[0]])
    try:
        yield live(database, Life(states={"before": before}), [*apps, ADDONS[0]])
    finally:
        kit.drop_database(database)


def state_without_addons(apps):
    database = kit.create_database(modules=apps)
    try:
        return state_of(database)
    finally:
        kit.drop_database(database)


def live(database, life, modules):
    life.logs["install"] = kit.install_log(modules)
    life.states["install"] = state_of(database)
    kit.shell(database, USER_MADE)
    life.run("update", database, "-u", ",".join(ADDONS))
    with kit.Server(database, extra=["--max-cron-threads=0"]) as server:
        client = WebClient(server.url, database)
        life.look("served", server)
        for addon in ADDONS:
            press(client, addon, "button_immediate_uninstall")
            life.look(f"without {addon}", server)
        press(client, ADDONS[0], "button_immediate_install")
        life.look("again", server)
    life.logs["server"] = server.log_text()
    return life


def press(client, addon, button):
    ids = client.call("ir.module.module", "search", [["name", "=", addon]])
    client.call("ir.module.module", button, ids)


@pytest.mark.parametrize("stage", ["install", "update", "server"])
def test_log_has_no_complaint(life, stage):
    assert complaints(life.logs[stage]) == []


def test_update_changes_nothing_but_what_the_user_made(life):
    changes = life.states["install"] ^ life.states["update"]
    rows = {f"rows in {table}" for table in TABLES}
    assert {c for c in changes if c.partition(" ")[2] not in rows} == {
        c for c in changes if "__export__" in c or c.startswith(TRIGGERS)
    }
    assert any(change.startswith(TRIGGERS) for change in changes)


def test_routes_are_served_after_update(life):
    assert life.statuses["served"] == [200, 200, 200, 200]


def test_routes_of_apis_go_with_rest_api_core(life):
    assert life.statuses["without rest_api_core"] == [200, 200, 404, 404]
    assert "4 rows in endpoint_route" in life.states["served"]
    assert "2 rows in endpoint_route" in life.states["without rest_api_core"]


def test_routes_of_records_go_with_endpoint(life):
    assert life.statuses["without endpoint"] == [404, 200, 404, 404]
    assert "1 rows in endpoint_route" in life.states["without endpoint"]


def test_all_routes_go_with_endpoint_route_handler(life):
    assert life.statuses["without endpoint_route_handler"] == [404] * 4


def test_uninstall_leaves_nothing_behind(life):
    after, before = life.states["without endpoint_route_handler"], life.states["before"]
    assert after - before == set()


def test_uninstall_takes_nothing_else_away(life):
    after, before = life.states["without endpoint_route_handler"], life.states["before"]
    assert before - after == set()


def test_second_install_is_like_the_first(life):
    assert life.states["again"] == life.states["install"]
    assert life.statuses["again"] == [404, 404, 200, 404]
