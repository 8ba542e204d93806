"""``body.counting``: nothing is made of more than a body may be about."""

import pytest

from rest_api_core.body.counting import MENTIONS, Room
from rest_api_core.wire.problem import BodyTooLarge


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
