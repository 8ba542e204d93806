"""Conditions on records that are gone, or out of reach."""

import pytest

from rest_api_core.access.past_rows import (
    UNKNOWN,
    Past,
    Step,
    at,
    decide,
    history,
    may_have_entered,
    told,
)
from rest_api_core.query.filters import ALL, And, Behind, Leaf, Not, Or

IN_BELGIUM = Leaf("country_id", "in", (20,))
OPEN = Leaf("state", "not in", ("done",))


@pytest.mark.parametrize(
    ("tree", "known"),
    [
        (ALL, True),
        (Or(), False),
        (IN_BELGIUM, True),
        (Leaf("country_id", "in", 20), True),
        (Leaf("country_id", "not in", (20, False)), False),
        (Leaf("parent_id", "in", (False,)), True),
        (Leaf("ref", "in", (False,)), True),
        (Leaf("ref", "not in", ("a",)), True),
        (Leaf("color", ">", 2), True),
        (Leaf("color", ">=", 4), False),
        (Leaf("color", "<", 4), True),
        (Leaf("color", "<=", 2), False),
        (Leaf("parent_id", ">", 2), None),
        (Leaf("color", ">", "2"), None),
        (Leaf("city", "in", ("Gent",)), None),
        (Leaf("country_id", "unknown", None), None),
        (UNKNOWN, None),
        (Behind("country_id", ALL), None),
        (Not(IN_BELGIUM), False),
        (Not(UNKNOWN), None),
        (And((IN_BELGIUM, UNKNOWN)), None),
        (And((Not(IN_BELGIUM), UNKNOWN)), False),
        (Or((IN_BELGIUM, UNKNOWN)), True),
        (Or((Not(IN_BELGIUM), UNKNOWN)), None),
        (Or((Not(IN_BELGIUM), Or())), False),
    ],
)
def test_a_condition_is_true_false_or_unknown(tree, known):
    row = {"country_id": 20, "parent_id": None, "ref": "", "color": 3}
    assert decide(tree, row) is known


def step(operation="update", **old):
    return Step(operation, frozenset(old), old)


def test_the_past_is_found_by_old_values():
    steps = [
        step("create"),
        step(country_id=10),
        step(name="a"),
        step(country_id=20),
    ]
    assert history(IN_BELGIUM, steps, {"country_id": 30}, False) == [
        Past(False, False),
        Past(False, True),
        Past(True, True, touched=False),
        Past(True, False),
    ]


def test_a_deleted_record_is_known_by_what_it_was():
    steps = [step("create"), step(state="done"), step("delete", state="open")]
    assert history(OPEN, steps, {}, False)[1:] == [Past(False, True), Past(True, False)]
    assert history(OPEN, [step("create"), step("delete")], {}, False) == [
        Past(False, None),
        Past(None, False),
    ]


def test_what_is_not_about_the_condition_changes_nothing():
    steps = [step(name="a"), step(name="b")]
    condition = And((Leaf("country_id", "unknown", None), OPEN))
    for reached in (True, False):
        same = Past(reached, reached, touched=False)
        assert history(condition, steps, {"state": "open"}, reached) == [same, same]


def test_a_change_without_an_old_value_is_not_known():
    lines = Step("update", frozenset(("line_ids",)))
    condition = Leaf("line_ids", "unknown", None)
    assert history(condition, [lines], {}, False) == [Past(None, False)]
    # it may be about anything
    (past,) = history(And((UNKNOWN,)), [step(name="a")], {}, False)
    assert past == Past(None, False)
    unknown = Step("update", frozenset(("state",)))
    assert history(OPEN, [unknown], {"state": "open"}, True) == [Past(None, True)]


@pytest.mark.parametrize(
    ("operation", "past", "as_told"),
    [
        ("delete", Past(True, False), "delete"),
        ("delete", Past(None, False), "delete"),
        ("delete", Past(False, False), None),
        ("create", Past(False, True), "create"),
        ("create", Past(False, None), None),
        ("create", Past(False, False), None),
        ("update", Past(True, True), "update"),
        ("update", Past(False, True), "update"),
        ("archive", Past(None, True), "archive"),
        ("update", Past(True, False), "delete"),
        ("update", Past(None, False), "delete"),
        ("update", Past(None, None), "delete"),
        ("update", Past(False, None), "delete"),
        ("update", Past(False, False), None),
        ("update", Past(None, None, touched=False), None),
    ],
)
def test_of_a_record_out_of_reach_what_was_seen_is_told(operation, past, as_told):
    assert told(operation, past) == as_told


def test_what_may_have_come_into_reach_is_told():
    assert may_have_entered(Past(False, True))
    assert may_have_entered(Past(None, True))
    assert not may_have_entered(Past(True, True))
    assert not may_have_entered(Past(None, True, touched=False))


def test_between_two_changes_of_a_condition_nothing_of_it_changes():
    places = [(5, 1), (7, 3)]
    pasts = [Past(False, True), Past(True, None)]
    assert at((5, 1), places, pasts, False) == pasts[0]
    assert at((4, 9), places, pasts, False) == Past(False, False, touched=False)
    assert at((7, 2), places, pasts, False) == Past(True, True, touched=False)
    assert at((8, 0), places, pasts, False) == Past(False, False, touched=False)
    assert at((1, 1), (), (), True) == Past(True, True, touched=False)
