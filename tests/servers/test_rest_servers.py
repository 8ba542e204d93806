"""What is changed on one of two servers holds at the very next request in all four
workers, without any waiting.
"""

import contextlib
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from rest_setup import ROOT, bearer, set_up
from server_log import complaints
from web_client import ask, ask_workers, wait_until

CLIENTS = """
for model in ("res.partner", "res.bank", "res.country"):
    expose(model)
for name in {names!r}:
    result[name] = make_client(make_user(name))
result["bank"] = make_client(
    make_user("bank", "base.group_portal", "base.group_partner_manager")
)
scoped = make_client(make_user("scoped"), all_resources=False)
scoped["scope"] = env["rest.client.scope"].create({{
    "client_id": scoped["client"], "resource_id": expose("res.partner").id,
}}).id
result["scoped"] = scoped
result["countries"] = expose("res.country").id
# no other module of this folder exposes it
result["model_currencies"] = env["ir.model"]._get_id("res.currency")
result["model_partner"] = env["ir.model"]._get_id("res.partner")
result["phone"] = env["ir.model.fields"]._get("res.partner", "phone").id
result["api"] = api.id
"""
NAMES = (
    "revoked",
    "archived client",
    "archived user",
    "expired",
    "address",
    "read only",
    "deleted",
    "race",
    "any",
)
PARTNERS = "res.partner?fields=name&filter[id][in]=1,{probe}"


@pytest.fixture(scope="module")
def known(database):
    """Ids and keys of the clients."""
    return set_up(database, CLIENTS.format(names=NAMES))


@pytest.fixture
def everywhere(servers, known):
    """``everywhere(name, path)``: all different answers of all four workers."""

    def ask_all(name, path=PARTNERS, root=ROOT, **options):
        headers = bearer(known[name]["key"])
        url = f"{root}/{path}"
        found = [ask_workers(s, url, headers=headers, **options) for s in servers]
        assert sum(map(len, found)) == 4
        return [r for workers in found for some in workers.values() for r in some]

    return ask_all


@pytest.fixture
def statuses(everywhere):
    """``{(status, code of the problem)}`` of all four workers."""

    def ask_all(*arguments, **options):
        answers = everywhere(*arguments, **options)
        return {(answer.status_code, code_of(answer)) for answer in answers}

    return ask_all


def code_of(answer):
    is_problem = answer.headers["Content-Type"] == "application/problem+json"
    return answer.json()["code"] if is_problem else None


GOOD = {(200, None)}
INVALID = {(401, "auth.invalid")}
GONE = {(404, None)}  # Odoo's own page


# --- who may ask ---------------------------------------------------------------------


def test_revoked_key_is_refused(statuses, web, known):
    assert statuses("revoked") == GOOD
    web.call("rest.credential", "action_revoke", [known["revoked"]["credential"]])
    assert statuses("revoked") == INVALID


def test_deleted_key_is_refused(statuses, web, known):
    assert statuses("deleted") == GOOD
    web.call("rest.credential", "unlink", [known["deleted"]["credential"]])
    assert statuses("deleted") == INVALID


@pytest.mark.parametrize(
    ("name", "model", "who", "values", "refused"),
    [
        ("archived client", "rest.client", "client", {"active": False}, INVALID),
        ("archived user", "res.users", "user", {"active": False}, INVALID),
        ("expired", "rest.client", "client", {"expires_at": "2020-01-01"}, INVALID),
        ("address", "rest.client", "client", {"allowed_ips": "10.0.0.0/8"}, INVALID),
    ],
)
def test_client_is_refused_and_accepted_again(
    statuses, web, known, name, model, who, values, refused
):
    assert statuses(name) == GOOD
    web.call(model, "write", [known[name][who]], values)
    assert statuses(name) == refused
    accepted = {field: field == "active" for field in values}
    web.call(model, "write", [known[name][who]], accepted)
    assert statuses(name) == GOOD


# --- what a client may do ------------------------------------------------------------


