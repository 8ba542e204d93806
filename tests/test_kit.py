"""The kit itself: databases, servers, installing and uninstalling."""

import contextlib
import urllib.request

import kit
import psycopg2
import pytest


def get(url):
    with urllib.request.urlopen(url, timeout=30) as response:
        return response.status, response.read().decode()


def state_in(database, module):
    query = "SELECT state FROM ir_module_module WHERE name = %s"
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        with connection.cursor() as cr:
            cr.execute(query, [module])
            return cr.fetchone()[0]


@pytest.mark.parametrize("workers", [0, 2])
def test_server_serves_its_database_and_leaves_its_port_and_its_log(
    make_database, workers
):
    with kit.Server(make_database(), workers=workers) as server:
        status, page = get(f"{server.url}/web/login")
        assert status == 200
        assert 'name="login"' in page
    assert kit.free_port(server.port) == server.port
    assert "HTTP service" in server.log_text()


def test_module_is_installed_and_uninstalled(make_database):
    database, module = make_database(), "base_sparse_field"
    assert state_in(database, module) == "uninstalled"
    assert "Modules loaded" in kit.run_odoo(database, "-i", module)
    assert state_in(database, module) == "installed"
    kit.uninstall(database, [module])
    assert state_in(database, module) == "uninstalled"
