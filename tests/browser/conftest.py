"""One server with demo data and one browser for all tests of this folder.

They stop after the last of these tests: an idle browser takes a third of a core.
"""

import os
from pathlib import Path

import pytest
from server_log import entries
from web_client import WebClient

from . import chromium
from .screen import Screen

CLIPBOARD = ["clipboardReadWrite", "clipboardSanitizedWrite"]


@pytest.fixture(scope="package")
def site():
    """A running server that has all addons and their demo data."""
    import kit

    database = kit.create_database(modules=["rest_api_core"], demo=True)
    try:
        with kit.Server(database) as server:
            yield server
    finally:
        kit.drop_database(database)


@pytest.fixture(scope="package")
def shots(tmp_path_factory):
    folder = Path(os.environ.get("BROWSER_SHOTS") or tmp_path_factory.mktemp("shots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="package")
def driver(site, tmp_path_factory):
    chromium.ensure_installed()
    driver = chromium.start(tmp_path_factory.mktemp("profile"))
    try:
        rights = {"origin": site.url, "permissions": CLIPBOARD}
        driver.execute_cdp_cmd("Browser.grantPermissions", rights)
        yield driver
    finally:
        driver.quit()


@pytest.fixture(scope="package")
def window(driver, site, shots):
    return Screen(driver, site.url, shots)


@pytest.fixture
def anybody(window, site, request, make_endpoint):
    """The browser; the test fails when the console or the server's log has errors.

    Endpoints made for the test outlive the form that shows them.
    """
    seen = len(entries(site.log_text()))
    window.console_errors()
    yield window
    window.shot(f"{request.node.name}_end")
    window.discard()
    assert not window.console_errors()
    new = entries(site.log_text())[seen:]
    assert not [entry.text for entry in new if entry.level in ("ERROR", "CRITICAL")]


@pytest.fixture
def screen(anybody):
    """The browser with the administrator in it."""
    anybody.login("admin", "admin")
    return anybody


@pytest.fixture(scope="package")
def rpc(site):
    """The administrator's web client without a browser, to prepare and to look up."""
    return WebClient(site.url, site.db)


@pytest.fixture
def make_endpoint(rpc):
    """Make an endpoint that is gone after the test; returns its id."""
    made = []
    demo_user = rpc.call("res.users", "search", [["login", "=", "demo"]])[0]

    def make(name, **values):
        values = {
            "name": name,
            "route": f"/browser/{name}",
            "request_method": "GET",
            "auth_type": "public",
            "exec_as_user_id": demo_user,
            "exec_mode": "code",
            "code_snippet": 'result = {"response": Response("hi")}',
            **values,
        }
        made.append(rpc.call("endpoint.endpoint", "create", values))
        return made[-1]

    yield make
    rpc.call("endpoint.endpoint", "unlink", made)
