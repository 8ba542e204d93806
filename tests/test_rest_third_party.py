"""An addon on ``rest_api_core``: ``rest_third_party``, the example of its readme."""

import re
from pathlib import Path

import kit
import pytest
from server_log import complaints, entries

ROOT = Path(__file__).resolve().parents[1]
ADDONS = ROOT / "tests/addons"
ADDON = "rest_third_party"
DEVELOP = (ROOT / "rest_api_core/readme/DEVELOP.md").read_text()
BLOCKS = re.findall(
    r"^``` (?:python|xml)\n(.*?)^```", DEVELOP, re.DOTALL | re.MULTILINE
)


@pytest.fixture(scope="module")
def log():
    """Of the installation, with the addon's own tests."""
    database = kit.create_database(modules=["rest_api_core"])
    options = (
        "-i",
        ADDON,
        "--test-tags",
        f"/{ADDON}",
        f"--http-port={kit.free_port()}",
    )
    try:
        yield kit.run_odoo(database, kit.addons_path(ADDONS), *options)
    finally:
        kit.drop_database(database)


def test_the_tests_of_the_addon_pass_with_the_shipped_test_kit(log):
    written = (ADDONS / ADDON / "tests/test_ticket.py").read_text()
    ran = [e for e in entries(log) if "Starting TestTicket." in e.text]
    assert len(ran) == written.count("def test_")
    assert complaints(log) == []


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0][:30])
def test_the_readme_shows_the_addon(block):
    files = (ADDONS / ADDON).rglob("*.*")
    texts = [path.read_text() for path in files if path.suffix in (".py", ".xml")]
    assert any(_words(block) in _words(text) for text in texts), block


def _words(text):
    """The text without its indentation, which differs inside of other elements."""
    return " ".join(text.split())


def test_the_readme_has_examples():
    assert len(BLOCKS) >= 5
