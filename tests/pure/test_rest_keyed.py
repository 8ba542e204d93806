"""JSON objects whose keys are ids."""

import pytest

from rest_api_core.body import keyed
from rest_api_core.body.values import Keyed

STORED = {"1": 50, "2,3": 25, "4": 25, "__update__": ["a"]}


def test_keys_are_ids():
    assert keyed.read({"12": 100, "3,5": 50}) == Keyed({"12": 100, "3,5": 50})
    assert keyed.read(None) == keyed.read({}) == Keyed({})
    assert keyed.ids("3,5") == (3, 5)


@pytest.mark.parametrize(
    "value",
    [[1], "1", {"a": 1}, {"": 1}, {"1,": 1}, {"-1": 1}, {"0": 1}, {"²": 1}]
    + [{"2147483648": 1}, {"1" * 5000: 1}, {"1, 2": 1}],
)
def test_other_keys_and_values_are_refused(value):
    with pytest.raises(ValueError, match="ids"):
        keyed.read(value)


def test_entries_of_hidden_records_are_not_shown():
    visible = {1, 2}
    assert list(keyed.all_ids(STORED)) == [1, 2, 3, 4]
    assert keyed.shown(STORED, visible) == {"1": 50, "__update__": ["a"]}
    assert keyed.hidden(STORED, visible) == {"2,3": 25, "4": 25}


@pytest.mark.parametrize("value", [None, [1], "a"])
def test_what_is_stored_may_be_something_else(value):
    assert list(keyed.all_ids(value)) == []
    assert keyed.shown(value, set()) == value
    assert keyed.hidden(value, set()) == {}
