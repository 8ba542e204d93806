from datetime import datetime, timedelta

from rest_api_core.log.usage import Tally, Uses

NOW = datetime(2026, 7, 1, 12)
SOON = NOW + timedelta(seconds=5)


def uses(client=1, credential=7, date=NOW, count=1):
    found = Uses()
    found.add(client, credential, date, count)
    return found


def test_requests_of_a_client_add_up_whatever_its_keys():
    found = uses()
    found.add(1, 8, SOON)
    found.add(2, None, NOW)
    assert found.requests == {1: 2, 2: 1}
    assert found.clients == {1: SOON, 2: NOW}
    assert found.credentials == {7: NOW, 8: SOON}


def test_the_latest_date_counts_in_any_order():
    found = uses(date=SOON)
    found.merge(uses(date=NOW, count=3))
    assert found == uses(date=SOON, count=4)


def test_some_clients_can_be_kept():
    found = uses(count=5)
    found.add(2, 9, SOON)
    assert found.of_clients({2}) == uses(2, None, SOON)


def test_only_the_first_of_a_database_asks():
    tally = Tally()
    assert tally.add("a", uses())
    assert not tally.add("a", uses())
    assert tally.add("b", uses())


def test_what_is_taken_is_gone():
    tally = Tally()
    tally.add("a", uses())
    tally.add("a", uses())
    assert tally.take("a") == uses(count=2)
    assert tally.take("a") == Uses()
    assert tally.add("a", uses())


def test_what_is_put_back_waits_for_the_next():
    tally = Tally()
    tally.put_back("a", uses())
    assert tally.databases() == ["a"]
    assert tally.add("a", uses())
    assert tally.take("a") == uses(count=2)
