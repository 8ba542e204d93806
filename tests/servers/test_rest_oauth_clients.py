"""Libraries of OAuth2 get tokens, for themselves and for a user."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import debian
import kit
import pytest
import requests
from lxml import html
from rest_setup import ROOT, set_up

CLIENTS = Path(__file__).resolve().parents[1] / "clients"
LIBRARIES = ("authlib>=1.6,<2", "requests-oauth2client>=1.6,<2")
SET_UP = """
api.issuer = {url!r} + ROOT
machine = make_user("oauth_machine")
make_user("oauth_person", "base.group_user", password="oauth_person")
client = env["rest.client"].browse(make_client(machine)["client"])
client.redirect_uris = "http://127.0.0.1:9/back"
_record, secret = client._generate_key("oauth_secret")
result = {{"CLIENT_ID": client.oauth_client_id, "CLIENT_SECRET": secret}}
"""


@pytest.fixture(scope="module")
def client(server, database):
    """The environment of a program that is the client."""
    known = set_up(database, SET_UP.format(url=server.url))
    yield {**os.environ, **known, "PYTHONPATH": str(kit.libraries(*LIBRARIES))}
    set_up(database, "api.issuer = False")


@pytest.fixture
def person(server, database):
    """``person(url)``: where the browser of a user goes who allows what is asked."""
    with requests.Session() as browser:
        browser.trust_env = False
        login = {"db": database, "login": "oauth_person", "password": "oauth_person"}
        body = {"jsonrpc": "2.0", "method": "call", "params": login}
        browser.post(f"{server.url}/web/session/authenticate", json=body, timeout=60)

        def allow(url):
            page = browser.get(url, timeout=60)
            assert page.status_code == 200, page.text
            sent = dict(html.fromstring(page.content).forms[0].form_values())
            sent["decision"] = "allow"
            answer = browser.post(
                url.partition("?")[0], data=sent, allow_redirects=False, timeout=60
            )
            assert answer.status_code == 303, answer.text
            return answer.headers["Location"]

        yield allow


@pytest.fixture
def check(client, person, server):
    """``check(*program)``: what a program finds out is right."""

    def check_program(*program, **environment):
        _check([*program, f"{server.url}{ROOT}"], {**client, **environment}, person)

    return check_program


def _without_memory_limit():
    """Odoo limits the address space of its process; Node reserves far more."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _check(command, environment, person):
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_without_memory_limit,
    ) as process:
        url = process.stdout.readline().strip()
        assert url, process.stderr.read()[-3000:]
        printed, errors = process.communicate(f"{person(url)}\n", timeout=60)
    assert process.returncode == 0, errors[-3000:]
    assert json.loads(printed) == {
        "machine": "oauth_machine",
        "scope": "read",
        "revoked": 401,
        "person": "oauth_person",
        "rotated": True,
        "refreshed": 200,
    }


@pytest.mark.parametrize("library", ["authlib", "requests_oauth2client"])
def test_a_library_uses_all_grants(check, library):
    check(sys.executable, CLIENTS / f"oauth_with_{library}.py")


def test_openid_client_uses_all_grants(check):
    debian.ensure_installed({"node": "nodejs", "npm": "npm"})
    packages = kit.node_packages("openid-client@6.9.0")
    program = CLIENTS / "oauth_with_openid_client.mjs"
    check("node", program, NODE_PACKAGES=str(packages))
