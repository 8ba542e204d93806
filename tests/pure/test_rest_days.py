import pytest

from rest_api_core.query.days import whole_days
from rest_api_core.query.filters import And, Behind, Leaf, Not, Or

DAY, MOMENT = "2026-07-14", "2026-07-14 12:00:00"


def day(path="a", value=DAY):
    return And((Leaf(path, ">=", value), Leaf(path, "<=", value)))


@pytest.mark.parametrize(
    "leaf",
    [
        Leaf("a", "<=", DAY),
        Leaf("a", "=", MOMENT),
        Leaf("a", "=", None),
        Leaf("a", "in", (MOMENT, None)),
        Leaf("a", "in", ()),
    ],
)
def test_what_odoo_has_right_stays(leaf):
    assert whole_days(leaf) is leaf


@pytest.mark.parametrize(
    ("leaf", "tree"),
    [
        (Leaf("a", "=", DAY), day()),
        (Leaf("a", "=?", DAY), day()),
        (Leaf("a", "!=", DAY), Not(day())),
        (Leaf("a", "in", (DAY,)), day()),
        (
            Leaf("a", "in", (DAY, MOMENT, "2026-07-16", None)),
            Or((day(), day(value="2026-07-16"), Leaf("a", "in", (MOMENT, None)))),
        ),
        (
            Leaf("a", "not in", (DAY, None)),
            Not(Or((day(), Leaf("a", "in", (None,))))),
        ),
    ],
)
def test_a_date_is_the_whole_day(leaf, tree):
    assert whole_days(leaf) == tree


def test_behind_a_relation_one_record_matches_both_ends_of_the_day():
    leaf = Leaf("b.a", "!=", DAY)
    assert whole_days(leaf) == Behind("b", Not(day()))
