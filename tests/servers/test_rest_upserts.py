"""Twins: the same upsert at once, on two servers with workers."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from rest_setup import ROOT, bearer, set_up
from web_client import ask

pytestmark = pytest.mark.usefixtures("only_retries")
PAIRS = int(os.environ.get("UPSERT_PAIRS", "4"))
SET_UP = """
expose("res.partner")
expose("res.country")
user = make_user("upserter", "base.group_user", "base.group_partner_manager")
result = make_client(user)
"""


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, SET_UP)


def send(server, known, body, path="/upsert"):
    url = f"{server.url}{ROOT}/res.partner{path}"
    return ask(url, "POST", headers=bearer(known["key"]), json=body)


def found(server, known, condition):
    url = f"{server.url}{ROOT}/res.partner/count?filter{condition}"
    return ask(url, "GET", headers=bearer(known["key"])).json()["data"]["count"]


def pairs(servers, known, body_of):
    """The responses to each pair of twins."""
    with ThreadPoolExecutor(2) as threads:
        for number in range(PAIRS):
            body = body_of(number)
            yield list(threads.map(lambda s, b=body: send(s, known, b), servers))


# a field without unique index; and what PostgreSQL keeps unique
KEYS = {
    "ref": lambda number: {"ref": f"twin-{number}"},
    "external_id": lambda number: {"external_id": f"twin.{number}"},
    "fields": lambda number: {"ref": f"both-{number}", "country_id": {"code": "BE"}},
}


@pytest.mark.parametrize("by", KEYS)
def test_of_twins_one_creates_and_the_other_finds_the_record(servers, known, by):
    name = f"Twin by {by}"
    bodies = pairs(
        servers, known, lambda n: {"key": KEYS[by](n), "data": {"name": name}}
    )
    for pair in bodies:
        assert sorted(each.status_code for each in pair) == [200, 201]
        one, other = (each.json()["data"]["id"] for each in pair)
        assert one == other
    assert found(servers[0], known, f"[name]={name}") == PAIRS


def test_of_twin_lists_each_item_is_created_once(servers, known):
    def body_of(number):
        return [
            {"key": {"ref": f"list-{number}-{n}"}, "data": {"name": "Listed"}}
            for n in range(5)
        ]

    for one, other in pairs(servers, known, body_of):
        assert sorted((one.status_code, other.status_code)) == [200, 201]
        ids = [row["id"] for row in one.json()["data"]]
        assert ids == [row["id"] for row in other.json()["data"]]
    assert found(servers[0], known, "[name]=Listed") == PAIRS * 5


def test_of_twins_that_create_with_one_external_id_the_second_is_refused(
    servers, known
):
    def create(server, number):
        body = {"name": "Named", "external_id": f"named.{number}"}
        return send(server, known, body, path="")

    with ThreadPoolExecutor(2) as threads:
        for number in range(PAIRS):
            pair = list(threads.map(lambda s, n=number: create(s, n), servers))
            assert sorted(each.status_code for each in pair) == [201, 409]
            (refused,) = (each for each in pair if each.status_code == 409)
            assert refused.json()["code"] == "record.duplicate"
            assert refused.json()["errors"][0]["pointer"] == "#/external_id"
    assert found(servers[0], known, "[name]=Named") == PAIRS
