"""Upgrading an addon serves its endpoints as its new data files say."""

import kit
import pytest
from server_log import complaints
from web_client import ask

ADDON = "endpoint_shop"
MANIFEST = """{
    "name": "Endpoints of a shop", "version": "19.0.1.0.0", "license": "LGPL-3",
    "author": "Odoo REST Suite Engineers", "depends": ["endpoint"],
    "data": ["endpoints.xml"],
}"""
RECORD = """
    <record id="{name}" model="endpoint.endpoint">
        <field name="name">{name}</field>
        <field name="route">{route}</field>
        <field name="request_method">GET</field>
        <field name="auth_type">{auth}</field>
        <field name="exec_as_user_id" ref="base.user_admin" />
        <field name="exec_mode">code</field>
        <field name="code_snippet">result = {{"payload": "ok"}}</field>
        <field name="registry_sync" eval="True" />
    </record>
"""
BEFORE = {
    "same": ("/shop/same", "public"),
    "moved": ("/shop/old", "public"),
    "closed": ("/shop/closed", "public"),
}
AFTER = BEFORE | {
    "moved": ("/shop/new", "public"),
    "closed": ("/shop/closed", "bearer"),
}
PATHS = ("same", "old", "new", "closed")


def write(folder, endpoints):
    addon = folder / ADDON
    addon.mkdir(exist_ok=True)
    records = [
        RECORD.format(name=name, route=route, auth=auth)
        for name, (route, auth) in endpoints.items()
    ]
    (addon / "__init__.py").write_text("")
    (addon / "__manifest__.py").write_text(MANIFEST)
    (addon / "endpoints.xml").write_text(f"<odoo>{''.join(records)}</odoo>")


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory):
    """``(server, log of the upgrade)`` after an upgrade with changed data."""
    folder = tmp_path_factory.mktemp("addons")
    options = [kit.addons_path(folder)]
    database = kit.create_database(modules=["endpoint"])
    try:
        write(folder, BEFORE)
        kit.run_odoo(database, *options, "-i", ADDON)
        write(folder, AFTER)
        log = kit.run_odoo(database, *options, "-u", ADDON)
        with kit.Server(database, extra=[*options, "--max-cron-threads=0"]) as server:
            yield server, log
    finally:
        kit.drop_database(database)


def test_upgrade_has_no_complaint(upgraded):
    assert complaints(upgraded[1]) == []


def test_endpoints_are_served_as_the_new_data_says(upgraded):
    server = upgraded[0]
    statuses = [ask(f"{server.url}/shop/{path}").status_code for path in PATHS]
    assert statuses == [200, 404, 200, 401]


API = """
api = env["rest.api"].create({"name": "Old", "root_path": "/api/old"})
# as versions before <whole_path:…> have stored it
env.cr.execute(
    "UPDATE endpoint_route SET routing = replace(routing::text, 'whole_path', 'path')"
    " WHERE key = %s", [f"rest.api:{api.id}"]
)
env.cr.commit()
"""
PATH = "/api/old/v1%0Ares.partner"


def test_apis_have_the_routes_of_the_new_version():
    database = kit.create_database(modules=["rest_api_core"])
    try:
        kit.shell(database, API)
        kit.run_odoo(database, "-u", "rest_api_core")
        with kit.Server(database, extra=["--max-cron-threads=0"]) as server:
            response = ask(f"{server.url}{PATH}")
        assert response.headers["Content-Type"] == "application/problem+json"
    finally:
        kit.drop_database(database)