def test_group_that_is_taken_away_no_longer_counts(statuses, web, known, database):
    path = "res.bank?fields=name&filter[id][in]=1,{probe}"
    assert statuses("bank", path) == GOOD
    (group,) = group_ids(web, "group_partner_manager")
    user = known["bank"]["user"]
    web.call("res.users", "write", [user], {"group_ids": [(3, group, 0)]})
    assert {status for status, _code in statuses("bank", path)} <= {403, 404}
    web.call("res.users", "write", [user], {"group_ids": [(4, group, 0)]})
    assert statuses("bank", path) == GOOD


def group_ids(web, name):
    domain = [("module", "=", "base"), ("name", "=", name)]
    found = web.call("ir.model.data", "search_read", domain, ["res_id"])
    return [values["res_id"] for values in found]


def test_read_only_client_cannot_write(statuses, web, known):
    options = {"method": "PATCH", "json": {}}
    path = "res.partner/1?lang={probe}"
    before = statuses("read only", path, **options)
    web.call(
        "rest.client", "write", [known["read only"]["client"]], {"read_only": True}
    )
    after = statuses("read only", path, **options)
    assert 403 not in {status for status, _code in before}
    assert {status for status, _code in after} == {403}


def test_changed_scope_holds(statuses, everywhere, web, known):
    scope = known["scoped"]["scope"]
    assert statuses("scoped") == GOOD
    web.call("rest.client.scope", "write", [scope], {"domain": "[('id', '=', 0)]"})
    assert {
        answer.text for answer in everywhere("scoped") if answer.json()["data"]
    } == (set())
    web.call(
        "rest.client.scope", "write", [scope], {"domain": False, "can_read": False}
    )
    assert {status for status, _code in statuses("scoped")} == {403}
    web.call("rest.client.scope", "unlink", [scope])
    assert {status for status, _code in statuses("scoped")} <= {403, 404}


def test_blocked_field_is_gone(statuses, web, known):
    path = "res.partner?fields=phone&filter[id][in]=1,{probe}"
    assert statuses("any", path) == GOOD
    resource = web.call(
        "rest.resource",
        "search",
        [("api_id", "=", known["api"]), ("model_id", "=", known["model_partner"])],
    )[0]
    rule = {"resource_id": resource, "field_ids": [(4, known["phone"], 0)]}
    (rule_id,) = web.call("rest.field.rule", "create", [rule])
    assert {status for status, _code in statuses("any", path)} == {400}
    web.call("rest.field.rule", "unlink", [rule_id])
    assert statuses("any", path) == GOOD


def test_record_rule_holds(everywhere, web, known):
    assert all(answer.json()["data"] for answer in everywhere("any"))
    rule = {
        "name": "Nobody",
        "model_id": known["model_partner"],
        "domain_force": "[('id', '>', 1)]",
    }
    (rule_id,) = web.call("ir.rule", "create", [rule])
    assert not any(answer.json()["data"] for answer in everywhere("any"))
    web.call("ir.rule", "unlink", [rule_id])


# --- what is there -------------------------------------------------------------------


def test_new_resource_is_served_until_it_is_archived(statuses, web, known):
    path = "res.currency?fields=name&filter[id][in]=1,{probe}"
    assert statuses("any", path) == {(404, "record.not_found")}
    values = {"api_id": known["api"], "model_id": known["model_currencies"]}
    (resource,) = web.call("rest.resource", "create", [values])
    assert statuses("any", path) == GOOD
    web.call("rest.resource", "write", [resource], {"active": False})
    assert statuses("any", path) == {(404, "record.not_found")}


