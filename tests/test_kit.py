"""The kit itself: databases, servers, installing and uninstalling."""

import urllib.request

import kit
import pytest


def get(url):
    with urllib.request.urlopen(url, timeout=30) as response:
        return response.status, response.read().decode()


@pytest.mark.parametrize("workers", [0, 2])
def test_server_serves_its_database_without_being_told_which(
    make_database, make_server, workers
):
    server = make_server(make_database(), workers=workers)
    status, page = get(f"{server.url}/web/login")
    assert status == 200
    assert 'name="login"' in page


def test_stopped_server_leaves_its_port_and_its_log(make_database):
    with kit.Server(make_database(), workers=2) as server:
        pass
    assert kit.free_port(server.port) == server.port
    assert "HTTP service" in server.log_text()


def test_module_is_installed_and_uninstalled(make_database):
    database = make_database()
    module = "env['ir.module.module'].search([('name', '=', 'base_sparse_field')])"
    states = f"print({module}.state)"
    assert kit.shell(database, states).strip() == "uninstalled"
    assert "Modules loaded" in kit.run_odoo(database, "-i", "base_sparse_field")
    assert kit.shell(database, states).strip() == "installed"
    kit.uninstall(database, ["base_sparse_field"])
    assert kit.shell(database, states).strip() == "uninstalled"
