"""``body.counting``: nothing is made of more than a body may be about."""

import pytest

from rest_api_core.body.counting import MENTIONS, Budget, Room
from rest_api_core.wire.problem import BodyTooLarge, TooManyAffected


def test_changes_are_limited():
    room = Room(2)
    room.change()
    room.change()
    with pytest.raises(BodyTooLarge):
        room.change()


def test_far_more_can_be_named():
    room = Room(2)
    room.name(2 * MENTIONS)
    with pytest.raises(BodyTooLarge):
        room.name(1)


def test_a_budget_is_spent_over_several_writes():
    budget = Budget(5, most=3)
    budget.spend(2)
    budget.spend(1)
    with pytest.raises(TooManyAffected, match=r"4 records .* Allowed: 3\."):
        budget.spend(1)
    assert budget.spent == 3


def test_a_budget_has_the_limit_of_the_api():
    budget = Budget(2)
    budget.spend(2)
    with pytest.raises(BodyTooLarge):
        budget.spend(1)