def test_new_api_is_served_moves_and_is_archived(statuses, web, known):
    path = "res.country?fields=name&filter[id][in]=1,{probe}"
    assert statuses("any", path, "/portal/v1") == GONE
    values = {"name": "Portal", "root_path": "/portal/v1"}
    (api,) = web.call("rest.api", "create", [values])
    assert statuses("any", path, "/portal/v1") == {(404, "record.not_found")}
    model = web.call("rest.resource", "read", [known["countries"]], ["model_id"])
    resource = {"api_id": api, "model_id": model[0]["model_id"][0]}
    web.call("rest.resource", "create", [resource])
    assert statuses("any", path, "/portal/v1") == GOOD
    web.call("rest.api", "write", [api], {"root_path": "/portal/v2"})
    assert statuses("any", path, "/portal/v1") == GONE
    assert statuses("any", path, "/portal/v2") == GOOD
    web.call("rest.api", "write", [api], {"active": False})
    assert statuses("any", path, "/portal/v2") == GONE


def test_maintenance_begins_and_ends(statuses, web, known):
    web.call("rest.api", "write", [known["api"]], {"maintenance": True})
    assert statuses("any") == {(503, "server.maintenance")}
    web.call("rest.api", "write", [known["api"]], {"maintenance": False})
    assert statuses("any") == GOOD


# --- requests that began before ------------------------------------------------------

LOCK = 4_200_020
SLOW = f"""
env.cr.execute("SELECT count(*) FROM rest_credential")
env.cr.execute("SELECT pg_advisory_xact_lock({LOCK})")
found = env["rest.configuration"]._credential("api_key", request.params["prefix"])
result = {{"payload": [found is not None]}}
"""


@pytest.fixture
def slow_endpoint(web):
    admin = web.call("res.users", "search", [("login", "=", "admin")])[0]
    values = {
        "name": "slow",
        "route": "/slow/key",
        "request_method": "GET",
        "auth_type": "public",
        "exec_as_user_id": admin,
        "exec_mode": "code",
        "code_snippet": SLOW,
        "registry_sync": True,
    }
    ids = web.call("endpoint.endpoint", "create", [values])
    yield
    web.call("endpoint.endpoint", "unlink", ids)


@pytest.mark.usefixtures("slow_endpoint")
def test_earlier_request_keeps_no_key_that_was_revoked_meanwhile(
    database, known, web, threaded
):
    """Its snapshot still has the key; what the worker remembers must not."""
    key = known["race"]["key"]
    url = f"{threaded.url}{ROOT}/res.partner?fields=name&limit=1"
    with request_that_began_before(threaded, database, key.split("_")[1]):
        credential = known["race"]["credential"]
        web.call("rest.credential", "action_revoke", [credential])
    assert ask(url, headers=bearer(key)).status_code == 401


@contextlib.contextmanager
def request_that_began_before(server, database, prefix):
    """A request with an old snapshot that looks for the key when the block is left."""
    with (
        contextlib.closing(psycopg2.connect(dbname=database)) as connection,
        ThreadPoolExecutor(1) as threads,
    ):
        connection.autocommit = True
        cr = connection.cursor()
        cr.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        slow = threads.submit(ask, f"{server.url}/slow/key?prefix={prefix}")
        wait_until(lambda: is_waiting(cr), "the slow request to wait")
        try:
            yield
        finally:
            cr.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        assert slow.result().status_code == 200


def is_waiting(cr):
    cr.execute(
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        " AND objid = %s AND database ="
        " (SELECT oid FROM pg_database WHERE datname = current_database())",
        [LOCK],
    )
    return cr.fetchone()


def test_dry_run_is_answered_in_full_and_kept_nowhere(servers, known):
    """And Odoo does not take it for an exception that nobody handled."""
    url = f"{servers[0].url}{ROOT}/res.partner"
    headers = {**bearer(known["any"]["key"]), "Prefer": "tx=rollback"}
    answer = ask(url, "POST", json={"name": "Dry", "ref": "dry"}, headers=headers)
    assert answer.status_code == 201, answer.text
    found = ask(f"{url}?filter[ref]=dry", headers=bearer(known["any"]["key"]))
    assert found.json()["data"] == []


def test_no_server_complains(servers, log_of):
    for server in servers:
        # a key that is deleted while its use is logged: Odoo reports it and repeats
        others = [t for t in complaints(log_of(server)) if "could not ser" not in t]
        assert others == []
