"""An endpoint of an API is served by all four workers from the next request on."""

import pytest
from rest_setup import ROOT, bearer, set_up
from web_client import ask_workers

MODEL = "rest.endpoint"
CLIENT = """
result["api"] = api.id
result["any"] = make_client(make_user("endpoints"))
"""


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, CLIENT)


@pytest.fixture
def answers(servers, known):
    """``answers(path)``: ``{(status, text of a success)}`` of all four workers."""

    def ask_all(path, root=ROOT):
        headers = bearer(known["any"]["key"])
        found = [ask_workers(s, f"{root}/{path}", headers=headers) for s in servers]
        responses = [r for workers in found for some in workers.values() for r in some]
        assert sum(map(len, found)) == 4
        return {(r.status_code, r.text if r.ok else "") for r in responses}

    return ask_all


MISSING = {(404, "")}


def test_each_change_of_an_endpoint_holds_at_once(web, known, answers):
    values = {
        "name": "Mine",
        "api_id": known["api"],
        "path": "mine/now",
        "exec_mode": "code",
        "code_snippet": "result = {'payload': 1}",
    }
    assert answers("mine/now") == MISSING
    endpoint = web.call(MODEL, "create", [values])[0]
    assert answers("mine/now") == {(200, "1")}
    changed = {"code_snippet": "result = {'payload': 2}"}
    web.call(MODEL, "write", [endpoint], changed)
    assert answers("mine/now") == {(200, "2")}
    web.call(MODEL, "write", [endpoint], {"path": "yours/now"})
    assert answers("mine/now") == MISSING
    assert answers("yours/now") == {(200, "2")}
    web.call(MODEL, "unlink", [endpoint])
    assert answers("yours/now") == MISSING


def test_endpoints_move_with_their_api(web, answers):
    api = web.call("rest.api", "create", [{"name": "A", "root_path": "/rest/one"}])
    values = {
        "name": "Moving",
        "api_id": api[0],
        "path": "mine/now",
        "exec_mode": "code",
        "code_snippet": "result = {'payload': 1}",
    }
    web.call(MODEL, "create", [values])
    assert answers("mine/now", "/rest/one") == {(200, "1")}
    web.call("rest.api", "write", api, {"root_path": "/rest/two"})
    assert answers("mine/now", "/rest/one") == MISSING
    assert answers("mine/now", "/rest/two") == {(200, "1")}
    web.call("rest.api", "write", api, {"active": False})
    assert answers("mine/now", "/rest/two") == MISSING
    web.call("rest.api", "unlink", api)
