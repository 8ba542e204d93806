"""An addon on ``rest_api_core``: ``rest_third_party``, the example of its readme."""

import re
from pathlib import Path

import kit
import pytest
from rest_setup import ROOT as BASE
from rest_setup import bearer, set_up
from server_log import complaints, entries
from web_client import ask

ROOT = Path(__file__).resolve().parents[1]
ADDONS = ROOT / "tests/addons"
ADDON = "rest_third_party"
DEVELOP = (ROOT / "rest_api_core/readme/DEVELOP.md").read_text()
BLOCKS = re.findall(
    r"^``` (?:python|xml)\n(.*?)^```", DEVELOP, re.DOTALL | re.MULTILINE
)
CLIENT = 'expose("res.partner"); result["key"] = make_client(make_user("any"))["key"]'


@pytest.fixture(scope="module")
def without_addon():
    """A database with ``rest_api_core`` alone."""
    database = kit.create_database(modules=["rest_api_core"])
    yield database
    kit.drop_database(database)


@pytest.fixture(scope="module")
def installed():
    """``(database, log)`` of the installation, with the addon's own tests."""
    database = kit.create_database(modules=["rest_api_core"])
    options = (
        "-i",
        ADDON,
        "--test-tags",
        f"/{ADDON}",
        f"--http-port={kit.free_port()}",
    )
    try:
        yield database, kit.run_odoo(database, kit.addons_path(ADDONS), *options)
    finally:
        kit.drop_database(database)


def test_the_tests_of_the_addon_pass_with_the_shipped_test_kit(installed):
    files = (ADDONS / ADDON / "tests").glob("test_*.py")
    written = sum(path.read_text().count("def test_") for path in files)
    started = re.compile(r"Starting Test\w+\.test_")
    ran = [e for e in entries(installed[1]) if started.search(e.text)]
    assert len(ran) == written
    assert complaints(installed[1]) == []


# --- two databases of one server -----------------------------------------------------


@pytest.fixture(scope="module")
def neighbours(installed, without_addon):
    """``neighbours(database)``: the response to that operation, asked for in it."""
    keys = {
        installed[0]: set_up(installed[0], CLIENT, kit.addons_path(ADDONS))["key"],
        without_addon: set_up(without_addon, CLIENT)["key"],
    }
    extra = [
        kit.addons_path(ADDONS),
        "--max-cron-threads=0",
        f"--database={','.join(keys)}",
    ]
    with kit.Server(installed[0], extra=extra) as server:

        def request(database):
            headers = {**bearer(keys[database]), "X-Odoo-Database": database}
            path = f"{BASE}/res.partner/1/neighbours"
            return ask(f"{server.url}{path}", headers=headers)

        yield request


def test_an_operation_is_unknown_in_a_database_without_its_addon(
    neighbours, installed, without_addon
):
    # in both orders: what the server has learned in one database stays there
    for _ in range(2):
        assert neighbours(installed[0]).status_code == 200
        response = neighbours(without_addon)
        assert response.status_code == 404
        assert response.json()["code"] == "record.not_found"


# --- the readme ----------------------------------------------------------------------


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0][:30])
def test_the_readme_shows_the_addon(block):
    files = (ADDONS / ADDON).rglob("*.*")
    texts = [path.read_text() for path in files if path.suffix in (".py", ".xml")]
    assert any(_words(block) in _words(text) for text in texts), block


def _words(text):
    """The text without its indentation, which differs inside of other elements."""
    return " ".join(text.split())


def test_the_readme_has_examples():
    assert len(BLOCKS) >= 8
