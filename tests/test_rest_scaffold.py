"""``odoo-bin rest_scaffold``: what it writes installs and answers as it is."""

import subprocess
from pathlib import Path
from xml.etree import ElementTree

import kit
import pytest
from environment.command import odoo, workplace
from rest_setup import bearer, set_up
from server_log import complaints
from web_client import WebClient, ask

MODEL, ADDON = "res.partner", "rest_res_partner"
SET_UP = """
user = make_user("rest")
user.password = "rest"
api.token_dialect = True
result = make_client(user)
"""


def scaffold(*arguments):
    """Run the command, as a developer would."""
    command = odoo("rest_scaffold", *arguments)
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=workplace()
    )


def make(folder, *options):
    done = scaffold(MODEL, folder, *options)
    assert done.returncode == 0, done.stderr
    assert f"Created {folder / ADDON}" in done.stdout
    return kit.addons_path(folder)


@pytest.fixture(scope="module")
def database():
    name = kit.create_database(modules=["rest_api_core"])
    yield name
    kit.drop_database(name)


@pytest.fixture(scope="module")
def addons(tmp_path_factory):
    return make(tmp_path_factory.mktemp("addons"))


@pytest.fixture(scope="module")
def log(database, addons):
    """Of the installation."""
    return kit.run_odoo(database, addons, "-i", ADDON)


@pytest.fixture(scope="module")
def client(database, addons, log):
    return set_up(database, SET_UP, addons)


@pytest.fixture(scope="module")
def server(database, addons, client):
    with kit.Server(database, extra=[addons, "--max-cron-threads=0"]) as running:
        yield running


@pytest.fixture(scope="module")
def web(server, database):
    return WebClient(server.url, database)


@pytest.fixture(scope="module")
def token(server):
    body = {"username": "rest", "password": "rest"}
    answer = ask(f"{server.url}/api/auth/get_tokens", "POST", json=body)
    return {"Access-Token": answer.json()["access_token"]}


def test_the_addon_is_installed_without_complaint(log):
    assert complaints(log) == []


def test_its_schemas_are_what_responses_show(server, token):
    answer = ask(f"{server.url}/api/{MODEL}", headers=token)
    assert answer.status_code == 200, answer.text
    assert set(answer.json()["results"][0]) == {"id", "display_name"}
    answer = ask(f"{server.url}/api/{MODEL}/1", headers=token)
    assert set(answer.json()) == {"id", "display_name"}
    body = {"name": "A"}
    answer = ask(f"{server.url}/api/{MODEL}", "POST", headers=token, json=body)
    assert (answer.status_code, answer.json()["display_name"]) == (200, "A")


def test_its_route_answers_with_a_token_or_a_key(server, token, client):
    url = f"{server.url}/api/{MODEL}/summary"
    for headers in (token, bearer(client["key"])):
        answer = ask(url, headers=headers)
        assert answer.status_code == 200, answer.text
        assert set(answer.json()) == {"count", "newest"}


def test_its_route_needs_credentials(server):
    answer = ask(f"{server.url}/api/{MODEL}/summary")
    assert (answer.status_code, answer.json()["error"]) == (401, "auth.missing")


def test_fields_of_a_database_are_a_schema(database, web, server, token, tmp_path):
    make(tmp_path, "-d", database)
    record = ElementTree.parse(tmp_path / ADDON / "data/resource.xml").find("record")
    texts = {field.get("name"): field.text for field in record}
    values = {"list_schema": texts["list_schema"]}
    web.call("rest.resource", "write", resources(web), values)
    answer = ask(f"{server.url}/api/{MODEL}", headers=token)
    shown = set(answer.json()["results"][0])
    assert {"id", "display_name", "city", "country_id"} <= shown
    assert not {"image_1920", "child_ids"} & shown


def resources(web):
    """Ids, of archived ones too."""
    return web.call("rest.resource", "search", [("active", "in", [True, False])])


def test_uninstalling_leaves_no_trace(server, web, token):
    ids = web.call("ir.module.module", "search", [["name", "=", ADDON]])
    web.call("ir.module.module", "button_immediate_uninstall", ids)
    answer = ask(f"{server.url}/api/{MODEL}/summary", headers=token)
    # what the API itself has there: PUT calls a method of this name
    assert (answer.status_code, answer.json()["error"]) == (405, "policy.method")
    assert resources(web) == []
    assert complaints(server.log_text()) == []


# --- mistakes ------------------------------------------------------------------------


def test_a_database_without_the_model_is_told(database, tmp_path):
    done = scaffold("no.model", tmp_path, "-d", database)
    assert done.returncode == 1
    assert "does not have the model no.model" in done.stderr


def test_a_database_without_the_rest_api_is_told(make_database, tmp_path):
    done = scaffold(MODEL, tmp_path, "-d", make_database())
    assert done.returncode == 1
    assert "does not have the addon rest_api_core" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("Res.Partner", "."), "is not a model name"),
        (("no.model", "."), "--depends"),
        ((MODEL, "/no/folder"), "does not exist"),
        ((MODEL, "."), "exists already"),
        (("api.core", "."), "rest_api_core exists already"),
    ],
)
def test_mistakes_are_told(tmp_path, arguments, words):
    model, folder = arguments
    folder = tmp_path if folder == "." else Path(folder)
    (tmp_path / ADDON).mkdir()
    done = scaffold(model, folder)
    assert done.returncode == 1
    assert done.stderr.startswith("rest_scaffold: "), done.stderr
    assert words in done.stderr
    assert list(tmp_path.rglob("*.*")) == []


def test_addons_of_the_model_may_be_named(tmp_path):
    done = scaffold("no.model", tmp_path, "--depends", "sale, stock")
    assert done.returncode == 0, done.stderr
    manifest = (tmp_path / "rest_no_model/__manifest__.py").read_text()
    assert '"depends": ["rest_api_core", "sale", "stock"],' in manifest
