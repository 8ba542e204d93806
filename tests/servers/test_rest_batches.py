"""Batches while others change the same records."""

import contextlib
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from rest_setup import ROOT, bearer, set_up
from web_client import ask

ROUNDS = 5
SET_UP = """
expose("res.partner")
user = make_user("batcher", "base.group_user", "base.group_partner_manager")
result = make_client(user)
names = [{"name": "One"}, {"name": "Other"}, {"name": "Third"}]
result["partners"] = env["res.partner"].create(names).ids
"""


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, SET_UP)


@pytest.fixture
def send(server, known):
    def request(*operations, mode="partial"):
        body = {"mode": mode, "operations": list(operations)}
        url, headers = f"{server.url}{ROOT}/res.partner/batch", bearer(known["key"])
        return ask(url, "POST", headers=headers, json=body)

    return request


@pytest.fixture
def count(server, known):
    def request(name):
        url = f"{server.url}{ROOT}/res.partner/count?filter[name]={name}"
        return ask(url, headers=bearer(known["key"])).json()["data"]["count"]

    return request


@contextlib.contextmanager
def locked(database, partner):
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        cursor = connection.cursor()
        cursor.execute("UPDATE res_partner SET city = 'x' WHERE id = %s", [partner])
        yield


def creation(name):
    return {"op": "create", "data": {"name": name}}


def update(partner, city):
    return {"op": "update", "id": partner, "data": {"city": city}}


def test_a_locked_record_is_an_error_of_its_operation(send, count, database, known):
    one, other, third = known["partners"]
    operations = [
        creation("Beside a lock"),
        *(update(each, "Gent") for each in (one, other, third)),
    ]
    with locked(database, other):
        partial = send(*operations)
        atomic = send(*operations, mode="atomic")
    entries = partial.json()["data"]
    assert [each["status"] for each in entries] == [201, 200, 409, 200]
    assert entries[2]["error"]["code"] == "record.locked"
    assert atomic.status_code == 409
    assert atomic.json()["operation"] == 2
    assert count("Beside a lock") == 1
    again = send(*operations[1:], mode="atomic")
    assert again.status_code == 200


def test_batches_that_meet_have_one_effect_each(send, count, known):
    one, other, _third = known["partners"]

    def run(number):
        name, ids = f"Meets {number}", [one, other][:: 1 if number % 2 else -1]
        # not in one list: each locks its record for the next
        steps = [{**update(each, name), "as": f"a{each}"} for each in ids]
        steps.insert(1, creation(name))
        return send(*steps)

    for round_ in range(ROUNDS):
        numbers = range(2 * round_, 2 * round_ + 2)
        with ThreadPoolExecutor(2) as threads:
            answers = list(threads.map(run, numbers))
        for number, answer in zip(numbers, answers, strict=True):
            assert answer.status_code in (207, 503), answer.text
            done = answer.status_code == 207
            if done:
                found = [each["status"] for each in answer.json()["data"]]
                assert found in ([200, 201, 200], [200, 201, 409]), found
            assert count(f"Meets {number}") == done
