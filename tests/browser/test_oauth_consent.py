"""A user signs in, and lets an application act for them."""

import base64
import hashlib
import threading
from urllib.parse import parse_qs, urlencode

import pytest
from web_client import ask
from werkzeug.serving import make_server

VERIFIER = "a-verifier-of-at-least-43-characters-in-length"
DIGEST = hashlib.sha256(VERIFIER.encode()).digest()
CHALLENGE = base64.urlsafe_b64encode(DIGEST).decode().rstrip("=")
ALLOW = "button[value=allow]"
TELEPHONE = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}


@pytest.fixture
def application():
    """Where the browser goes back to; ``arrived`` has the queries."""
    arrived = []

    def respond(environ, start_response):
        arrived.append(environ["QUERY_STRING"])
        start_response("200 OK", [("Content-Type", "text/html")])
        return [b"<link rel=icon href=data:,><p id=arrived>Thank you</p>"]

    server = make_server("127.0.0.1", 0, respond)
    server.arrived = arrived
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture
def asked(rpc, application):
    """The parameters that open the page."""
    back = f"http://127.0.0.1:{application.server_port}/back"
    values = {"name": "Sales App", "user_id": 2, "oauth_public": True}
    values |= {"redirect_uris": back, "all_resources": True}
    client_id = rpc.call("rest.client", "create", [values])[0]
    known = rpc.call("rest.client", "read", [client_id], ["oauth_client_id"])[0]
    yield {
        "response_type": "code",
        "client_id": known["oauth_client_id"],
        "redirect_uri": back,
        "state": "as sent",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    rpc.call("rest.client", "unlink", [client_id])


def test_the_page_leads_back_to_the_application(screen, site, application, asked):
    url = f"{site.url}/api/v1/oauth"
    screen.driver.get(f"{url}/authorize?{urlencode(asked)}")
    assert screen.text("h1") == "Sales App asks for access"
    screen.shot("oauth_consent")
    screen.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", TELEPHONE)
    width = "return document.documentElement.scrollWidth"
    assert screen.driver.execute_script(width) <= TELEPHONE["width"]
    screen.shot("oauth_consent_390")
    screen.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    screen.click(ALLOW)
    screen.find("#arrived")
    told = parse_qs(application.arrived[0])
    assert told["state"] == ["as sent"]
    form = {
        "grant_type": "authorization_code",
        "code": told["code"][0],
        "code_verifier": VERIFIER,
        **{name: asked[name] for name in ("client_id", "redirect_uri")},
    }
    issued = ask(f"{url}/token", "POST", data=form).json()
    headers = {"Authorization": f"Bearer {issued['access_token']}"}
    me = ask(f"{site.url}/api/v1/user/me", headers=headers).json()
    assert me["data"]["login"] == "admin"
