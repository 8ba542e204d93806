"""Results that cannot be sent keep nothing, on a server that really commits (E18)."""

import pytest
from web_client import ask

WRITE = "env['res.partner.category'].create({'name': %r})\nresult = %s"
# what werkzeug, HTTP or JSON cannot carry
UNSENDABLE = {
    "header": "{'payload': '', 'headers': {'X-Price': '5\\u20ac'}}",
    "status": "{'payload': '', 'status_code': 1000}",
    "informational": "{'payload': '', 'status_code': 100}",
    "nan": "{'payload': {'a': float('nan')}}",
    "unknown key": "{'response': 'hi', 'unknown': 1}",
    "type": "[1]",
}
SENDABLE = "{'payload': 'kept'}"


@pytest.fixture(scope="module")
def call(web, server):
    """Serve a snippet that writes a tag of a name; ``call(name, result)``: status and
    how many tags of the name are committed."""
    admin = web.call("res.users", "search", [["login", "=", "admin"]])[0]
    made = []

    def send(name, result):
        route = f"/results/{len(made)}"
        values = {
            "name": name,
            "route": route,
            "request_method": "GET",
            "auth_type": "public",
            "exec_as_user_id": admin,
            "exec_mode": "code",
            "code_snippet": WRITE % (name, result),
            "registry_sync": True,
        }
        made.extend(web.call("endpoint.endpoint", "create", [values]))
        response = ask(server.url + route)
        domain = [["name", "=", name]]
        return response, web.call("res.partner.category", "search_count", domain)

    yield send
    web.call("endpoint.endpoint", "unlink", made)


@pytest.mark.parametrize("name", UNSENDABLE)
def test_what_cannot_be_sent_is_500_and_rolled_back(call, name):
    response, kept = call(f"unsendable {name}", UNSENDABLE[name])
    assert response.status_code == 500, response.text
    assert response.headers["Content-Type"].startswith("application/json")
    assert kept == 0


def test_what_can_be_sent_is_kept(call):
    response, kept = call("sendable", SENDABLE)
    assert (response.status_code, response.json(), kept) == (200, "kept", 1)
