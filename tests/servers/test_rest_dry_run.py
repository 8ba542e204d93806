"""On a real server, where Odoo's code commits: nothing of a dry run is kept."""

import pytest
from rest_setup import ROOT, bearer, set_up
from web_client import ask

WIZARD = "base.partner.merge.automatic.wizard"
SET_UP = f"""
expose("res.partner")
resource = expose("{WIZARD}", sensitive=True)
resource.method_ids = [
    (0, 0, {{"name": "action_start_automatic_process"}}),
    (0, 0, {{"name": "action_start_manual_process", "readonly": True}}),
]
user = make_user("merger", "base.group_system", "base.group_partner_manager")
result = make_client(user)
env["res.partner"].create([{{"name": "Twin", "email": "twin@example.com"}}] * 2)
"""
DRY = {"Prefer": "tx=rollback"}


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, SET_UP)


@pytest.fixture
def send(server, known):
    def request(method, path, headers=(), **options):
        headers = {**bearer(known["key"]), **dict(headers)}
        return ask(f"{server.url}{ROOT}/{path}", method, headers=headers, **options)

    return request


def twins(send):
    answer = send("GET", "res.partner/count?filter[name]=Twin")
    return answer.json()["data"]


def test_code_that_commits_is_refused_in_a_dry_run_and_runs_for_real(send):
    body = {"group_by_name": True, "group_by_email": True}
    wizard = send("POST", WIZARD, json=body).json()["data"]["id"]
    path = f"{WIZARD}/{wizard}/call/action_start_automatic_process"
    before = twins(send)
    answer = send("POST", path, DRY)
    assert (answer.status_code, answer.json()["code"]) == (409, "record.commit")
    assert twins(send) == before
    assert send("POST", path).status_code == 200
    assert twins(send) != before


def test_what_other_cursors_commit_is_not_kept_in_a_dry_run(database):
    source = """
from odoo.addons.rest_api_core.orm import dry_run
def log():
    with env.registry.cursor() as cr:
        cr.execute("INSERT INTO ir_config_parameter (key, value) VALUES ('x.y', '1')")
with dry_run.keeping_nothing(env.cr, dry=True):
    log()
env.cr.execute("SELECT count(*) FROM ir_config_parameter WHERE key = 'x.y'")
result = {"kept": env.cr.fetchone()[0]}
"""
    assert set_up(database, source)["kept"] == 0
