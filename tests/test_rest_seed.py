"""The ``curl`` lines and the Python client of the token dialect's manual, as they are.

Only the address of the server, the token and ids of records are put in.
"""

import json
import re
import shutil
import subprocess
import sys

import kit
import pytest
from redis_server import RedisServer
from rest_setup import set_up
from server_log import complaints
from web_client import WebClient

X = "XXXXXXXXXXXXXXXXX"
LINES = {
    1: """curl -i -H "Content-Type: text/html" -X GET"""
    """ http://localhost:8069/api/auth/get_tokens"""
    """ -d '{"username":"admin", "password":"admin"}'""",
    2: """curl -i -H "Content-Type: text/html" -X POST"""
    """ http://localhost:8069/api/auth/refresh_token"""
    """ -d '{"refresh_token":"XXXXXXXXXXXXXXXXX"}'""",
    3: """curl -i -H "Content-Type: text/html" -X POST"""
    """ http://localhost:8069/api/auth/delete_tokens"""
    """ -d '{"refresh_token":"XXXXXXXXXXXXXXXXX"}'""",
    4: """curl -i -H "Content-Type: text/html" -X GET"""
    """ http://localhost:8069/api/res.partner"""
    """ -H "Access-Token: XXXXXXXXXXXXXXXXX" """,
    5: """curl -i -H "Content-Type: text/html" -X GET"""
    """ http://localhost:8069/api/res.partner"""
    """ -H "Access-Token: XXXXXXXXXXXXXXXXX\""""
    """ -d '{"filters": [["name", "like", "ompany"], ["id", "<=", 50]]}'""",
    6: """curl -i -H "Content-Type: text/html" -X GET"""
    """ http://localhost:8069/api/res.partner/3"""
    """ -H "Access-Token: XXXXXXXXXXXXXXXXX" """,
    7: """curl -i -H "Content-Type: text/html" -X POST"""
    """ http://localhost:8069/api/res.partner"""
    """ -H "Access-Token: XXXXXXXXXXXXXXXXX\""""
    """ -d '{"name": "TEST Name", "street": "TEST Street", "city": "TEST City"}'""",
    8: """curl -i -H "Content-Type: text/html" -X PUT"""
    """ http://localhost:8069/api/res.partner/2361"""
    """ -H "Access-Token: XXXXXXXXXXXXXXXXX\""""
    """ -d '{"name": "TEST Name~~", "street": "TEST Street~~","""
    """ "city": "TEST City~~"}'""",
    9: """curl -i -H "Content-Type: text/html" -X DELETE"""
    """ http://localhost:8069/api/res.partner/57,58,59"""
    """ -H "Access-Token: XXXXXXXXXXXXXXXXX" """,
    10: """curl -i -H "Content-Type: text/html" -X PUT"""
    """ http://localhost:8069/api/res.partner/2361/address_get"""
    """ -H "Access-Token: XXXXXXXXXXXXXXXXX" """,
    11: """curl -i -H "Content-Type: text/html" -X PUT"""
    """ http://localhost:8069/api/res.partner/2361/_email_send"""
    """ -H "Access-Token: XXXXXXXXXXXXXXXXX\""""
    """ -d '{"email_from": "test@test.com", "subject": "TEST Subject","""
    """ "body": "TEST Body", "__context__": {"lang": "en_US"}}'""",
    12: """curl -i -H "Content-Type: text/html" -X GET"""
    """ http://localhost:8069/api/report/get_pdf"""
    """ -H "Access-Token: XXXXXXXXXXXXXXXXX\""""
    """ -d '{"report_name": "account.report_invoice", "ids": [3]}'""",
}
CLIENT = """
import requests
# Authentication
r = requests.get('https://rest-api-demo.root.sx/api/auth/get_tokens?username=demo&password=demo')
access_token = r.json()['access_token']
# GET - Read record
r = requests.get(
    'https://rest-api-demo.root.sx/api/sale.order/21',
    headers = {'Access-Token': access_token})
print(r.json())
# PUT - Update record
r = requests.put(
    'https://rest-api-demo.root.sx/api/res.partner/26?name=Tom Lenz&city=New York',
    headers = {'Access-Token': access_token})
print(r)
"""  # noqa: E501
SETUP = """
api.write({"token_dialect": True, "token_query_login": True})
expose("res.partner", delete_mode="unlink", method_ids=[
    Command.clear(), Command.create({"name": "address_get", "on_records": True}),
])
expose("sale.order")
expose("account.move")
demo = make_user("demo", "base.group_user", "base.group_partner_manager",
    "sales_team.group_sale_salesman_all_leads", password="demo")
partners = env["res.partner"].create([{"name": f"Company {n}"} for n in range(6)])
order = env["sale.order"].create({"partner_id": partners[5].id})
invoice = env["account.move"].create({
    "move_type": "out_invoice", "partner_id": partners[5].id,
    "invoice_line_ids": [Command.create({"name": "A", "price_unit": 10})],
})
result.update(partners=partners.ids, order=order.id, invoice=invoice.id)
"""


