"""Endpoints and website: paths that website redirects or hides are its own."""

import pytest
from kit import APPS, Server, create_database, drop_database
from web_client import WebClient, ask


@pytest.fixture(scope="module")
def server():
    database = create_database(modules=[*APPS, "rest_api_core"])
    with Server(database) as running:
        yield running
    drop_database(database)


@pytest.fixture(scope="module")
def client(server):
    return WebClient(server.url, server.db)


@pytest.fixture
def endpoint(client, request):
    """An endpoint whose path is the name of the test."""
    path = f"/{request.node.name}"
    values = {
        "name": path,
        "route": path,
        "request_method": "GET",
        "auth_type": "public",
        "exec_as_user_id": 2,
        "exec_mode": "code",
        "code_snippet": 'result = {"payload": "ok"}',
        "registry_sync": True,
    }
    client.call("endpoint.endpoint", "create", [values])
    return path


def rewrite(client, path, kind, **values):
    values = {"name": path, "redirect_type": kind, "url_from": path, **values}
    client.call("website.rewrite", "create", [values])


def test_served_as_long_as_nothing_is_rewritten(server, endpoint):
    assert ask(server.url + endpoint).json() == "ok"


def test_redirected(server, client, endpoint):
    rewrite(client, endpoint, "308", url_to="/moved")
    assert ask(f"{server.url}/moved").json() == "ok"
    answer = ask(server.url + endpoint)
    assert answer.status_code == 308
    assert answer.headers["Location"].endswith("/moved")


def test_hidden(server, client, endpoint):
    rewrite(client, endpoint, "404")
    assert ask(server.url + endpoint).status_code == 404


def test_offered_to_be_rewritten(client, endpoint):
    found = client.call(
        "website.route", "name_search", endpoint, limit=5, context={"lang": "en_US"}
    )
    assert endpoint in [name for _id, name in found]


def test_rest_apis_answer_among_pages_and_set_no_cookies(server):
    answer = ask(f"{server.url}/api/v1/")
    assert answer.json()["data"]["name"] == "REST API v1"
    assert "Set-Cookie" not in answer.headers
    campaign = ask(f"{server.url}/api/v1/?utm_source=news")
    assert campaign.json()["code"] == "query.unknown"
    assert "Set-Cookie" not in campaign.headers
    assert ask(f"{server.url}/api/v1/res.partner").status_code == 401
