"""Conditions on relations reach no further than the caller does."""

import pytest

from rest_api_core.query.filters import Leaf, Not, Or
from rest_api_core.query.reach import under_rules

EMPTY = Not(Leaf("x.id", "!=", None))
FIVE = Leaf("x.id", "in", (5,))
NAMED = Leaf("x.display_name", "in", ("a",))


@pytest.mark.parametrize(
    ("operator", "value", "tree"),
    [
        ("=", 5, FIVE),
        ("=?", 5, FIVE),
        ("=?", None, Leaf("x", "=?", None)),
        ("!=", 5, Not(FIVE)),
        ("in", (5, 6), Leaf("x.id", "in", (5, 6))),
        ("in", (), Leaf("x.id", "in", ())),
        ("not in", (), Not(Leaf("x.id", "in", ()))),
        ("not in", (5,), Not(FIVE)),
        ("=", None, EMPTY),
        ("!=", None, Leaf("x.id", "!=", None)),
        ("in", (5, None), Or((FIVE, EMPTY))),
        ("not in", (5, None), Not(Or((FIVE, EMPTY)))),
        ("in", ("a", 5, None), Or((NAMED, FIVE, EMPTY))),
        ("ilike", "a", Leaf("x.display_name", "ilike", "a")),
        ("child_of", (5,), Leaf("x.id", "child_of", (5,))),
    ],
)
def test_a_list_of_records_is_a_condition_on_these(operator, value, tree):
    assert under_rules(Leaf("x", operator, value), "one2many") == tree


@pytest.mark.parametrize(
    ("operator", "value", "tree"),
    [
        ("=", "a", Leaf("x.display_name", "=", "a")),
        ("=?", "a", Leaf("x.display_name", "=", "a")),
        ("!=", "a", Not(Leaf("x.display_name", "=", "a"))),
        ("not ilike", "a", Not(Leaf("x.display_name", "ilike", "a"))),
        ("in", ("a",), NAMED),
        ("not in", ("a",), Not(NAMED)),
        ("in", ("a", 5, None), Or((NAMED, Leaf("x", "in", (5, None))))),
    ],
)
def test_a_name_becomes_a_condition_on_the_related_record(operator, value, tree):
    assert under_rules(Leaf("x", operator, value), "many2one") == tree


@pytest.mark.parametrize(
    ("operator", "value"),
    [("=", 5), ("=", None), ("in", (5, None)), ("=?", 5), ("child_of", 5)],
)
def test_a_many2one_may_be_compared_by_its_id(operator, value):
    tree = under_rules(Leaf("x", operator, value), "many2one")
    assert tree.path == "x"


def test_other_fields_stay_as_they_are():
    leaf = Leaf("x", "not ilike", "a")
    assert under_rules(leaf, "char") is leaf
