"""``odoo-bin rest_scaffold``: what it writes installs and responds as it is."""

import subprocess

import kit
import pytest
from environment.command import odoo, workplace
from rest_setup import set_up
from server_log import complaints
from web_client import ask

SETUP = """
api.write({"token_dialect": True})
make_user("demo", "base.group_user", password="demo")
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("addons")


def scaffold(*arguments):
    command = odoo("rest_scaffold", *arguments)
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=workplace()
    )


@pytest.fixture(scope="module")
def written(folder):
    done = scaffold("res.partner", str(folder))
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def database():
    name = kit.create_database(modules=["rest_api_core"])
    yield name
    kit.drop_database(name)


@pytest.fixture(scope="module")
def server(database, folder, written):
    set_up(database, SETUP)
    path = kit.addons_path(folder)
    log = kit.run_odoo(database, path, "-i", "rest_res_partner")
    assert complaints(log) == []
    with kit.Server(database, extra=[path]) as running:
        yield running


@pytest.fixture(scope="module")
def token(server):
    body = {"username": "demo", "password": "demo"}
    response = ask(f"{server.url}/api/auth/get_tokens", "POST", json=body)
    return {"Access-Token": response.json()["access_token"]}


def test_the_next_steps_are_told(written):
    assert "-i rest_res_partner" in written


def test_responses_have_the_schemas_of_the_addon(server, token):
    response = ask(f"{server.url}/api/res.partner", headers=token)
    assert list(response.json()["results"][0]) == ["id", "display_name"]


def test_the_custom_route_responds(server, token):
    url = f"{server.url}/api/res.partner/summary"
    response = ask(url, headers=token)
    assert response.status_code == 200, response.text
    assert response.json()["count"] > 0


def test_the_custom_route_asks_for_credentials(server):
    response = ask(f"{server.url}/api/res.partner/summary")
    assert (response.status_code, response.json()["error"]) == (401, "auth.missing")


def test_mistakes_are_told(folder, written):
    done = scaffold("res.partner", str(folder))
    assert done.returncode
    assert "exists already" in done.stderr
    done = scaffold("no.such.model", str(folder))
    assert "No addon of the addons path defines 'no.such.model'" in done.stderr


def test_uninstalling_leaves_nothing(database, folder, server):
    server.stop()
    log = kit.uninstall(database, ["rest_res_partner"], kit.addons_path(folder))
    assert complaints(log or "") == []