@pytest.fixture(scope="module")
def database():
    name = kit.create_database(modules=[*kit.APPS, "rest_api_core"])
    yield name
    kit.drop_database(name)


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, SETUP)


@pytest.fixture(scope="module")
def server(database, known):
    with kit.Server(database) as running:
        yield running


@pytest.fixture(scope="module")
def redis_server():
    server = RedisServer().start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def web(server, database):
    return WebClient(server.url, database)


@pytest.fixture(scope="module", params=["table", "redis"])
def store(request, web):
    """Where tokens are kept; the running server hears of the change."""
    values = {"use_redis_token_store": str(request.param == "redis")}
    if request.param == "redis":
        values["redis_port"] = str(request.getfixturevalue("redis_server").port)
    for name, value in values.items():
        web.call("ir.config_parameter", "set_param", f"rest_api.{name}", value)
    return request.param


class Shell:
    """Runs lines as a reader of the manual would, and reads what curl prints."""

    def __init__(self, server):
        self.server = server
        self.token = self.refresh_token = ""

    def run(self, number, **replaced):
        line = LINES[number].replace("http://localhost:8069", self.server.url)
        secret = self.refresh_token if "refresh_token" in line else self.token
        line = line.replace(X, secret)
        for old, new in replaced.items():
            line = re.sub(rf"\b{old.strip('_').replace('_', ',')}\b", str(new), line)
        printed = subprocess.run(
            ["bash", "-c", line.replace("curl", "curl -s --noproxy '*'", 1)],
            capture_output=True,
            check=True,
        ).stdout
        head, _blank, body = printed.partition(b"\r\n\r\n")
        status = int(head.split()[1])
        is_json = b"application/json" in head
        return status, json.loads(body) if is_json else body

    def log_in(self):
        status, body = self.run(1)
        assert status == 200
        self.token, self.refresh_token = body["access_token"], body["refresh_token"]


@pytest.fixture
def shell(server, store):
    shell = Shell(server)
    shell.log_in()
    return shell


def test_tokens_are_issued_refreshed_and_deleted(shell):
    status, refreshed = shell.run(2)
    assert status == 200
    assert shell.run(4)[0] == 401
    shell.token = refreshed["access_token"]
    assert shell.run(4)[0] == 200
    assert shell.run(3) == (200, {})
    status, body = shell.run(4)
    assert (status, body["error"]) == (401, "auth.invalid")


def test_partners_are_read(shell, known):
    status, everyone = shell.run(4)
    assert status == 200
    assert everyone["count"] == len(everyone["results"]) >= 6
    status, some = shell.run(5, _50=known["partners"][1])
    assert status == 200
    ids = {row["id"] for row in some["results"]}
    assert set(known["partners"][:2]) <= ids
    assert not ids & set(known["partners"][2:])
    status, one = shell.run(6)
    assert (status, one["id"]) == (200, 3)


def test_a_partner_is_created_changed_and_deleted(shell):
    ids = []
    for _time in range(3):
        status, body = shell.run(7)
        assert status == 200
        ids.append(body["id"])
    assert shell.run(8, _2361=ids[0]) == (200, True)
    assert shell.run(6, _3=ids[0])[1]["street"] == "TEST Street~~"
    assert shell.run(9, _57_58_59=",".join(map(str, ids))) == (200, True)
    assert shell.run(6, _3=ids[0])[0] == 404


def test_listed_methods_are_called(shell, known):
    status, found = shell.run(10, _2361=known["partners"][0])
    assert (status, found) == (200, {"contact": known["partners"][0]})
    status, body = shell.run(11, _2361=known["partners"][0])
    assert (status, body["error"]) == (403, "policy.forbidden")
    assert "Methods of its resource" in body["error_descrip"]


def test_a_report_is_a_pdf_where_a_renderer_is_installed(shell, known):
    status, body = shell.run(12, _3=known["invoice"])
    if shutil.which("wkhtmltopdf"):
        assert (status, body[:5]) == (200, b"%PDF-")
    else:
        assert (status, body["error"]) == (501, "server.renderer")
    status, body = shell.run(12, _3=99999999)
    assert (status, body["error"]) == (404, "record.not_found")


def test_the_python_client_runs_as_it_is(server, known, web):
    text = CLIENT.replace("https://rest-api-demo.root.sx", server.url)
    text = text.replace("order/21", f"order/{known['order']}")
    text = text.replace("partner/26", f"partner/{known['partners'][0]}")
    printed = subprocess.run(
        [sys.executable, "-c", text],
        capture_output=True,
        text=True,
        check=True,
        env={"NO_PROXY": "*"},
    ).stdout
    assert f"'id': {known['order']}" in printed
    assert printed.rstrip().endswith("<Response [200]>")
    (found,) = web.call("res.partner", "read", known["partners"][:1], ["name"])
    assert found["name"] == "Tom Lenz"


def test_the_server_complains_of_nothing_and_logs_no_secret(server, shell):
    shell.run(4)
    log = server.log_text(0)
    assert complaints(log) == []
    assert "password=demo" not in log
    assert shell.token not in log
