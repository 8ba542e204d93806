from datetime import datetime, timedelta

from rest_api_core.log import usage
from rest_api_core.log.usage import OTHERS, Summary, Tally, Uses

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


def test_rejected_requests_count_and_are_no_use():
    found = Uses()
    found.add(1, 7, None)
    assert (found.requests, found.clients, found.credentials) == ({1: 1}, {}, {})
    found.merge(found)
    assert found.requests == {1: 2}
    assert found.of_clients({1}).requests == {1: 2}
    found.merge(uses())
    assert (found.requests, found.clients) == ({1: 3}, {1: NOW})


def test_requests_of_a_network_and_a_minute_are_one_number():
    found = Uses()
    for second in (0, 30, 59, 60):
        found.summarize(Summary(NOW + timedelta(seconds=second), 1, "192.0.2.7"))
    found.summarize(Summary(NOW, 0, "192.0.2.7", 2))
    minute = NOW + timedelta(minutes=1)
    assert found.summaries == {
        Summary(NOW, 1, "192.0.2.7"): 3,
        Summary(minute, 1, "192.0.2.7"): 1,
        Summary(NOW, 0, "192.0.2.7", 2): 1,
    }
    found.merge(found)
    assert found.summaries[Summary(NOW, 1, "192.0.2.7")] == 6
    assert found.of_clients(set()).summaries == {}


def test_many_networks_become_one(monkeypatch):
    monkeypatch.setattr(usage, "MAX_SUMMARIES", 2)
    found = Uses()
    for network in ("a", "b", "c", "d", "a"):
        found.summarize(Summary(NOW, 1, network))
    numbers = {summary.network: n for summary, n in found.summaries.items()}
    assert numbers == {"a": 2, "b": 1, OTHERS: 2}


def test_uses_are_true_if_there_are_any():
    assert not Uses()
    assert uses()
    summarized = Uses()
    summarized.summarize(Summary(NOW, 1, "a"))
    assert summarized
